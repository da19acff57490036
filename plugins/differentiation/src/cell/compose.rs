//! Compose: the step of a population as one graph, from what arrives at its receptors to who fires, and the graph of its adjoint.
//!
//! Operations are those of the running network, in the same order, so that a forward pass gives its bits.

use ecs_core::model::{STAGES, Surrogate, flush};
use ecs_core::number::{Expr, Graph, Real, trace};

use super::shape::{Shape, Slot};
use crate::reverse::{Stated, reverse};

/// What the backward pass sees instead of the step from silence to a spike.
#[derive(Clone, Copy, Debug)]
pub struct Spiking {
    /// The derivative, and what it is the derivative of.
    pub surrogate: Surrogate,
    /// By how much the firing condition is divided before either is applied, in the condition's unit.
    pub scale: f64,
    /// Whether neurons fire by the surrogate's integral, instead of all or nothing: then the network is smooth.
    pub smooth: bool,
    /// Whether the gradient follows the reset back to what caused the spike.
    pub through_reset: bool,
}

impl Spiking {
    fn gradient(&self, x: Expr) -> Expr {
        (self.surrogate.model().gradient.graph)(self.surrogate.params(), x)
    }

    fn primitive(&self, x: Expr) -> Expr {
        (self.surrogate.model().primitive.graph)(self.surrogate.params(), x)
    }
}

/// The composed step: nodes of its graph.
struct Step {
    graph: Graph,
    /// The state columns after the step.
    next: Vec<u32>,
    /// What neurons fire by.
    fired: u32,
    /// The spike before anything gates it, the condition it depends on, and its derivative.
    spike: Option<[u32; 3]>,
}

/// What a composed step is wanted for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Forward,
    Backward,
}

fn name(slot: Slot) -> String {
    format!("{slot:?}")
}

/// Current and conductance at the integrator's moments, and the receptors' state after the step.
fn receive(
    shape: &Shape,
    slot: &dyn Fn(Slot) -> Expr,
    settled: &dyn Fn(Expr) -> Expr,
) -> (Vec<[Expr; 2]>, Vec<Expr>) {
    let stages = shape.integrator.offsets.len();
    let mut inputs = vec![[Expr::lit(0.0); 2]; stages];
    let mut after = Vec::new();
    for (k, receptor) in (1..).zip(&shape.receptors) {
        let n = receptor.order;
        let entry = |e: usize| slot(Slot::Entry(k, e));
        let first = shape.receptor(k);
        let arrived = slot(Slot::Arriving(k));
        let state: Vec<Expr> =
            (0..n).map(|j| slot(Slot::State(first + j)) + arrived * entry(n * n + j)).collect();
        let sum = |factor: &dyn Fn(usize) -> Expr| {
            (1..n).fold(state[0] * factor(0), |sum, j| sum + state[j] * factor(j))
        };
        let params: Vec<Expr> =
            (n * (n + 1 + stages)..shape.entries(k)).map(|e| slot(Slot::Entry(k, e))).collect();
        for (c, [i, g]) in inputs.iter_mut().enumerate() {
            let value = sum(&|j| entry(n * (n + 1 + c) + j));
            let (current, conductance) = (receptor.output.traced)(&params, value, slot(Slot::State(0)));
            *i = if k == 1 { current } else { *i + current };
            if let Some(conductance) = conductance {
                *g = *g + conductance;
            }
        }
        after.extend((0..n).map(|row| settled(sum(&|j| entry(row * n + j)))));
    }
    if shape.driven {
        for [i, _] in &mut inputs {
            let injected = slot(Slot::Current);
            *i = if shape.receptors.is_empty() { injected } else { *i + injected };
        }
    }
    (inputs, after)
}

