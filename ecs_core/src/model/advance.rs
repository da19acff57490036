//! Advance: a whole step of one neuron: jump, integration, holding, condition, reset, refractoriness.

use super::dynamics::Dynamics;
use super::integrate::{Forcing, Integrator, diffused};
use crate::number::Real;

/// Below this, decaying state is set to zero, so that it never becomes denormal: that is 27 times slower.
pub const FLUSH: f64 = 1e-30;

/// `x`, or zero where it is tiny.
#[inline(always)]
pub fn flush<R: Real>(x: R) -> R {
    (R::lit(FLUSH) - x.abs()).spike().select(R::lit(0.0), x)
}

/// What changes in a neuron during a step.
pub struct Cell<D: Dynamics, R: Real> {
    /// The state variables.
    pub state: D::S<R>,
    /// Steps for which the neuron stays refractory; infinite for one that is silenced or clamped.
    pub refractory: R,
}

/// What a step is made of, before it is decided who fires.
pub struct Parts<D: Dynamics, R: Real> {
    /// The state as the equations move it; what is held while refractory has not moved.
    pub moved: D::S<R>,
    /// Refractoriness that is left, in steps.
    pub waited: R,
    /// 1 where the neuron is not refractory.
    pub free: R,
    /// What firing depends on and does; `None` for a neuron that never fires.
    pub firing: Option<Firing<D, R>>,
}

/// What firing depends on and does.
pub struct Firing<D: Dynamics, R: Real> {
    /// Zero or above where the neuron fires.
    pub condition: R,
    /// The condition before the step, for models that fire when it becomes true.
    pub was: Option<R>,
    /// The state after a spike.
    pub reset: D::S<R>,
    /// Refractoriness after a spike, in steps.
    pub refractory: R,
}

/// The parts of a step.
#[inline(always)]
pub fn parts<D: Dynamics, I: Integrator, R: Real>(
    m: &D,
    p: &D::P<R>,
    cell: &Cell<D, R>,
    forcing: &Forcing<'_, R>,
) -> Parts<D, R> {
    let before = &cell.state;
    let free = (-cell.refractory + 0.5).spike();
    let moved = I::step::<D, R>(m, p, before, forcing);
    let moved = if m.noises() > 0 { diffused::<D, I, R>(m, p, (before, moved), forcing) } else { moved };
    let moved = m.state(|k| match m.held(k) {
        true => free.select(m.at(&moved, k), m.at(before, k)),
        false => m.at(&moved, k),
    });
    let waited = (cell.refractory - 1.0).max(R::lit(0.0));
    let firing = m.condition(p, &moved).map(|condition| Firing {
        condition,
        was: if m.edge() { m.condition(p, before) } else { None },
        reset: m.reset(p, &moved),
        refractory: m.refractory(p) * forcing.dt.recip(),
    });
    Parts { moved, waited, free, firing }
}

/// The cell one step later, and 1 where it fired, else 0.
#[inline(always)]
pub fn advance<D: Dynamics, I: Integrator, R: Real>(
    m: &D,
    p: &D::P<R>,
    cell: &Cell<D, R>,
    forcing: &Forcing<'_, R>,
) -> (Cell<D, R>, R) {
    let Parts { moved, waited, free, firing } = parts::<D, I, R>(m, p, cell, forcing);
    let Some(Firing { condition, was, reset, refractory }) = firing else {
        let state = m.state(|k| flush(m.at(&moved, k)));
        return (Cell { state, refractory: waited }, R::lit(0.0));
    };
    let above = condition.spike();
    let rising = was.map_or(above, |was| above * was.spike().complement());
    let fired = rising * free;
    let state = m.state(|k| flush(fired.select(m.at(&reset, k), m.at(&moved, k))));
    (Cell { state, refractory: fired.select(refractory, waited) }, fired)
}
