//! Scalar: a graph computed for one thing at a time, without taking memory.

use arrayvec::ArrayVec;

use crate::number::{Graph, Node, Real};

/// The most nodes of such a graph: their values stand on the stack.
const MOST: usize = 512;

/// A graph whose variables are places in a list.
#[derive(Debug)]
pub(super) struct Scalar {
    graph: Graph,
    /// The place of each variable.
    places: Vec<usize>,
}

impl Scalar {
    /// `graph`, whose variables are in the list `names`.
    ///
    /// # Errors
    /// A variable that is not, or more operations than there is room for.
    pub fn new(graph: &Graph, names: &[&str]) -> Result<Self, String> {
        if graph.nodes.len() > MOST {
            return Err(format!(
                "{} operations where a spike changes a trace; up to {MOST} are possible; simplify the rule",
                graph.nodes.len()
            ));
        }
        let place = |name: &String| {
            let place = names.iter().position(|other| other == name);
            place.ok_or_else(|| format!("`{name}` is not known to traces"))
        };
        let places = graph.variables.iter().map(place).collect::<Result<_, _>>()?;
        Ok(Self { graph: graph.clone(), places })
    }

    /// The outputs, in order, for numbers in the order of the names.
    pub fn run<R: Real>(&self, numbers: impl Fn(usize) -> R, mut output: impl FnMut(usize, R)) {
        let mut values = ArrayVec::<R, MOST>::new();
        for node in &self.graph.nodes {
            values.push(match node {
                Node::Literal(bits) => R::lit(f64::from_bits(*bits)),
                Node::Variable(k) => numbers(self.places[*k as usize]),
                Node::Apply(op, args) => op.apply(args.map(|arg| values.get(arg as usize).copied())),
            });
        }
        for (k, (_, node)) in self.graph.outputs.iter().enumerate() {
            output(k, values[*node as usize]);
        }
    }
}
