//! Learning: rules of plasticity as data, which text and shared libraries give, and which tracing a Rust rule gives as well.

use super::equations::Row;
use super::neuron::StateOf;
use super::plasticity::{Plasticity, Trace};
use super::short_term::ShortTerm;
use super::table::Table;
use crate::number::{Dual, Expr, Graph, Num, trace};

/// A rule of long-term plasticity as graphs. Variables are found by name: parameters, the weight `w`, state of the synapse,
/// traces of both sides, and those named here.
#[derive(Clone, Debug)]
pub struct PlasticityEquations {
    /// The name in a scenario.
    pub name: String,
    /// Sentence, equations, source.
    pub doc: String,
    /// Parameters.
    pub params: Vec<Row>,
    /// Traces of the sender, with what they are before the first spike.
    pub pre: Vec<Row>,
    /// Traces of the receiver, likewise.
    pub post: Vec<Row>,
    /// State variables of a synapse besides its weight, likewise.
    pub state: Vec<Row>,
    /// Time derivative of the sender's traces, per ms, an output for each: a constant times itself.
    pub pre_derivative: Graph,
    /// The same for the receiver's.
    pub post_derivative: Graph,
    /// The sender's traces after a spike of its own, an output for each.
    pub pre_jump: Graph,
    /// The same for the receiver's.
    pub post_jump: Graph,
    /// Weight and state after a spike of the sender, with the traces before it: an output `w`, then one for each state variable.
    pub on_pre: Graph,
    /// The same for a spike of the receiver.
    pub on_post: Graph,
    /// Weight and state after `elapsed` ms without any spike, for rules that drift; see [`Plasticity::between`].
    pub between: Option<Graph>,
    /// The modulator, for rules that have one.
    pub modulator: Option<ModulatorEquations>,
    /// The receiver's traces after a step of `dt` ms at whose end its voltage is `v`, then `seen`, above 0 where synapses are to
    /// see that step: for rules that follow voltages; see [`Plasticity::follow`].
    pub follow: Option<Graph>,
}

/// What the spikes of a modulator leave. Its level is known in [`between`](PlasticityEquations::between) by its name.
#[derive(Clone, Debug)]
pub struct ModulatorEquations {
    /// The level; it begins at 0.
    pub level: Row,
    /// Its time derivative, per ms, one output: a constant times itself.
    pub derivative: Graph,
    /// What a spike adds, one output of parameters alone.
    pub jump: Graph,
}

/// A rule of short-term plasticity as a graph.
#[derive(Clone, Debug)]
pub struct ShortTermEquations {
    /// The name in a scenario.
    pub name: String,
    /// Sentence, equations, source.
    pub doc: String,
    /// Parameters.
    pub params: Vec<Row>,
    /// State of a sender, with what it is at the start.
    pub state: Vec<Row>,
    /// What the weights are multiplied by for a spike that comes `elapsed` ms after the one before, an output `gain`, then the
    /// state that it leaves, one for each variable.
    pub spike: Graph,
    /// The state after `elapsed` ms without a spike, an output for each variable; what arrives without it is not differentiated.
    pub rest: Option<Graph>,
}

/// The most traces of a side, and state variables of a synapse.
pub const SIDE: usize = 16;

/// What compiled rules call the level of their modulator.
pub const LEVEL: &str = "level";

/// A table of variables of the trace that is open; once in each.
fn variables<X: Table>() -> X::Of<Expr> {
    X::build(|k: usize| Expr::variable(X::FIELDS[k].name))
}

fn named<X: Table>(of: &X::Of<Expr>) -> Vec<(String, Expr)> {
    X::FIELDS.iter().enumerate().map(|(k, field)| (field.name.into(), *X::at(of, k))).collect()
}

fn rows<X: Table>() -> Vec<Row> {
    X::FIELDS.iter().map(Row::from).collect()
}

/// Something, then a table.
fn with<X: Table>(first: (&str, Expr), of: &X::Of<Expr>) -> Vec<(String, Expr)> {
    std::iter::once((first.0.to_owned(), first.1)).chain(named::<X>(of)).collect()
}

