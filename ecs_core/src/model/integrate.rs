//! Integrators: one step of a model's differential equation, applied from outside.
//!
//! Source: Hairer, Nørsett & Wanner, Solving Ordinary Differential Equations I, tables II.1.1-1.2 (Runge-Kutta);
//! exponential Euler with the linear part of each variable taken alone: Oh & French (2006), doi:10.1016/j.neucom.2005.12.005.

use super::dynamics::Dynamics;
use super::neuron::Input;
use super::table::Rows;
use crate::number::{Dual, Real};

/// The most moments within a step at which an integrator looks at the input.
pub const STAGES: usize = 3;

/// How white noise enters a step, in the sense of Itô. Source: Kloeden & Platen (1992), Numerical Solution of Stochastic
/// Differential Equations, Eqs. 10.2.4 and 10.3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noise {
    /// + b(s) √dt N.
    Maruyama,
    /// + b(s) √dt N + b(s) b'(s) dt (N² − 1) / 2, with b' the slope in the variable itself.
    Milstein,
}

/// What drives a neuron during a step.
#[derive(Clone, Copy, Debug)]
pub struct Forcing<'a, R> {
    /// The input at the integrator's moments.
    pub inputs: &'a [Input<R>; STAGES],
    /// What delta synapses add to the voltage at the start of the step.
    pub jump: R,
    /// A standard normal number for each white noise.
    pub noise: &'a [R],
    /// Length of the step, in ms.
    pub dt: R,
}

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
    /// How it takes white noise; `None` where it does not.
    const NOISE: Option<Noise> = None;

    /// The state one step later, without noise.
    fn step<D: Dynamics, R: Real>(m: &D, p: &D::P<R>, s: &D::S<R>, forcing: &Forcing<'_, R>) -> D::S<R>;
}

/// `s` with `jump` added to the voltage, which is the first row.
#[inline(always)]
fn jumped<D: Dynamics, R: Real>(m: &D, s: &D::S<R>, jump: R) -> D::S<R> {
    m.state(|k| if k == 0 { m.at(s, 0) + jump } else { m.at(s, k) })
}

/// s + h d.
#[inline(always)]
fn shifted<D: Dynamics, R: Real>(m: &D, s: &D::S<R>, d: &D::S<R>, h: R) -> D::S<R> {
    m.state(|k| m.at(s, k) + m.at(d, k) * h)
}

/// `moved` with the noise of the step added; what multiplies it is taken at the start of the step.
#[inline(always)]
pub(super) fn diffused<D: Dynamics, I: Integrator, R: Real>(
    m: &D,
    p: &D::P<R>,
    (s, mut moved): (&D::S<R>, D::S<R>),
    forcing: &Forcing<'_, R>,
) -> D::S<R> {
    let root = forcing.dt.sqrt();
    let s = jumped(m, s, forcing.jump);
    for (j, n) in forcing.noise.iter().enumerate() {
        let b = m.noise(p, &s, j);
        for k in 0..m.rows() {
            let mut x = m.at(&moved, k) + m.at(&b, k) * (root * *n);
            if I::NOISE == Some(Noise::Milstein) {
                x = x + correction(m, p, &s, (j, k), *n) * (forcing.dt * 0.5);
            }
            m.put(&mut moved, k, x);
        }
    }
    moved
}

/// b b' (N² − 1) of noise `j` in variable `k`.
#[inline(always)]
fn correction<D: Dynamics, R: Real>(m: &D, p: &D::P<R>, s: &D::S<R>, (j, k): (usize, usize), n: R) -> R {
    let p = m.params(|q| Dual::constant(m.param(p, q)));
    let b = m.at(&m.noise(&p, &m.state(Seeded(m, k, s)), j), k);
    b.d[0].map_or_else(|| R::lit(0.0), |slope| b.x * slope * (n * n - 1.0))
}

/// s' = s + dt f(s).
pub struct ForwardEuler;

impl Integrator for ForwardEuler {
    const NAME: &'static str = "euler";
    const ORDER: u32 = 1;
    const OFFSETS: &'static [f64] = &[0.0];
    const NOISE: Option<Noise> = Some(Noise::Maruyama);
    #[inline(always)]
    fn step<D: Dynamics, R: Real>(m: &D, p: &D::P<R>, s: &D::S<R>, forcing: &Forcing<'_, R>) -> D::S<R> {
        let s = jumped(m, s, forcing.jump);
        shifted(m, &s, &m.derivative(p, &s, forcing.inputs[0]), forcing.dt)
    }
}

/// Forward Euler with Milstein's correction, of strong order 1 where the noise depends on the state.
pub struct Milstein;

impl Integrator for Milstein {
    const NAME: &'static str = "milstein";
    const ORDER: u32 = 1;
    const OFFSETS: &'static [f64] = &[0.0];
    const NOISE: Option<Noise> = Some(Noise::Milstein);
    #[inline(always)]
    fn step<D: Dynamics, R: Real>(m: &D, p: &D::P<R>, s: &D::S<R>, forcing: &Forcing<'_, R>) -> D::S<R> {
        ForwardEuler::step(m, p, s, forcing)
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
    const NOISE: Option<Noise> = Some(Noise::Maruyama);
    #[inline(always)]
    fn step<D: Dynamics, R: Real>(m: &D, p: &D::P<R>, s: &D::S<R>, forcing: &Forcing<'_, R>) -> D::S<R> {
        let s = jumped(m, s, forcing.jump);
        let p = m.params(|k| Dual::constant(m.param(p, k)));
        let first = forcing.inputs[0];
        let input = Input { i: Dual::constant(first.i), g: first.g.map(Dual::constant) };
        m.state(Variables { m, p, s, input, dt: forcing.dt })
    }
}

/// The variables of a state, each advanced with the others held; `s` takes on each new value.
struct Variables<'a, D: Dynamics, R: Real> {
    m: &'a D,
    p: D::P<Dual<R, 1>>,
    s: D::S<R>,
    input: Input<Dual<R, 1>>,
    dt: R,
}

