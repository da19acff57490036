//! Integrators: one step of a model's differential equation, applied from outside.
//!
//! Source: Hairer, Nørsett & Wanner, Solving Ordinary Differential Equations I, tables II.1.1-1.2 (Runge-Kutta);
//! exponential Euler with the linear part of each variable taken alone: Oh & French (2006), doi:10.1016/j.neucom.2005.12.005.

use super::neuron::{Input, Neuron, ParamsOf, StateOf};
use super::table::{Rows, Table};
use crate::number::{Dual, Real};

/// The most moments within a step at which an integrator looks at the input.
pub const STAGES: usize = 3;

/// A way to advance a state by one step.
pub trait Integrator: 'static {
    /// Its name in a scenario.
    const NAME: &'static str;
    /// Order of convergence.
    const ORDER: u32;
    /// The moments, in steps, at which it looks at the input.
    const OFFSETS: &'static [f64];
    /// Whether it solves x' = a x + b exactly, so that receptors may hand it the input's exact mean over the step.
    const SOLVES_LINEAR: bool = false;

    /// The state `dt` ms later. `jump` is added to the voltage first; `inputs[k]` is the input at `OFFSETS[k]`.
    fn step<M: Neuron, R: Real>(
        p: &ParamsOf<M, R>,
        s: &StateOf<M, R>,
        inputs: &[Input<R>; STAGES],
        jump: R,
        dt: R,
    ) -> StateOf<M, R>;
}

/// `s` with `jump` added to the voltage, which is the first row.
#[inline(always)]
fn jumped<M: Neuron, R: Real>(s: &StateOf<M, R>, jump: R) -> StateOf<M, R> {
    M::S::build(|k| if k == 0 { *M::S::at(s, 0) + jump } else { *M::S::at(s, k) })
}

/// s + h d.
#[inline(always)]
fn shifted<M: Neuron, R: Real>(s: &StateOf<M, R>, d: &StateOf<M, R>, h: R) -> StateOf<M, R> {
    M::S::build(|k| *M::S::at(s, k) + *M::S::at(d, k) * h)
}

/// s' = s + dt f(s).
pub struct ForwardEuler;

impl Integrator for ForwardEuler {
    const NAME: &'static str = "euler";
    const ORDER: u32 = 1;
    const OFFSETS: &'static [f64] = &[0.0];
    #[inline(always)]
    fn step<M: Neuron, R: Real>(
        p: &ParamsOf<M, R>,
        s: &StateOf<M, R>,
        inputs: &[Input<R>; STAGES],
        jump: R,
        dt: R,
    ) -> StateOf<M, R> {
        let s = jumped::<M, R>(s, jump);
        shifted::<M, R>(&s, &M::derivative(p, &s, inputs[0]), dt)
    }
}

/// s' = s + dt f(s) (e^{a dt} − 1) / (a dt), where a is the slope of f in the variable itself.
///
/// Variables advance in the order of their table, each seeing those before it as they are after the step: the voltage
/// comes first, its gates follow with the new voltage. That costs nothing, and the first spikes of the squid axon are off by
/// 0.003 ms at a step of 0.01 ms, instead of by 0.3 with all variables taken from before the step.
pub struct ExponentialEuler;

impl Integrator for ExponentialEuler {
    const NAME: &'static str = "exponential_euler";
    const ORDER: u32 = 1;
    const OFFSETS: &'static [f64] = &[0.0];
    const SOLVES_LINEAR: bool = true;
    #[inline(always)]
    fn step<M: Neuron, R: Real>(
        p: &ParamsOf<M, R>,
        s: &StateOf<M, R>,
        inputs: &[Input<R>; STAGES],
        jump: R,
        dt: R,
    ) -> StateOf<M, R> {
        let s = jumped::<M, R>(s, jump);
        let p = M::P::build(|k| Dual::constant(*M::P::at(p, k)));
        let input = Input { i: Dual::constant(inputs[0].i), g: inputs[0].g.map(Dual::constant) };
        M::S::build(Variables::<M, R> { p, s, input, dt })
    }
}

/// The variables of a state, each advanced with the others held; `s` takes on each new value.
struct Variables<M: Neuron, R: Real> {
    p: ParamsOf<M, Dual<R, 1>>,
    s: StateOf<M, R>,
    input: Input<Dual<R, 1>>,
    dt: R,
}

/// The state in which row `0` is the variable that is differentiated by.
struct Seeded<'a, M: Neuron, R: Real>(usize, &'a StateOf<M, R>);

impl<M: Neuron, R: Real> Rows<Dual<R, 1>> for Seeded<'_, M, R> {
    #[inline(always)]
    fn row(&mut self, k: usize) -> Dual<R, 1> {
        let x = *M::S::at(self.1, k);
        if k == self.0 { Dual::variable(x, 0) } else { Dual::constant(x) }
    }
}

impl<M: Neuron, R: Real> Rows<R> for Variables<M, R> {
    #[inline(always)]
    fn row(&mut self, k: usize) -> R {
        let s = M::S::build(Seeded::<M, R>(k, &self.s));
        let f = *M::S::at(&M::derivative(&self.p, &s, self.input), k);
        let change = f.x * self.dt;
        let change = match f.d[0] {
            Some(slope) => change * (slope * self.dt).exprel(),
            None => change,
        };
        let x = *M::S::at(&self.s, k) + change;
        *M::S::at_mut(&mut self.s, k) = x;
        x
    }
}

/// The explicit midpoint rule.
pub struct Midpoint;