impl PlasticityEquations {
    /// What a compiled rule computes, traced.
    pub fn of<M: Plasticity>(name: &str, doc: &str) -> Self {
        type Synapse<M> = (Expr, StateOf<M, Expr>);
        let p = variables::<M::P>;
        let synapse = || -> Synapse<M> { (Expr::variable("w"), variables::<M::S>()) };
        let changed = |(w, s): Synapse<M>| with::<M::S>(("w", w), &s);
        Self {
            name: name.into(),
            doc: doc.into(),
            params: rows::<M::P>(),
            pre: rows::<M::Pre>(),
            post: rows::<M::Post>(),
            state: rows::<M::S>(),
            pre_derivative: trace(|| named::<M::Pre>(&M::pre_derivative(&p(), &variables::<M::Pre>()))),
            post_derivative: trace(|| named::<M::Post>(&M::post_derivative(&p(), &variables::<M::Post>()))),
            pre_jump: trace(|| named::<M::Pre>(&M::pre_jump(&p(), &variables::<M::Pre>()))),
            post_jump: trace(|| named::<M::Post>(&M::post_jump(&p(), &variables::<M::Post>()))),
            on_pre: trace(|| {
                let (w, s) = synapse();
                changed(M::on_pre(&p(), w, &s, &variables::<M::Pre>(), &variables::<M::Post>()))
            }),
            on_post: trace(|| {
                let (w, s) = synapse();
                changed(M::on_post(&p(), w, &s, &variables::<M::Pre>(), &variables::<M::Post>()))
            }),
            between: M::DRIFTS.then(|| {
                trace(|| {
                    let (w, s) = synapse();
                    changed(M::between(&p(), w, &s, Expr::variable("elapsed"), Expr::variable(LEVEL)))
                })
            }),
            modulator: M::MODULATED.then(|| ModulatorEquations {
                level: Row {
                    name: LEVEL.into(),
                    default: 0.0,
                    unit: "1/ms".into(),
                    doc: "level of the modulator".into(),
                    bound: crate::registry::Bound::Any,
                },
                derivative: trace(|| vec![(LEVEL.into(), -(Expr::variable(LEVEL) / M::modulator(&p())[0]))]),
                jump: trace(|| vec![(LEVEL.into(), M::modulator(&p())[1])]),
            }),
            follow: M::FOLLOWS.then(|| {
                trace(|| {
                    let y = variables::<M::Post>();
                    let (y, seen) = M::follow(&p(), &y, Expr::variable("v"), Expr::variable("dt"));
                    let mut all = named::<M::Post>(&y);
                    all.push(("seen".to_owned(), seen));
                    all
                })
            }),
        }
    }
}

impl ShortTermEquations {
    /// What a compiled rule computes, traced.
    pub fn of<M: ShortTerm>(name: &str, doc: &str) -> Self {
        Self {
            name: name.into(),
            doc: doc.into(),
            params: rows::<M::P>(),
            state: rows::<M::S>(),
            spike: trace(|| {
                let (p, s) = (variables::<M::P>(), variables::<M::S>());
                let (gain, s) = M::spike(&p, &s, Expr::variable("elapsed"));
                with::<M::S>(("gain", gain), &s)
            }),
            rest: Some(trace(|| {
                let (p, s) = (variables::<M::P>(), variables::<M::S>());
                named::<M::S>(&M::rest(&p, &s, Expr::variable("elapsed")))
            })),
        }
    }
}

/// Starts of traces, and how fast they decay by this derivative.
pub(super) fn traces(traces: &[Row], derivative: &Graph, param: impl Fn(&str) -> Option<f64>) -> Vec<Trace> {
    let of = |row: &Row| {
        let slopes = derivative.evaluate(|name| match param(name) {
            Some(x) => Dual::<Num<f64>, 1>::constant(Num(x)),
            None if name == row.name => Dual::variable(Num(1.0), 0),
            None => Dual::constant(Num(0.0)),
        });
        let at = traces.iter().position(|other| other.name == row.name).expect("it is one of them");
        Trace { start: row.default, rate: -slopes[at].d[0].map_or(0.0, |d| d.0) }
    };
    traces.iter().map(of).collect()
}
