//! Advance: a whole step of one neuron: jump, integration, holding, condition, reset, refractoriness.

use super::integrate::{Integrator, STAGES};
use super::neuron::{Input, Neuron, ParamsOf, StateOf};
use super::table::Table;
use crate::number::Real;

/// Below this, decaying state is set to zero, so that it never becomes denormal: that is 27 times slower.
pub const FLUSH: f64 = 1e-30;

/// `x`, or zero where it is tiny.
#[inline(always)]
pub fn flush<R: Real>(x: R) -> R {
    (R::lit(FLUSH) - x.abs()).spike().select(R::lit(0.0), x)
}

/// What changes in a neuron during a step.
pub struct Cell<M: Neuron, R: Real> {
    /// The state variables.
    pub state: StateOf<M, R>,
    /// Steps for which the neuron stays refractory; infinite for one that is silenced or clamped.
    pub refractory: R,
}

/// The cell one step later, and 1 where it fired, else 0.
#[inline(always)]
pub fn advance<M: Neuron, I: Integrator, R: Real>(
    p: &ParamsOf<M, R>,
    cell: &Cell<M, R>,
    inputs: &[Input<R>; STAGES],
    jump: R,
    dt: R,
) -> (Cell<M, R>, R) {
    let before = &cell.state;
    let free = (-cell.refractory + 0.5).spike();
    let moved = I::step::<M, R>(p, before, inputs, jump, dt);
    let moved = M::S::build(|k| match M::S::HELD[k] {
        true => free.select(*M::S::at(&moved, k), *M::S::at(before, k)),
        false => *M::S::at(&moved, k),
    });
    let above = M::condition(p, &moved).spike();
    let rising = if M::EDGE { above * M::condition(p, before).spike().complement() } else { above };
    let fired = rising * free;
    let reset = M::reset(p, &moved);
    let state = M::S::build(|k| flush(fired.select(*M::S::at(&reset, k), *M::S::at(&moved, k))));
    let waited = (cell.refractory - 1.0).max(R::lit(0.0));
    let refractory = fired.select(M::refractory(p) * dt.recip(), waited);
    (Cell { state, refractory }, fired)
}
