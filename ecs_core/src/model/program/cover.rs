//! Cover: a graph as a list of instructions, each as large as the list of instructions has it.

use super::fold::Folded;
use super::instruction::{Instruction, InstructionSet, OPERANDS};
use crate::number::{Float, Graph, Node, Op};

/// An instruction that computes a node.
#[derive(Clone, Copy, Debug)]
pub struct Covered {
    /// Index in the list of instructions.
    pub instruction: usize,
    /// The nodes that are its operands.
    pub from: [Option<u32>; OPERANDS],
    /// The node that it computes.
    pub node: u32,
}

/// The instructions that compute the outputs, operands before users.
pub fn cover<T: Float>(folded: &Folded, set: &InstructionSet<T>) -> Vec<Covered> {
    let uses = folded.uses();
    let mut needed = vec![false; folded.nodes.len()];
    folded.outputs.iter().for_each(|o| needed[*o as usize] = true);
    let mut steps = Vec::new();
    for node in (0..folded.nodes.len() as u32).rev() {
        if !needed[node as usize] || !matches!(folded.nodes[node as usize], Node::Apply(..)) {
            continue;
        }
        let fits = |(k, i): (usize, &Instruction<T>)| {
            let from = Match::of(i, folded, &uses, node)?;
            Some(Covered { instruction: k, from, node })
        };
        let step = set.list.iter().enumerate().find_map(fits).expect("each operation is an instruction");
        step.from.iter().flatten().for_each(|a| needed[*a as usize] = true);
        steps.push(step);
    }
    steps.reverse();
    steps
}

/// How far a pattern was laid on a graph.
#[derive(Clone)]
struct Match<'a> {
    pattern: &'a Graph,
    folded: &'a Folded,
    from: [Option<u32>; OPERANDS],
    /// Operations of the pattern, each with the node it stands on.
    inner: Vec<(u32, u32)>,
}

impl<'a> Match<'a> {
    /// The operands of `pattern` where it computes `root`, and all that is inside it is used nowhere else.
    fn of<T>(
        instruction: &'a Instruction<T>,
        folded: &'a Folded,
        uses: &[usize],
        root: u32,
    ) -> Option<[Option<u32>; OPERANDS]> {
        let pattern = &instruction.pattern;
        let top = pattern.outputs[0].1;
        if !matches!(pattern.nodes[top as usize], Node::Apply(..)) {
            return None;
        }
        let laid = Self { pattern, folded, from: [None; OPERANDS], inner: Vec::new() }.lay(top, root)?;
        let alone = |(p, node): &(u32, u32)| instruction.again || *p == top || laid.inside(*node, uses);
        laid.inner.iter().all(alone).then_some(laid.from)
    }

    /// Whether all uses of `node` are in the pattern.
    fn inside(&self, node: u32, uses: &[usize]) -> bool {
        let args = self.inner.iter().flat_map(|(_, user)| match &self.folded.nodes[*user as usize] {
            Node::Apply(op, args) => &args[..op.arity()],
            _ => &[],
        });
        args.filter(|a| **a == node).count() == uses[node as usize]
    }

    /// The pattern's node `p` laid on the graph's `node`.
    fn lay(mut self, p: u32, node: u32) -> Option<Self> {
        if let Some((_, there)) = self.inner.iter().find(|(known, _)| *known == p) {
            return (*there == node).then_some(self);
        }
        match (self.pattern.nodes[p as usize], self.folded.nodes[node as usize]) {
            (Node::Variable(v), _) => {
                let place = &mut self.from[v as usize];
                (*place.get_or_insert(node) == node).then_some(self)
            }
            (Node::Literal(a), Node::Literal(b)) => (a == b).then_some(self),
            (Node::Apply(op, args), Node::Apply(other, on)) if op == other => {
                if self.folded.shared[node as usize] != self.shared(&self.inner, node) {
                    return None;
                }
                self.inner.push((p, node));
                let swapped = matches!(op, Op::Add | Op::Mul).then_some([on[1], on[0], 0]);
                let lay = |on: [u32; 3]| {
                    let pairs = args.into_iter().zip(on).take(op.arity());
                    pairs.into_iter().try_fold(self.clone(), |laid, (p, node)| laid.lay(p, node))
                };
                lay(on).or_else(|| swapped.and_then(lay))
            }
            _ => None,
        }
    }

    /// Whether the root is shared; what is shared never hides inside what is not.
    fn shared(&self, inner: &[(u32, u32)], node: u32) -> bool {
        let root = inner.first().map_or(node, |(_, root)| *root);
        self.folded.shared[root as usize]
    }
}
