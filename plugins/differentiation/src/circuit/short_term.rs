//! Short-term: a rule of short-term plasticity and its adjoint, both as graphs.
//!
//! A spike that counts by b (one, but for a smooth network) leaves D + b (J − D), where D is what the state would be without it
//! and J what a whole spike leaves: so the gradient knows as well what a spike that nearly was would have changed.

use ecs_core::model::ShortTermModel;
use ecs_core::network::ShortTermPlan;
use ecs_core::number::{Expr, Graph, Num, Real, trace};

use crate::reverse::reverse;

/// The most numbers that a rule is about: parameters, state, time, and cotangents of what it computes.
pub const MOST: usize = 32;

/// A graph whose variables are places in a list.
#[derive(Clone)]
struct Placed {
    graph: Graph,
    places: Vec<usize>,
}

/// Room for the values of nodes.
pub type Nodes = Vec<Num<f64>>;

impl Placed {
    fn new(graph: Graph, names: &[&str]) -> Self {
        let place = |name: &String| names.iter().position(|other| other == name);
        let places = graph.variables.iter().map(|name| place(name).expect("a rule names its own")).collect();
        Self { graph, places }
    }

    /// The outputs, in order.
    fn run<'a>(&'a self, numbers: &[f64], nodes: &'a mut Nodes) -> impl Iterator<Item = f64> + 'a {
        use ecs_core::number::Node;
        nodes.clear();
        for node in &self.graph.nodes {
            let value = match node {
                Node::Literal(bits) => Num(f64::from_bits(*bits)),
                Node::Variable(k) => Num(numbers[self.places[*k as usize]]),
                Node::Apply(op, args) => op.apply(args.map(|a| nodes.get(a as usize).copied())),
            };
            nodes.push(value);
        }
        self.graph.outputs.iter().map(|(_, node)| nodes[*node as usize].0)
    }

    /// The adjoint: variables are those of the graph and cotangents of its outputs, outputs the cotangents of `names`.
    fn adjoint(&self, names: &[&str]) -> Self {
        let cotangent = |k: usize| format!("cotangent {k}");
        let graph = trace(|| {
            let all: Vec<Expr> = names.iter().map(|name| Expr::variable(*name)).collect();
            let variables: Vec<Expr> = self.places.iter().map(|place| all[*place]).collect();
            let cotangents = (0..self.graph.outputs.len()).map(|k| Expr::variable(cotangent(k)));
            let seeds: Vec<(u32, Expr)> =
                self.graph.outputs.iter().map(|(_, node)| *node).zip(cotangents).collect();
            let values = self.graph.values(&variables);
            let d = reverse(&self.graph, &values, &seeds, None);
            let of = |k: usize| {
                use ecs_core::number::Node;
                let own = |n: &Node| matches!(n, Node::Variable(v) if self.places[*v as usize] == k);
                let node = self.graph.nodes.iter().position(own);
                node.and_then(|node| d[node]).unwrap_or_else(|| Expr::lit(0.0))
            };
            (0..names.len()).map(|k| (String::new(), of(k))).collect()
        });
        let more: Vec<String> = (0..self.graph.outputs.len()).map(cotangent).collect();
        let names: Vec<&str> = names.iter().copied().chain(more.iter().map(String::as_str)).collect();
        Self::new(graph, &names)
    }
}

/// A rule of short-term plasticity.
#[derive(Clone)]
pub struct ShortTerm {
    /// The model.
    pub model: &'static ShortTermModel,
    /// Parameters, in table order.
    pub params: Vec<f64>,
    rest: Placed,
    spike: Placed,
    rest_back: Placed,
    spike_back: Placed,
}

/// An event of one sender: the state that the one before left, ms since then, and by how much it counts.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// The state, in table order.
    pub state: &'a [f64],
    /// ms.
    pub elapsed: f64,
    /// One for a spike, zero where there is none.
    pub by: f64,
}

