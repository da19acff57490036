//! Graph: tables and graphs as the host reads them. They are made once and stay.

use abi::{Text, op};
use ecs_core::number::{Graph, Node, Op};
use ecs_core::registry::{Bound, Field};

/// A list that stays.
pub(crate) fn kept<T: 'static>(list: Vec<T>) -> (*const T, usize) {
    let list: &'static [T] = list.leak();
    (list.as_ptr(), list.len())
}

/// A string that stays.
pub(crate) fn text(text: &str) -> Text {
    Text::of(text.to_owned().leak())
}

/// A table; `held` says which rows are held while the neuron is refractory.
pub(crate) fn fields(fields: &'static [Field], held: &[bool]) -> (*const abi::Field, usize) {
    let row = |(k, field): (usize, &Field)| abi::Field {
        name: text(field.name),
        unit: text(field.unit),
        doc: text(field.doc),
        default_value: field.default,
        bound: match field.bound {
            Bound::Any | Bound::Words(_) => abi::bound::ANY,
            Bound::Positive => abi::bound::POSITIVE,
            Bound::NonNegative => abi::bound::NON_NEGATIVE,
            Bound::Fraction => abi::bound::FRACTION,
        },
        held: held.get(k).copied().unwrap_or(false).into(),
    };
    kept(fields.iter().enumerate().map(row).collect())
}

/// The part of a graph that its results depend on: what a model does not use, nobody has to give.
fn used(graph: &Graph) -> Graph {
    let mut wanted = vec![false; graph.nodes.len()];
    graph.outputs.iter().for_each(|(_, node)| wanted[*node as usize] = true);
    for (k, node) in graph.nodes.iter().enumerate().rev() {
        if let (true, Node::Apply(op, operands)) = (wanted[k], node) {
            operands[..op.arity()].iter().for_each(|operand| wanted[*operand as usize] = true);
        }
    }
    let mut used = Graph::default();
    let mut moved = vec![0; graph.nodes.len()];
    for (k, node) in graph.nodes.iter().enumerate().filter(|(k, _)| wanted[*k]) {
        moved[k] = used.nodes.len() as u32;
        used.nodes.push(match node {
            Node::Literal(bits) => Node::Literal(*bits),
            Node::Variable(k) => {
                used.variables.push(graph.variables[*k as usize].clone());
                Node::Variable(used.variables.len() as u32 - 1)
            }
            Node::Apply(op, operands) => Node::Apply(*op, operands.map(|k| moved[k as usize])),
        });
    }
    used.outputs = graph.outputs.iter().map(|(name, k)| (name.clone(), moved[*k as usize])).collect();
    used
}

/// A graph that stays.
pub(crate) fn graph(graph: &Graph) -> abi::Graph {
    let graph = used(graph);
    let (variables, variable_count) = kept(graph.variables.iter().map(|name| text(name)).collect());
    let (nodes, node_count) = kept(graph.nodes.iter().map(node).collect());
    let result = |(name, node): &(String, u32)| abi::Output { name: text(name), node: *node };
    let (outputs, output_count) = kept(graph.outputs.iter().map(result).collect());
    abi::Graph { variables, variable_count, nodes, node_count, outputs, output_count }
}

/// A pointer to a graph that stays; null for none.
pub(crate) fn optional(one: Option<&Graph>) -> *const abi::Graph {
    one.map_or(std::ptr::null(), |one| kept(vec![graph(one)]).0)
}

fn node(node: &Node) -> abi::Node {
    let zero = abi::Node { op: op::LITERAL, a: 0, b: 0, c: 0, literal: 0.0 };
    match node {
        Node::Literal(bits) => abi::Node { literal: f64::from_bits(*bits), ..zero },
        Node::Variable(k) => abi::Node { op: op::VARIABLE, a: *k, ..zero },
        Node::Apply(op, [a, b, c]) => abi::Node { op: code(*op), a: *a, b: *b, c: *c, ..zero },
    }
}

fn code(op: Op) -> u32 {
    match op {
        Op::Neg => op::NEG,
        Op::Add => op::ADD,
        Op::Sub => op::SUB,
        Op::Mul => op::MUL,
        Op::Div => op::DIV,
        Op::Exp => op::EXP,
        Op::Expm1 => op::EXPM1,
        Op::Ln => op::LN,
        Op::Sqrt => op::SQRT,
        Op::Tanh => op::TANH,
        Op::Abs => op::ABS,
        Op::Min => op::MIN,
        Op::Max => op::MAX,
        Op::Spike => op::SPIKE,
        Op::Select => op::SELECT,
        Op::Exprel => op::EXPREL,
        Op::Exprelr => op::EXPRELR,
        Op::HalfPow2 | Op::Exponent | Op::Mantissa => {
            unreachable!("a model is written in `Real`, which has no bits")
        }
    }
}