/// The step's graph; `None` where the integrator does not apply to the model.
fn step(shape: &Shape, spiking: &Spiking, pass: Pass) -> Option<Step> {
    let drive = |r: &super::ReceptorShape| r.output.entry.drive == Some(ecs_core::registry::Drive::Current);
    let conducts = !shape.receptors.iter().all(drive);
    let parts = shape.model.inspect.parts(shape.integrator.name, conducts)?;
    let names: Vec<&str> = parts.outputs.iter().map(|(name, _)| name.as_str()).collect();
    let find = |name: &str| names.iter().position(|n| *n == name);
    let slots = shape.slots();
    let (mut fires, n) = (false, shape.variables());
    let graph = trace(|| {
        let variables: Vec<Expr> = slots.iter().map(|slot| Expr::variable(name(*slot))).collect();
        let slot =
            |s: Slot| variables[slots.iter().position(|known| *known == s).expect("slots list all of them")];
        // A state of nothing is flushed to nothing, but what a little more of it would do is not.
        let settled = |x: Expr| if pass == Pass::Forward { flush(x) } else { x };
        let (inputs, receptors) = receive(shape, &slot, &settled);
        let mut given: Vec<Expr> =
            (0..shape.model.entry.params.len()).map(|k| slot(Slot::Param(k))).collect();
        given.extend((0..=n).map(|k| slot(Slot::State(k))));
        given.extend((0..STAGES).flat_map(|c| inputs[c.min(inputs.len() - 1)]));
        given.push(if shape.jumps { slot(Slot::Arriving(0)) } else { Expr::lit(-0.0) });
        given.push(Expr::lit(shape.dt));
        given.extend((0..shape.model.noises).map(|j| slot(Slot::Noise(j))));
        let nodes = parts.values(&given);
        let at = |k: usize| nodes[parts.outputs[k].1 as usize];
        let moved: Vec<Expr> = (0..n).map(at).collect();
        let (waited, free) = (at(n), at(n + 1));
        let mut out = Vec::new();
        match find("condition").map(at) {
            None => {
                out.extend(moved.iter().map(|x| settled(*x)).chain([waited]).chain(receptors));
                out.push(Expr::lit(0.0));
            }
            Some(condition) => {
                fires = true;
                let x = condition * (1.0 / spiking.scale);
                let above = condition.spike();
                let spike = if spiking.smooth { spiking.primitive(x) } else { above };
                let gate = |s: Expr| match find("was").map(at) {
                    Some(was) => s * was.spike().complement() * free,
                    None => s * free,
                };
                // Who is taught fires at the teacher's word as well as by itself.
                let told = |s: Expr| if shape.taught { s.max(slot(Slot::Taught)) } else { s };
                let (hard, fired) = (gate(told(above)), gate(told(spike)));
                let reset =
                    find(&format!("reset {}", shape.model.entry.state[0].name)).expect("what fires is reset");
                let blends = spiking.smooth || pass == Pass::Backward && spiking.through_reset;
                out.extend((0..n).map(|k| {
                    let (reset, moved) = (at(reset + k), moved[k]);
                    settled(if blends { moved + fired * (reset - moved) } else { hard.select(reset, moved) })
                }));
                let refractory = at(find("refractory").expect("what fires is refractory for a time"));
                out.push(hard.select(refractory, waited));
                out.extend(receptors);
                let slope = spiking.gradient(x) * (1.0 / spiking.scale);
                out.extend([fired, spike, condition, slope, gate(slope)]);
            }
        }
        out.into_iter().map(|e| (String::new(), e)).collect()
    });
    let of: Vec<u32> = graph.outputs.iter().map(|(_, node)| *node).collect();
    let m = shape.columns();
    let spike = fires.then(|| [of[m + 1], of[m + 2], of[m + 3]]);
    Some(Step { next: of[..m].to_vec(), fired: of[m], spike, graph })
}

/// A graph and what its variables and outputs are.
pub struct Composed {
    /// The graph.
    pub graph: Graph,
    /// Its variables, in order.
    pub slots: Vec<Slot>,
    /// Whether the population can fire.
    pub fires: bool,
}

/// The forward step. Outputs: the state columns; where the population can fire also what each neuron fires by, and the
/// derivative of that, zero for who could not fire.
pub fn forward(shape: &Shape, spiking: &Spiking) -> Option<Composed> {
    let Step { mut graph, spike, .. } = step(shape, spiking, Pass::Forward)?;
    let m = shape.columns();
    let kept = |k: &usize| *k < m || spike.is_some() && (*k == m || *k == m + 4);
    let mut k = 0..;
    graph.outputs.retain(|_| k.next().is_some_and(|k| kept(&k)));
    Some(Composed { graph, slots: shape.slots(), fires: spike.is_some() })
}

