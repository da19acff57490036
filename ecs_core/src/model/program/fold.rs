//! Fold: a graph with nothing left that is known before it runs, or that no result needs.

use std::collections::HashMap;

use super::instruction::InstructionSet;
use crate::number::{Float, Graph, Node, Num, Op, Real};

/// A graph that was folded. Literals are numbers of the precision it will run in.
#[derive(Debug, Default)]
pub struct Folded {
    /// Nodes, operands before users, each needed by some result.
    pub nodes: Vec<Node>,
    /// Whether a node has the same value for all neurons.
    pub shared: Vec<bool>,
    /// The nodes that are results, in the order of the graph.
    pub outputs: Vec<u32>,
}

/// `graph` in the precision of `T`; `shared` says which variables are the same for all neurons.
pub fn fold<T: Float>(
    graph: &Graph,
    shared: impl Fn(u32) -> bool,
    set: &InstructionSet<T>,
) -> Result<Folded, String>
where
    Num<T>: Real,
{
    let mut folding = Folding { set, shared, folded: Folded::default(), seen: HashMap::new() };
    let mut now: Vec<u32> = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        let id = match *node {
            Node::Literal(bits) => folding.literal(T::of(f64::from_bits(bits))),
            Node::Variable(_) => folding.push(*node),
            Node::Apply(op, args) => folding.apply(op, args.map(|a| now[a as usize]))?,
        };
        now.push(id);
    }
    folding.folded.outputs = graph.outputs.iter().map(|(_, node)| now[*node as usize]).collect();
    Ok(folding.folded.needed())
}

struct Folding<'a, T, F> {
    set: &'a InstructionSet<T>,
    shared: F,
    folded: Folded,
    seen: HashMap<Node, u32>,
}

impl<T: Float, F: Fn(u32) -> bool> Folding<'_, T, F>
where
    Num<T>: Real,
{
    fn push(&mut self, node: Node) -> u32 {
        let next = self.folded.nodes.len() as u32;
        let id = *self.seen.entry(node).or_insert(next);
        if id == next {
            let shared = match node {
                Node::Literal(_) => true,
                Node::Variable(variable) => (self.shared)(variable),
                Node::Apply(op, args) => args[..op.arity()].iter().all(|a| self.folded.shared[*a as usize]),
            };
            self.folded.nodes.push(node);
            self.folded.shared.push(shared);
        }
        id
    }

    fn literal(&mut self, x: T) -> u32 {
        self.push(Node::Literal(x.to_f64().to_bits()))
    }

    fn known(&self, id: u32) -> Option<T> {
        match self.folded.nodes[id as usize] {
            Node::Literal(bits) => Some(T::of(f64::from_bits(bits))),
            _ => None,
        }
    }

    /// What `id` is the negative of.
    fn negated(&self, id: u32) -> Option<u32> {
        match self.folded.nodes[id as usize] {
            Node::Apply(Op::Neg, [a, ..]) => Some(a),
            _ => None,
        }
    }

    /// The node of `op`, in the form that patterns are written in. All these rules keep every bit.
    fn apply(&mut self, op: Op, args: [u32; 3]) -> Result<u32, String> {
        let mut args = args;
        args[op.arity()..].fill(0);
        let known = args.map(|a| self.known(a));
        if let Some(x) = all(&known[..op.arity()]) {
            let x = self.set.compute(op, x);
            return x.map(|x| self.literal(x)).ok_or_else(|| format!("{op:?} is not for models"));
        }
        if matches!(op, Op::HalfPow2 | Op::Exponent | Op::Mantissa) {
            return Err(format!("{op:?} is not for models"));
        }
        let [a, b, c] = args;
        let is = |x: Option<T>, y: f64| x.is_some_and(|x| x.to_f64() == y);
        match (op, self.negated(a), self.negated(b)) {
            (Op::Neg, Some(a), _) => Ok(a),
            (Op::Neg, None, _) => self.negative(a),
            (Op::Add, _, Some(b)) => self.apply(Op::Sub, [a, b, 0]),
            (Op::Add, Some(a), _) => self.apply(Op::Sub, [b, a, 0]),
            (Op::Sub, _, Some(b)) => self.apply(Op::Add, [a, b, 0]),
            (Op::Mul, _, _) if is(known[0], 1.0) => Ok(b),
            (Op::Mul, _, _) if is(known[1], 1.0) => Ok(a),
            (Op::Mul, _, _) if is(known[0], -1.0) => self.apply(Op::Neg, [b, 0, 0]),
            (Op::Mul, _, _) if is(known[1], -1.0) => self.apply(Op::Neg, [a, 0, 0]),
            (Op::Mul, Some(a), _) => {
                let product = self.apply(Op::Mul, [a, b, 0])?;
                self.apply(Op::Neg, [product, 0, 0])
            }
            (Op::Mul, _, Some(b)) if !self.folded.shared[b as usize] => {
                let product = self.apply(Op::Mul, [a, b, 0])?;
                self.apply(Op::Neg, [product, 0, 0])
            }
            (Op::Select, ..) if b == c => Ok(b),
            (Op::Select, ..) if known[0].is_some() => Ok(if is(known[0], 0.0) { c } else { b }),
            _ => Ok(self.push(Node::Apply(op, args))),
        }
    }

    /// The negative of `a`; that of a product is taken of the factor that all neurons share.
    fn negative(&mut self, a: u32) -> Result<u32, String> {
        if let Node::Apply(Op::Mul, [b, c, _]) = self.folded.nodes[a as usize] {
            let [first, second] = [b, c].map(|x| self.folded.shared[x as usize]);
            if first != second {
                let (own, shared) = if first { (c, b) } else { (b, c) };
                let shared = self.apply(Op::Neg, [shared, 0, 0])?;
                return Ok(self.push(Node::Apply(Op::Mul, [own, shared, 0])));
            }
        }
        Ok(self.push(Node::Apply(Op::Neg, [a, 0, 0])))
    }
}

/// Up to three numbers, the missing ones zero, if all are known.
fn all<T: Float>(known: &[Option<T>]) -> Option<[T; 3]> {
    let mut x = [T::default(); 3];
    for (x, known) in x.iter_mut().zip(known) {
        *x = (*known)?;
    }
    Some(x)
}

impl Folded {
    /// What its outputs need.
    fn needed(self) -> Self {
        let mut needed = vec![false; self.nodes.len()];
        self.outputs.iter().for_each(|o| needed[*o as usize] = true);
        for k in (0..self.nodes.len()).rev().filter(|k| matches!(self.nodes[*k], Node::Apply(..))) {
            if let (true, Node::Apply(op, args)) = (needed[k], self.nodes[k]) {
                args[..op.arity()].iter().for_each(|a| needed[*a as usize] = true);
            }
        }
        let mut kept = Self::default();
        let mut now = vec![0; self.nodes.len()];
        for k in (0..self.nodes.len()).filter(|k| needed[*k]) {
            now[k] = kept.nodes.len() as u32;
            kept.nodes.push(match self.nodes[k] {
                Node::Apply(op, args) => Node::Apply(op, args.map(|a| now[a as usize])),
                node => node,
            });
            kept.shared.push(self.shared[k]);
        }
        kept.outputs = self.outputs.iter().map(|o| now[*o as usize]).collect();
        kept
    }

    /// How often each node is used, as an operand or a result.
    pub fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.nodes.len()];
        for node in &self.nodes {
            if let Node::Apply(op, args) = node {
                args[..op.arity()].iter().for_each(|a| uses[*a as usize] += 1);
            }
        }
        self.outputs.iter().for_each(|o| uses[*o as usize] += 1);
        uses
    }
}
