//! Reverse: the adjoint of a graph, written down as a graph itself.
//!
//! Partial derivatives of an operation are those that [`Dual`] knows, so that there is one list of rules. The cost of the
//! adjoint is a small multiple of that of the graph, whatever the number of variables: Griewank & Walther (2008), Evaluating
//! Derivatives, section 3.3.

use ecs_core::number::{Dual, Expr, Graph, Node, Op, Real};

/// A node whose derivative is stated, instead of following from its operation: that of a spike.
#[derive(Clone, Copy, Debug)]
pub struct Stated {
    /// The node.
    pub node: u32,
    /// The node that it depends on, which stands before it.
    pub on: u32,
    /// The derivative.
    pub slope: Expr,
}

/// What a small change of each node changes in Σ seed × node, `[node]`; `None` where nothing by construction.
///
/// `values` are those of all nodes, in the trace that is under way.
pub fn reverse(
    graph: &Graph,
    values: &[Expr],
    seeds: &[(u32, Expr)],
    stated: Option<Stated>,
) -> Vec<Option<Expr>> {
    let mut adjoint: Vec<Option<Expr>> = vec![None; graph.nodes.len()];
    let add = |to: &mut Option<Expr>, x: Expr| *to = Some(to.map_or(x, |sum| sum + x));
    seeds.iter().for_each(|(node, seed)| add(&mut adjoint[*node as usize], *seed));
    for k in (0..graph.nodes.len()).rev() {
        let Some(d) = adjoint[k] else { continue };
        if let Some(stated) = stated.filter(|stated| stated.node as usize == k) {
            add(&mut adjoint[stated.on as usize], d * stated.slope);
            continue;
        }
        let Node::Apply(op, args) = graph.nodes[k] else { continue };
        let operands = args.map(|a| values[a as usize]);
        for (k, change) in partials(op, operands, d).into_iter().enumerate().take(op.arity()) {
            if let Some(change) = change {
                add(&mut adjoint[args[k] as usize], change);
            }
        }
    }
    adjoint
}

/// `d` times the derivative of `op` in each of its operands.
fn partials(op: Op, x: [Expr; 3], d: Expr) -> [Option<Expr>; 3] {
    // Chosen, not multiplied by a mask: what was not chosen may be infinite.
    if op == Op::Select {
        let zero = Expr::lit(0.0);
        return [None, Some(x[0].select(d, zero)), Some(x[0].select(zero, d))];
    }
    let operand = |k: usize| (k < op.arity()).then(|| Dual::<Expr, 3>::variable(x[k], k));
    op.apply([operand(0), operand(1), operand(2)]).d.map(|slope| slope.map(|slope| d * slope))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ecs_core::number::{Num, trace};

    /// Σ over all operations of a graph that has them all, in two variables.
    fn function<R: Real>(x: R, y: R) -> R {
        let a = (x * y).exp() + (x / y).expm1() - (x.abs() + 1.0).ln() * (y * y + 1.0).sqrt();
        let b = a.tanh() + x.min(y) * 3.0 - x.max(-y) + (x - y).exprel() * (x + y).exprelr();
        (x - y).spike().select(b * x, a * b - y)
    }

    #[test]
    fn it_agrees_with_forward_differentiation_to_the_last_digits() {
        let graph = trace(|| {
            let [x, y] = ["x", "y"].map(Expr::variable);
            vec![("f".into(), function(x, y))]
        });
        let adjoint = trace(|| {
            let variables = ["x", "y"].map(Expr::variable);
            let values = graph.values(&variables);
            let d = reverse(&graph, &values, &[(graph.outputs[0].1, Expr::lit(1.0))], None);
            let of = |name: &str| {
                let variable = graph.variables.iter().position(|v| v == name);
                let node = graph.nodes.iter().position(|n| match n {
                    Node::Variable(k) => Some(*k as usize) == variable,
                    _ => false,
                });
                d[node.expect("the graph has it")].expect("the function depends on it")
            };
            vec![("x".into(), of("x")), ("y".into(), of("y"))]
        });
        for (x, y) in [(0.3, 0.7), (0.9, 0.2), (-0.4, 0.5), (0.25, -0.6), (1e-9, 0.4)] {
            let [x, y] = [Num(x), Num(y)];
            let forward = function(Dual::<Num<f64>, 2>::variable(x, 0), Dual::variable(y, 1));
            let reverse = adjoint.evaluate(|name| if name == "x" { x } else { y });
            for (d, r) in forward.d.into_iter().zip(reverse) {
                let d = d.expect("the function depends on both").0;
                assert!((d - r.0).abs() <= 1e-13 * (1.0 + d.abs()), "{d} against {}", r.0);
            }
        }
    }

    #[test]
    fn a_stated_derivative_takes_the_place_of_the_step() {
        let graph = trace(|| {
            let x = Expr::variable("x");
            let condition = x * 2.0;
            vec![("spike".into(), condition.spike()), ("condition".into(), condition)]
        });
        let slope = trace(|| {
            let x = Expr::variable("x");
            let values = graph.values(&[x]);
            let [node, on] = [0, 1].map(|k: usize| graph.outputs[k].1);
            let stated = Stated { node, on, slope: values[on as usize] * 10.0 };
            let d = reverse(&graph, &values, &[(node, Expr::lit(1.0))], Some(stated));
            vec![("x".into(), d[0].expect("it depends on x"))]
        });
        assert_eq!(slope.evaluate(|_| Num(3.0)), [Num(120.0)]);
    }
}