/// The adjoint of the step. Variables: those of the step, the cotangents of the state columns and of the spikes, and the sums
/// so far of `wanted`. Outputs: the cotangents of the state columns before the step, of what arrives at each receptor (the
/// voltage first, where anything does), of the teacher's word where there is one, of the current where one is injected, and the new sums.
pub fn backward(shape: &Shape, spiking: &Spiking, wanted: &[Slot]) -> Option<Composed> {
    let Step { graph, next, fired, spike } = step(shape, spiking, Pass::Backward)?;
    let (mut slots, m) = (shape.slots(), shape.columns());
    let own = slots.len();
    slots.extend((0..m).map(Slot::Cotangent).chain([Slot::Fired]).chain((0..wanted.len()).map(Slot::Sum)));
    let adjoint = trace(|| {
        let variables: Vec<Expr> = slots.iter().map(|slot| Expr::variable(name(*slot))).collect();
        let values = graph.values(&variables[..own]);
        // Refractoriness is counted in whole steps: nothing is differentiated through it.
        let mut seeds: Vec<(u32, Expr)> =
            next.iter().zip(&variables[own..]).map(|(node, d)| (*node, *d)).collect();
        seeds.remove(shape.refractory());
        let stated = spike.map(|[node, on, slope]| {
            seeds.push((fired, variables[own + m]));
            Stated { node, on, slope: values[slope as usize] }
        });
        let d = reverse(&graph, &values, &seeds, stated);
        // A trace makes the variables first, each a node of its own.
        let of = |slot: &Slot| {
            let k = slots.iter().position(|s| s == slot).expect("slots list all of them");
            d[k].unwrap_or_else(|| Expr::lit(0.0))
        };
        let mut out: Vec<Expr> = (0..m).map(|k| flush(of(&Slot::State(k)))).collect();
        out.extend(
            slots[..own]
                .iter()
                .filter(|s| matches!(s, Slot::Arriving(_) | Slot::Taught | Slot::Current))
                .map(of),
        );
        out.extend((0..wanted.len()).map(|j| variables[own + m + 1 + j] + of(&wanted[j])));
        out.into_iter().map(|e| (String::new(), e)).collect()
    });
    Some(Composed { graph: adjoint, slots, fires: spike.is_some() })
}

/// A derivative within a step: of what, in what, and the output of the graph that is it. What is zero by construction is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partial {
    /// The state column after the step; `None` for the spike.
    pub of: Option<usize>,
    /// [`Slot::State`] or [`Slot::Arriving`].
    pub by: Slot,
}

/// The local Jacobian of the step: how state and spike change with the state before it and with what arrives. Outputs are in the
/// order of the list.
pub fn jacobian(shape: &Shape, spiking: &Spiking) -> Option<(Composed, Vec<Partial>)> {
    let Step { graph, next, fired, spike } = step(shape, spiking, Pass::Backward)?;
    let slots = shape.slots();
    let mut partials = Vec::new();
    let jacobian = trace(|| {
        let variables: Vec<Expr> = slots.iter().map(|slot| Expr::variable(name(*slot))).collect();
        let values = graph.values(&variables);
        let stated = spike.map(|[node, on, slope]| Stated { node, on, slope: values[slope as usize] });
        let states = next.iter().copied().enumerate().filter(|(c, _)| *c != shape.refractory());
        let results = states.map(|(c, node)| (Some(c), node)).chain(spike.map(|_| (None, fired)));
        let mut out = Vec::new();
        for (of, node) in results {
            let d = reverse(&graph, &values, &[(node, Expr::lit(1.0))], stated);
            for (slot, d) in slots.iter().zip(d) {
                let wanted = match slot {
                    Slot::State(c) => *c != shape.refractory(),
                    Slot::Arriving(_) => true,
                    _ => false,
                };
                if let (true, Some(d)) = (wanted, d) {
                    partials.push(Partial { of, by: *slot });
                    out.push((String::new(), d));
                }
            }
        }
        out
    });
    Some((Composed { graph: jacobian, slots, fires: spike.is_some() }, partials))
}