/// Numbers of an event, and cotangents: state after a rest, state after a spike, and gain.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reached {
    /// The state without a spike.
    pub rest: [f64; MOST],
    /// The state that a spike leaves.
    pub spike: [f64; MOST],
    /// What the weights are multiplied by.
    pub gain: f64,
}

impl ShortTerm {
    /// The rule of a plan.
    ///
    /// # Errors
    /// More parameters and variables than there is room for.
    pub fn new(plan: &ShortTermPlan) -> Result<Self, String> {
        let entry = &plan.model.entry;
        let fields = entry.params.iter().chain(entry.state);
        let names: Vec<&str> = fields.map(|field| field.name).chain(["elapsed"]).collect();
        if names.len() + entry.state.len() + 1 > MOST {
            return Err(format!(
                "rule `{}` has more numbers than the {MOST} that are differentiated",
                entry.name
            ));
        }
        let equations = (plan.model.equations)(entry);
        let rest = equations.rest.ok_or_else(|| {
            format!(
                "rule `{}` does not say what it does between spikes, so it is not differentiated",
                entry.name
            )
        })?;
        let [rest, spike] = [rest, equations.spike].map(|graph| Placed::new(graph, &names));
        let (rest_back, spike_back) = (rest.adjoint(&names), spike.adjoint(&names));
        Ok(Self { model: plan.model, params: plan.params.clone(), rest, spike, rest_back, spike_back })
    }

    /// State variables.
    pub fn variables(&self) -> usize {
        self.model.entry.state.len()
    }

    fn numbers(&self, event: &Event<'_>) -> [f64; MOST] {
        let mut numbers = [0.0; MOST];
        let all = self.params.iter().chain(event.state).chain([&event.elapsed]);
        numbers.iter_mut().zip(all).for_each(|(to, x)| *to = *x);
        numbers
    }

    /// What an event reaches.
    pub fn reach(&self, event: &Event<'_>, nodes: &mut Nodes) -> Reached {
        let mut reached = Reached::default();
        let numbers = self.numbers(event);
        reached.rest.iter_mut().zip(self.rest.run(&numbers, nodes)).for_each(|(to, x)| *to = x);
        let mut out = self.spike.run(&numbers, nodes);
        reached.gain = out.next().unwrap_or(1.0);
        reached.spike.iter_mut().zip(out).for_each(|(to, x)| *to = x);
        reached
    }

    /// The state that an event leaves, in place, and its gain.
    pub fn advance(&self, state: &mut [f64], (elapsed, by): (f64, f64), nodes: &mut Nodes) -> f64 {
        if by == 1.0 {
            return (self.model.spike)(&self.params, state, elapsed);
        }
        let Reached { rest, spike, gain } = self.reach(&Event { state, elapsed, by }, nodes);
        for ((x, d), j) in state.iter_mut().zip(rest).zip(spike) {
            *x = d + by * (j - d);
        }
        gain
    }

    /// Takes the cotangents of the state after an event and of its gain back to the state before it, `[variable]`, and adds those
    /// of the parameters to `params`.
    pub fn retreat(
        &self,
        event: &Event<'_>,
        (after, gain): (&[f64], f64),
        params: &mut [f64],
        nodes: &mut Nodes,
    ) -> [f64; MOST] {
        let (m, v) = (self.params.len(), self.variables());
        let mut before = [0.0; MOST];
        let mut pull = |back: &Placed, of_gain: Option<f64>, share: f64| {
            let mut numbers = self.numbers(event);
            let cotangents = of_gain.into_iter().chain(after.iter().map(|x| share * x));
            numbers[m + v + 1..].iter_mut().zip(cotangents).for_each(|(to, x)| *to = x);
            for (k, x) in back.run(&numbers, nodes).enumerate().take(m + v) {
                *(if k < m { &mut params[k] } else { &mut before[k - m] }) += x;
            }
        };
        if event.by != 0.0 {
            pull(&self.spike_back, Some(gain), event.by);
        }
        if event.by != 1.0 {
            pull(&self.rest_back, None, 1.0 - event.by);
        }
        before
    }
}
