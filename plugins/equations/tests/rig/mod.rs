//! What tests of texts share: short parameters, and the comparison of graphs.

use std::collections::HashSet;

use ecs_core::number::{Graph, Node};
use ecs_core::registry::Bound;
use equations::Parameter;

/// Parameters from `name=quantity`.
pub fn parameters<'a>(rows: &[&'a str]) -> Vec<Parameter<'a>> {
    let row = |row: &&'a str| {
        let (name, value) = row.split_once('=').expect("a test writes `name=quantity`");
        Parameter { name, value, bound: Bound::Any, doc: "" }
    };
    rows.iter().map(row).collect()
}

/// Fails unless both graphs apply the same operations to the same operands, in whatever order of nodes.
pub fn assert_same(text: &Graph, hand: &Graph) {
    let names = |graph: &Graph| graph.outputs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(text), names(hand));
    let mut seen = HashSet::new();
    for ((name, a), (_, b)) in text.outputs.iter().zip(&hand.outputs) {
        assert!(same(text, *a, hand, *b, &mut seen), "`{name}`:\n text {text:#?}\n hand {hand:#?}");
    }
}

fn same(a: &Graph, x: u32, b: &Graph, y: u32, seen: &mut HashSet<(u32, u32)>) -> bool {
    if !seen.insert((x, y)) {
        return true;
    }
    match (a.nodes[x as usize], b.nodes[y as usize]) {
        (Node::Literal(p), Node::Literal(q)) => p == q,
        (Node::Variable(p), Node::Variable(q)) => a.variables[p as usize] == b.variables[q as usize],
        (Node::Apply(p, s), Node::Apply(q, t)) => {
            p == q && (0..p.arity()).all(|k| same(a, s[k], b, t[k], seen))
        }
        _ => false,
    }
}
