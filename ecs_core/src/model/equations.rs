//! Equations: a model as data, which text and shared libraries give, and which tracing a Rust model gives as well.
//!
//! The same integrators, derivatives and documentation serve a model in this form and one that is compiled in.

use super::channel::Channel;
use super::dynamics::Dynamics;
use super::neuron::{Input, StateOf};
use super::synapse::{Linear, Synapse};
use super::table::Table;
use crate::number::{Dual, Expr, Graph, Node, Num, Op, Real, trace};
use crate::registry::{Bound, Field};

/// A row of a table, owned; see [`Field`].
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Symbol, which is also the TOML key.
    pub name: String,
    /// Value where the scenario gives none, in `unit`; NaN for none.
    pub default: f64,
    /// Unit of the value inside the equations.
    pub unit: String,
    /// What it is.
    pub doc: String,
    /// What it may be.
    pub bound: Bound,
}

/// A neuron model as graphs. Variables are found by name: parameters, state variables, and those named here.
#[derive(Clone, Debug)]
pub struct Equations {
    /// The name in a scenario.
    pub name: String,
    /// Sentence, equations, source.
    pub doc: String,
    /// Unit of the input current.
    pub input: String,
    /// Parameters.
    pub params: Vec<Row>,
    /// State variables; the first is the voltage.
    pub state: Vec<Row>,
    /// Which state variables are held while the neuron is refractory.
    pub held: Vec<bool>,
    /// Time derivative, per ms, an output for each state variable; `i` is the input current.
    pub derivative: Graph,
    /// What multiplies each white noise, per square root of ms: `[noise]` of a graph with an output for each state variable.
    pub noise: Vec<Graph>,
    /// Zero or above where the neuron fires; a neuron without one never does.
    pub condition: Option<Graph>,
    /// Whether a spike is the moment the condition becomes true, rather than every step in which it holds.
    pub edge: bool,
    /// The state after a spike, an output for each state variable.
    pub reset: Graph,
    /// Refractory time in ms, one output.
    pub refractory: Option<Graph>,
    /// The state one step later, for models that state their own; `i` and `g` are current and conductance, `jump` what
    /// delta synapses add, `dt` the step.
    pub step: Option<Graph>,
}

/// A synapse as graphs. Variables are its parameters and its state; what arrives depends on the weight `w` and on parameters.
#[derive(Clone, Debug)]
pub struct SynapseEquations {
    /// The name in a scenario.
    pub name: String,
    /// Sentence, equations, source.
    pub doc: String,
    /// Parameters.
    pub params: Vec<Row>,
    /// State variables.
    pub state: Vec<Row>,
    /// Time derivative between spikes, per ms, an output for each state variable.
    pub derivative: Graph,
    /// What a spike of weight `w` adds, an output for each state variable.
    pub arrive: Graph,
    /// The current or conductance, one output.
    pub value: Graph,
}

/// An ion channel as graphs. Variables are its parameters, its gates, and the voltage `v` in mV.
#[derive(Clone, Debug)]
pub struct ChannelEquations {
    /// The name in a scenario.
    pub name: String,
    /// Sentence, equations, source.
    pub doc: String,
    /// Parameters.
    pub params: Vec<Row>,
    /// Gates.
    pub state: Vec<Row>,
    /// Time derivative, per ms, an output for each gate.
    pub derivative: Graph,
    /// The current out of the cell, one output, in `unit`.
    pub current: Graph,
    /// The unit of the current.
    pub unit: String,
}

impl From<&Field> for Row {
    fn from(field: &Field) -> Self {
        Self {
            name: field.name.into(),
            default: field.default,
            unit: field.unit.into(),
            doc: field.doc.into(),
            bound: field.bound,
        }
    }
}

impl Equations {
    /// What a model computes, traced.
    pub fn of<D: Dynamics>(m: &D, name: &str, doc: &str) -> Self {
        let [params, state] = m.tables();
        let row = |rows: &[Row], k: usize| Expr::variable(&rows[k].name);
        let variables = || (m.params(|k: usize| row(&params, k)), m.state(|k: usize| row(&state, k)));
        let named = |s: &D::S<Expr>| (0..m.rows()).map(|k| (state[k].name.clone(), m.at(s, k))).collect();
        let one = |x: Expr| vec![(String::new(), x)];
        let derivative = trace(|| {
            let (p, s) = variables();
            named(&m.derivative(&p, &s, Input { i: Expr::variable("i"), g: None }))
        });
        let noise = |j: usize| trace(|| named(&m.noise(&variables().0, &variables().1, j)));
        let step = || {
            trace(|| {
                let (p, s) = variables();
                let input = Input { i: Expr::variable("i"), g: Some(Expr::variable("g")) };
                named(&m.step(&p, &s, input, Expr::variable("jump"), Expr::variable("dt")))
            })
        };
        let condition = trace(|| {
            let (p, s) = variables();
            m.condition(&p, &s).map(one).unwrap_or_default()
        });
        Self {
            name: name.into(),
            doc: doc.into(),
            input: m.input().into(),
            held: (0..m.rows()).map(|k| m.held(k)).collect(),
            derivative,
            noise: (0..m.noises()).map(noise).collect(),
            condition: Some(condition).filter(|graph| !graph.outputs.is_empty()),
            edge: m.edge(),
            reset: trace(|| {
                let (p, s) = variables();
                named(&m.reset(&p, &s))
            }),
            refractory: Some(trace(|| one(m.refractory(&m.params(|k: usize| row(&params, k)))))),
            step: m.exact().then(step),
            params,
            state,
        }
    }
}

