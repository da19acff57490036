//! Expr: a number that writes down what is done with it, as a graph.
//!
//! Inside [`trace`] every operation appends a node; equal nodes are shared. C text, documentation and the run-time
//! evaluator come from the graph.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::real::{Bits, Real};

/// The operations of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the method of `Real` or `Bits` of that name")]
pub enum Op {
    Neg,
    Add,
    Sub,
    Mul,
    Div,
    Exp,
    Expm1,
    Ln,
    Sqrt,
    Tanh,
    Abs,
    Min,
    Max,
    Spike,
    Select,
    Exprel,
    Exprelr,
    HalfPow2,
    Exponent,
    Mantissa,
}

/// A node of a graph; operands are the indices of earlier nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A number, by its bits.
    Literal(u64),
    /// The variable of that index in [`Graph::variables`].
    Variable(u32),
    /// An operation on one to three nodes; those it does not need are 0.
    Apply(Op, [u32; 3]),
}

/// What a traced function computes.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Names of the variables.
    pub variables: Vec<String>,
    /// Nodes, operands before users.
    pub nodes: Vec<Node>,
    /// The nodes that are results, with their names.
    pub outputs: Vec<(String, u32)>,
}

impl Graph {
    /// Whether node `node` depends on a variable that `wanted` names.
    pub fn depends(&self, node: u32, wanted: impl Fn(&str) -> bool) -> bool {
        let mut on = vec![false; self.nodes.len()];
        for (k, n) in self.nodes.iter().enumerate().take(node as usize + 1) {
            on[k] = match n {
                Node::Literal(_) => false,
                Node::Variable(v) => wanted(&self.variables[*v as usize]),
                Node::Apply(op, args) => args[..op.arity()].iter().any(|a| on[*a as usize]),
            };
        }
        on[node as usize]
    }
}

impl Op {
    /// How many operands it takes.
    pub fn arity(self) -> usize {
        match self {
            Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Min | Op::Max => 2,
            Op::Select => 3,
            _ => 1,
        }
    }
}

/// A node of the graph that is being traced on this thread.
#[derive(Clone, Copy, Debug)]
pub struct Expr(u32);

#[derive(Default)]
struct Tracer {
    graph: Graph,
    seen: HashMap<Node, u32>,
}

thread_local! {
    static TRACER: RefCell<Option<Tracer>> = const { RefCell::new(None) };
}

fn push(node: Node) -> Expr {
    TRACER.with_borrow_mut(|tracer| {
        let t = tracer.as_mut().expect("an `Expr` is only used inside `trace`");
        let next = t.graph.nodes.len() as u32;
        let id = *t.seen.entry(node).or_insert(next);
        if id == next {
            t.graph.nodes.push(node);
        }
        Expr(id)
    })
}

/// The graph of `f`, which makes its variables by [`Expr::variable`] and returns its named results.
pub fn trace(f: impl FnOnce() -> Vec<(String, Expr)>) -> Graph {
    let outer = TRACER.replace(Some(Tracer::default()));
    let outputs = f();
    let traced = TRACER.replace(outer).expect("nobody else takes the tracer of this thread");
    let mut graph = traced.graph;
    graph.outputs = outputs.into_iter().map(|(name, e)| (name, e.0)).collect();
    graph
}

impl Expr {
    /// A new variable.
    pub fn variable(name: impl Into<String>) -> Self {
        let index = TRACER.with_borrow_mut(|t| {
            let graph = &mut t.as_mut().expect("variables are made inside `trace`").graph;
            graph.variables.push(name.into());
            graph.variables.len() as u32 - 1
        });
        push(Node::Variable(index))
    }

    fn apply1(self, op: Op) -> Self {
        push(Node::Apply(op, [self.0, 0, 0]))
    }

    fn apply2(self, op: Op, b: Self) -> Self {
        push(Node::Apply(op, [self.0, b.0, 0]))
    }
}

impl Neg for Expr {
    type Output = Self;
    fn neg(self) -> Self {
        self.apply1(Op::Neg)
    }
}

macro_rules! binary {
    ($($tr:ident $f:ident),*) => {$(
        impl $tr for Expr {
            type Output = Self;
            fn $f(self, rhs: Self) -> Self {
                self.apply2(Op::$tr, rhs)
            }
        }
        impl $tr<f64> for Expr {
            type Output = Self;
            fn $f(self, rhs: f64) -> Self {
                self.apply2(Op::$tr, Expr::lit(rhs))
            }
        }
    )*};
}

binary!(Add add, Sub sub, Mul mul, Div div);

macro_rules! unary {
    ($($f:ident $op:ident),*) => {$(
        fn $f(self) -> Self {
            self.apply1(Op::$op)
        }
    )*};
}

impl Real for Expr {
    fn lit(x: f64) -> Self {
        push(Node::Literal(x.to_bits()))
    }
    fn min(self, other: Self) -> Self {
        self.apply2(Op::Min, other)
    }
    fn max(self, other: Self) -> Self {
        self.apply2(Op::Max, other)
    }
    fn select(self, yes: Self, no: Self) -> Self {
        push(Node::Apply(Op::Select, [self.0, yes.0, no.0]))
    }
    unary!(exp Exp, expm1 Expm1, ln Ln, sqrt Sqrt, tanh Tanh, abs Abs, spike Spike, exprel Exprel, exprelr Exprelr);
}

impl Bits for Expr {
    unary!(half_pow2 HalfPow2, exponent Exponent, mantissa Mantissa);
}
