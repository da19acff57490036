//! Pool: the nodes of several graphs in one list, equal ones shared. Variables are equal by name: channels of a neuron that
//! share a parameter each bring a variable for it.

use std::collections::HashMap;

use ecs_core::number::{Graph, Node, Op};

use crate::graph::part;

/// A node; operands are places in the pool.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shared {
    Literal(u64),
    Variable(String),
    Apply(Op, Vec<usize>),
}

/// Nodes, operands before users.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    nodes: Vec<Shared>,
    seen: HashMap<Shared, usize>,
}

impl Pool {
    /// Takes in what the outputs of a graph need; gives their places.
    pub fn add(&mut self, graph: &Graph) -> Vec<usize> {
        let graph = part(graph, &graph.outputs);
        let mut places = Vec::with_capacity(graph.nodes.len());
        for node in &graph.nodes {
            let shared = match node {
                Node::Literal(bits) => Shared::Literal(*bits),
                Node::Variable(k) => Shared::Variable(graph.variables[*k as usize].clone()),
                Node::Apply(op, args) => {
                    Shared::Apply(*op, args[..op.arity()].iter().map(|arg| places[*arg as usize]).collect())
                }
            };
            places.push(self.place(shared));
        }
        graph.outputs.iter().map(|(_, node)| places[*node as usize]).collect()
    }

    fn place(&mut self, shared: Shared) -> usize {
        let next = self.nodes.len();
        let place = *self.seen.entry(shared.clone()).or_insert(next);
        if place == next {
            self.nodes.push(shared);
        }
        place
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn node(&self, place: usize) -> &Shared {
        &self.nodes[place]
    }

    /// The number at a place, where it is one.
    pub fn literal(&self, place: usize) -> Option<f64> {
        match self.node(place) {
            Shared::Literal(bits) => Some(f64::from_bits(*bits)),
            _ => None,
        }
    }

    /// The operands of `op` at a place, where it stands there.
    pub fn operands(&self, op: Op, place: usize) -> Option<&[usize]> {
        match self.node(place) {
            Shared::Apply(other, operands) if *other == op => Some(operands),
            _ => None,
        }
    }

    /// The two operands of `op` at a place, where it stands there.
    pub fn pair(&self, op: Op, place: usize) -> Option<(usize, usize)> {
        self.operands(op, place).map(|operands| (operands[0], operands[1]))
    }
}