impl Integrator for Midpoint {
    const NAME: &'static str = "midpoint";
    const ORDER: u32 = 2;
    const OFFSETS: &'static [f64] = &[0.0, 0.5];
    #[inline(always)]
    fn step<M: Neuron, R: Real>(
        p: &ParamsOf<M, R>,
        s: &StateOf<M, R>,
        inputs: &[Input<R>; STAGES],
        jump: R,
        dt: R,
    ) -> StateOf<M, R> {
        let s = jumped::<M, R>(s, jump);
        let half = shifted::<M, R>(&s, &M::derivative(p, &s, inputs[0]), dt * 0.5);
        shifted::<M, R>(&s, &M::derivative(p, &half, inputs[1]), dt)
    }
}

/// Heun's rule of order two: the mean of the slopes at both ends.
pub struct Heun;

impl Integrator for Heun {
    const NAME: &'static str = "heun";
    const ORDER: u32 = 2;
    const OFFSETS: &'static [f64] = &[0.0, 1.0];
    #[inline(always)]
    fn step<M: Neuron, R: Real>(
        p: &ParamsOf<M, R>,
        s: &StateOf<M, R>,
        inputs: &[Input<R>; STAGES],
        jump: R,
        dt: R,
    ) -> StateOf<M, R> {
        let s = jumped::<M, R>(s, jump);
        let a = M::derivative(p, &s, inputs[0]);
        let b = M::derivative(p, &shifted::<M, R>(&s, &a, dt), inputs[1]);
        M::S::build(|k| *M::S::at(&s, k) + (*M::S::at(&a, k) + *M::S::at(&b, k)) * (dt * 0.5))
    }
}

/// The classical Runge-Kutta rule.
pub struct RungeKutta4;

impl Integrator for RungeKutta4 {
    const NAME: &'static str = "rk4";
    const ORDER: u32 = 4;
    const OFFSETS: &'static [f64] = &[0.0, 0.5, 1.0];
    #[inline(always)]
    fn step<M: Neuron, R: Real>(
        p: &ParamsOf<M, R>,
        s: &StateOf<M, R>,
        inputs: &[Input<R>; STAGES],
        jump: R,
        dt: R,
    ) -> StateOf<M, R> {
        let s = jumped::<M, R>(s, jump);
        let half = dt * 0.5;
        let a = M::derivative(p, &s, inputs[0]);
        let b = M::derivative(p, &shifted::<M, R>(&s, &a, half), inputs[1]);
        let c = M::derivative(p, &shifted::<M, R>(&s, &b, half), inputs[1]);
        let d = M::derivative(p, &shifted::<M, R>(&s, &c, dt), inputs[2]);
        let slope = |k| *M::S::at(&a, k) + (*M::S::at(&b, k) + *M::S::at(&c, k)) * 2.0 + *M::S::at(&d, k);
        M::S::build(|k| *M::S::at(&s, k) + slope(k) * (dt / 6.0))
    }
}

/// The model's own step in closed form.
pub struct Exact;

impl Integrator for Exact {
    const NAME: &'static str = "exact";
    const ORDER: u32 = u32::MAX;
    const OFFSETS: &'static [f64] = &[0.0];
    const SOLVES_LINEAR: bool = true;
    #[inline(always)]
    fn step<M: Neuron, R: Real>(
        p: &ParamsOf<M, R>,
        s: &StateOf<M, R>,
        inputs: &[Input<R>; STAGES],
        jump: R,
        dt: R,
    ) -> StateOf<M, R> {
        M::step(p, s, inputs[0], jump, dt)
    }
}

/// What is known of an integrator without its type.
#[derive(Clone, Copy, Debug)]
pub struct IntegratorInfo {
    /// Its name in a scenario.
    pub name: &'static str,
    /// Order of convergence.
    pub order: u32,
    /// The moments, in steps, at which it looks at the input.
    pub offsets: &'static [f64],
    /// Whether receptors may hand it the input's exact mean over a step.
    pub solves_linear: bool,
}

const fn info<I: Integrator>() -> IntegratorInfo {
    IntegratorInfo { name: I::NAME, order: I::ORDER, offsets: I::OFFSETS, solves_linear: I::SOLVES_LINEAR }
}

/// Every integrator, `exact` last, which only models with their own step can use.
pub const INTEGRATORS: &[IntegratorInfo] = &[
    info::<ExponentialEuler>(),
    info::<ForwardEuler>(),
    info::<Midpoint>(),
    info::<Heun>(),
    info::<RungeKutta4>(),
    info::<Exact>(),
];

/// Something to be done with an integrator's type.
pub trait WithIntegrator {
    /// What comes out.
    type Output;
    /// Does it.
    fn run<I: Integrator>(self) -> Self::Output;
}

/// Calls `f` with the integrator of that name that `M` can be advanced by.
pub fn with_integrator<M: Neuron, F: WithIntegrator>(name: &str, f: F) -> Option<F::Output> {
    match (M::EXACT, name) {
        (true, Exact::NAME) => Some(f.run::<Exact>()),
        (false, ExponentialEuler::NAME) => Some(f.run::<ExponentialEuler>()),
        (false, ForwardEuler::NAME) => Some(f.run::<ForwardEuler>()),
        (false, Midpoint::NAME) => Some(f.run::<Midpoint>()),
        (false, Heun::NAME) => Some(f.run::<Heun>()),
        (false, RungeKutta4::NAME) => Some(f.run::<RungeKutta4>()),
        _ => None,
    }
}