impl ChannelEquations {
    /// What a compiled channel computes, traced.
    pub fn of<M: Channel>(name: &str, doc: &str) -> Self {
        let rows = |fields: &[Field]| fields.iter().map(Row::from).collect();
        let variables = || {
            let variable = |fields: &'static [Field]| move |k: usize| Expr::variable(fields[k].name);
            (M::P::build(variable(M::P::FIELDS)), M::S::build(variable(M::S::FIELDS)), Expr::variable("v"))
        };
        Self {
            name: name.into(),
            doc: doc.into(),
            params: rows(M::P::FIELDS),
            state: rows(M::S::FIELDS),
            derivative: trace(|| {
                let (p, s, v) = variables();
                let f = M::derivative(&p, &s, v);
                M::S::FIELDS.iter().enumerate().map(|(k, x)| (x.name.into(), *M::S::at(&f, k))).collect()
            }),
            current: trace(|| {
                let (p, s, v) = variables();
                vec![(String::new(), M::current(&p, &s, v))]
            }),
            unit: M::INPUT.into(),
        }
    }
}

impl SynapseEquations {
    /// What a compiled synapse computes, traced.
    pub fn of<M: Synapse>(name: &str, doc: &str) -> Self {
        let params = || M::P::build(|k: usize| Expr::variable(M::P::FIELDS[k].name));
        let state = || M::S::build(|k: usize| Expr::variable(M::S::FIELDS[k].name));
        let named = |of: &StateOf<M, Expr>| {
            M::S::FIELDS.iter().enumerate().map(|(k, x)| (x.name.into(), *M::S::at(of, k))).collect()
        };
        Self {
            name: name.into(),
            doc: doc.into(),
            params: M::P::FIELDS.iter().map(Row::from).collect(),
            state: M::S::FIELDS.iter().map(Row::from).collect(),
            derivative: trace(|| named(&M::derivative(&params(), &state()))),
            arrive: trace(|| named(&M::arrive(&params(), Expr::variable("w")))),
            value: trace(|| vec![(String::new(), M::value(&params(), &state()))]),
        }
    }

    /// The linear system for these parameters.
    pub fn linear(&self, params: &[f64]) -> Linear {
        let (n, row) = (self.state.len(), |k: usize| self.state[k].name.as_str());
        let columns: Vec<Vec<f64>> = (0..n).map(|k| self.slopes(&self.derivative, params, row(k))).collect();
        Linear {
            a: (0..n).map(|to| columns.iter().map(|column| column[to]).collect()).collect(),
            b: self.slopes(&self.arrive, params, "w"),
            c: (0..n).map(|k| self.slopes(&self.value, params, row(k))[0]).collect(),
        }
    }

    /// The slopes of a graph's outputs in one variable; the others are zero.
    fn slopes(&self, graph: &Graph, params: &[f64], of: &str) -> Vec<f64> {
        let param = |name: &str| self.params.iter().position(|row| row.name == name).map(|k| params[k]);
        let out = graph.evaluate(|name| match param(name) {
            Some(x) => Dual::<Num<f64>, 1>::constant(Num(x)),
            None if name == of => Dual::variable(Num(0.0), 0),
            None => Dual::constant(Num(0.0)),
        });
        out.into_iter().map(|x| x.d[0].map_or(0.0, |d| d.0)).collect()
    }
}

impl Graph {
    /// The outputs of the graph, computed with any number; `variable` gives the value of each variable by its name.
    pub fn evaluate<R: Real>(&self, mut variable: impl FnMut(&str) -> R) -> Vec<R> {
        let variables: Vec<R> = self.variables.iter().map(|name| variable(name)).collect();
        let values = self.values(&variables);
        self.outputs.iter().map(|(_, node)| values[*node as usize]).collect()
    }

    /// The value of every node, `[node]`; `variables` are in the order of the graph.
    pub fn values<R: Real>(&self, variables: &[R]) -> Vec<R> {
        let mut values: Vec<R> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let value = match node {
                Node::Literal(bits) => R::lit(f64::from_bits(*bits)),
                Node::Variable(k) => variables[*k as usize],
                Node::Apply(op, args) => op.apply(args.map(|a| values.get(a as usize).copied())),
            };
            values.push(value);
        }
        values
    }
}

impl Op {
    /// The operation on numbers; those that it does not take are left out.
    ///
    /// # Panics
    /// If one that it takes is missing, or for an operation on bits, which no model has.
    pub fn apply<R: Real>(self, args: [Option<R>; 3]) -> R {
        let arg = |k: usize| args[k].unwrap_or_else(|| unreachable!("operands stand before their users"));
        let a = arg(0);
        match self {
            Op::Neg => -a,
            Op::Add => a + arg(1),
            Op::Sub => a - arg(1),
            Op::Mul => a * arg(1),
            Op::Div => a / arg(1),
            Op::Exp => a.exp(),
            Op::Expm1 => a.expm1(),
            Op::Ln => a.ln(),
            Op::Sqrt => a.sqrt(),
            Op::Tanh => a.tanh(),
            Op::Abs => a.abs(),
            Op::Min => a.min(arg(1)),
            Op::Max => a.max(arg(1)),
            Op::Spike => a.spike(),
            Op::Select => a.select(arg(1), arg(2)),
            Op::Exprel => a.exprel(),
            Op::Exprelr => a.exprelr(),
            Op::HalfPow2 | Op::Exponent | Op::Mantissa => {
                unreachable!("a model is written in `Real`, which has no bits")
            }
        }
    }
}
