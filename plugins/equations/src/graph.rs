//! Graph: parts of a graph, so that what one trace gives can be handed out piece by piece.

use ecs_core::number::{Expr, Graph, Node, trace};

use crate::lower::Refused;

/// The graph of what `f` returns, which can fail.
pub(crate) fn traced(f: impl FnOnce() -> Result<Vec<(String, Expr)>, Refused>) -> Result<Graph, Refused> {
    let mut refused = None;
    let graph = trace(|| {
        f().unwrap_or_else(|why| {
            refused = Some(why);
            Vec::new()
        })
    });
    match refused {
        Some(why) => Err(why),
        None => Ok(part(&graph, &graph.outputs)),
    }
}

/// The part of `graph` that these outputs need; other nodes and variables are left out, the order stays.
pub(crate) fn part(graph: &Graph, outputs: &[(String, u32)]) -> Graph {
    let mut needed = vec![false; graph.nodes.len()];
    outputs.iter().for_each(|(_, node)| needed[*node as usize] = true);
    for (k, node) in graph.nodes.iter().enumerate().rev() {
        if let (true, Node::Apply(op, args)) = (needed[k], node) {
            args[..op.arity()].iter().for_each(|arg| needed[*arg as usize] = true);
        }
    }
    let mut made = Graph::default();
    let mut places = vec![0; graph.nodes.len()];
    for (k, node) in graph.nodes.iter().enumerate().filter(|(k, _)| needed[*k]) {
        places[k] = made.nodes.len() as u32;
        let node = match node {
            Node::Literal(bits) => Node::Literal(*bits),
            Node::Variable(name) => {
                made.variables.push(graph.variables[*name as usize].clone());
                Node::Variable(made.variables.len() as u32 - 1)
            }
            Node::Apply(op, args) => {
                let used = op.arity();
                Node::Apply(*op, std::array::from_fn(|n| if n < used { places[args[n] as usize] } else { 0 }))
            }
        };
        made.nodes.push(node);
    }
    made.outputs = outputs.iter().map(|(name, node)| (name.clone(), places[*node as usize])).collect();
    made
}