/// The state in which row `1` is the variable that is differentiated by.
struct Seeded<'a, D: Dynamics, R: Real>(&'a D, usize, &'a D::S<R>);

impl<D: Dynamics, R: Real> Rows<Dual<R, 1>> for Seeded<'_, D, R> {
    #[inline(always)]
    fn row(&mut self, k: usize) -> Dual<R, 1> {
        let x = self.0.at(self.2, k);
        if k == self.1 { Dual::variable(x, 0) } else { Dual::constant(x) }
    }
}

impl<D: Dynamics, R: Real> Rows<R> for Variables<'_, D, R> {
    #[inline(always)]
    fn row(&mut self, k: usize) -> R {
        let m = self.m;
        let s = m.state(Seeded(m, k, &self.s));
        let f = m.at(&m.derivative(&self.p, &s, self.input), k);
        let change = f.x * self.dt;
        let change = match f.d[0] {
            Some(slope) => change * (slope * self.dt).exprel(),
            None => change,
        };
        let x = m.at(&self.s, k) + change;
        m.put(&mut self.s, k, x);
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
    fn step<D: Dynamics, R: Real>(m: &D, p: &D::P<R>, s: &D::S<R>, forcing: &Forcing<'_, R>) -> D::S<R> {
        let (inputs, dt) = (forcing.inputs, forcing.dt);
        let s = jumped(m, s, forcing.jump);
        let half = shifted(m, &s, &m.derivative(p, &s, inputs[0]), dt * 0.5);
        shifted(m, &s, &m.derivative(p, &half, inputs[1]), dt)
    }
}

/// Heun's rule of order two: the mean of the slopes at both ends.
pub struct Heun;

impl Integrator for Heun {
    const NAME: &'static str = "heun";
    const ORDER: u32 = 2;
    const OFFSETS: &'static [f64] = &[0.0, 1.0];
    #[inline(always)]
    fn step<D: Dynamics, R: Real>(m: &D, p: &D::P<R>, s: &D::S<R>, forcing: &Forcing<'_, R>) -> D::S<R> {
        let (inputs, dt) = (forcing.inputs, forcing.dt);
        let s = jumped(m, s, forcing.jump);
        let a = m.derivative(p, &s, inputs[0]);
        let b = m.derivative(p, &shifted(m, &s, &a, dt), inputs[1]);
        m.state(|k| m.at(&s, k) + (m.at(&a, k) + m.at(&b, k)) * (dt * 0.5))
    }
}

/// The classical Runge-Kutta rule.
pub struct RungeKutta4;

impl Integrator for RungeKutta4 {
    const NAME: &'static str = "rk4";
    const ORDER: u32 = 4;
    const OFFSETS: &'static [f64] = &[0.0, 0.5, 1.0];
    #[inline(always)]
    fn step<D: Dynamics, R: Real>(m: &D, p: &D::P<R>, s: &D::S<R>, forcing: &Forcing<'_, R>) -> D::S<R> {
        let (inputs, dt) = (forcing.inputs, forcing.dt);
        let half = dt * 0.5;
        let s = jumped(m, s, forcing.jump);
        let a = m.derivative(p, &s, inputs[0]);
        let b = m.derivative(p, &shifted(m, &s, &a, half), inputs[1]);
        let c = m.derivative(p, &shifted(m, &s, &b, half), inputs[1]);
        let d = m.derivative(p, &shifted(m, &s, &c, dt), inputs[2]);
        let slope = |k| m.at(&a, k) + (m.at(&b, k) + m.at(&c, k)) * 2.0 + m.at(&d, k);
        m.state(|k| m.at(&s, k) + slope(k) * (dt / 6.0))
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
    fn step<D: Dynamics, R: Real>(m: &D, p: &D::P<R>, s: &D::S<R>, forcing: &Forcing<'_, R>) -> D::S<R> {
        m.step(p, s, forcing.inputs[0], forcing.jump, forcing.dt)
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
    /// Whether it takes white noise.
    pub noise: bool,
}

const fn info<I: Integrator>() -> IntegratorInfo {
    IntegratorInfo {
        name: I::NAME,
        order: I::ORDER,
        offsets: I::OFFSETS,
        solves_linear: I::SOLVES_LINEAR,
        noise: I::NOISE.is_some(),
    }
}

/// Every integrator, `exact` last, which only models with their own step can use.
pub const INTEGRATORS: &[IntegratorInfo] = &[
    info::<ExponentialEuler>(),
    info::<ForwardEuler>(),
    info::<Milstein>(),
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

/// Calls `f` with the integrator of that name that `m` can be advanced by.
pub fn with_integrator<D: Dynamics, F: WithIntegrator>(m: &D, name: &str, f: F) -> Option<F::Output> {
    let silent = m.noises() == 0;
    match (m.exact(), name) {
        (true, Exact::NAME) => Some(f.run::<Exact>()),
        (false, ExponentialEuler::NAME) => Some(f.run::<ExponentialEuler>()),
        (false, ForwardEuler::NAME) => Some(f.run::<ForwardEuler>()),
        (false, Milstein::NAME) => Some(f.run::<Milstein>()),
        (false, Midpoint::NAME) if silent => Some(f.run::<Midpoint>()),
        (false, Heun::NAME) if silent => Some(f.run::<Heun>()),
        (false, RungeKutta4::NAME) if silent => Some(f.run::<RungeKutta4>()),
        _ => None,
    }
}
