//! Acrobot: two links that hang from a point; a torque at the joint between them swings the end above a line.
//!
//! ```text
//! d₁ = m lc² + m (l² + lc² + 2 l lc cos θ₂) + 2 I,    d₂ = m (lc² + l lc cos θ₂) + I
//! φ₂ = m lc g sin(θ₁ + θ₂),    φ₁ = −m l lc ω₂ (ω₂ + 2 ω₁) sin θ₂ + (m lc + m l) g sin θ₁ + φ₂
//! dω₂ = (u + φ₁ d₂/d₁ − m l lc ω₁² sin θ₂ − φ₂) / (m lc² + I − d₂²/d₁),    dω₁ = −(d₂ dω₂ + φ₁) / d₁
//! ```
//!
//! l = m = I = 1, lc = 1/2, g = 9.8; u is −1, 0 or 1, the action less one. Runge-Kutta of order 4 by 200 ms; speeds are held to 4π and
//! 9π. The reward is −1 for each step, 0 for that in which −cos θ₁ − cos(θ₁ + θ₂) > 1 ends the episode; it is cut off after `limit`
//! steps. It shows cosine and sine of both angles, and both speeds. It begins with all four evenly from −0.1 to 0.1, rounded to single
//! precision: the numbers that Gymnasium draws from the same seed.
//!
//! Source: Gymnasium 1.2, `Acrobot-v1`; Sutton & Barto (2018), Reinforcement Learning, 2nd edition, MIT Press, example 11.3.1.

use std::f64::consts::{PI, TAU};

use ecs_core::control::{Environment, EnvironmentPlan, Outcome, Picture, Port, Spec};
use ecs_core::registry::{Bound, Field};

use super::pcg::Pcg;
use super::{sin_cos, whole};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("limit", 500.0, "", "steps after which an episode is cut off").within(Bound::Positive),
];

const GRAVITY: f64 = 9.8;
const STEP: f64 = 0.2;
/// From the joint to the centre of mass of a link of length 1.
const CENTRE: f64 = 0.5;
const FASTEST: [f64; 2] = [4.0 * PI, 9.0 * PI];

type State = [f64; 4];

/// The links.
pub struct Acrobot {
    spec: Spec,
    /// Both angles, 0 downwards and the second relative to the first, and their speeds.
    state: State,
    steps: u64,
    limit: u64,
}

/// How the state changes under a torque.
fn slope([first, second, a, b]: State, torque: f64) -> State {
    let ((sin, cos), moment) = (sin_cos(second), 1.0);
    let d1 = CENTRE * CENTRE + (1.0 + CENTRE * CENTRE + 2.0 * CENTRE * cos) + 2.0 * moment;
    let d2 = CENTRE * CENTRE + CENTRE * cos + moment;
    let phi2 = CENTRE * GRAVITY * sin_cos(first + second).0;
    let phi1 = -CENTRE * b * b * sin - 2.0 * CENTRE * b * a * sin + (CENTRE + 1.0) * GRAVITY * sin_cos(first).0 + phi2;
    let upper = torque + d2 / d1 * phi1 - CENTRE * a * a * sin - phi2;
    let turn2 = upper / (CENTRE * CENTRE + moment - d2 * d2 / d1);
    [a, b, -(d2 * turn2 + phi1) / d1, turn2]
}

impl Acrobot {
    /// One that hangs down.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        let one = (-1.0, 1.0);
        let bounds = [one, one, one, one, (-FASTEST[0], FASTEST[0]), (-FASTEST[1], FASTEST[1])];
        let spec = Spec {
            observation: vec![Port::continuous("obs", "", &bounds)],
            action: vec![Port::discrete("torque", 3)],
            interval: Some(STEP * 1e3),
        };
        Self { spec, state: [0.0; 4], steps: 0, limit }
    }

    fn show(&self, observation: &mut [f64]) {
        let [first, second, a, b] = self.state;
        let ((sin1, cos1), (sin2, cos2)) = (sin_cos(first), sin_cos(second));
        observation.copy_from_slice(&[cos1, sin1, cos2, sin2, a, b]);
    }
}

/// Makes one.
///
/// # Errors
/// On a limit that is no whole number.
pub fn build(plan: &EnvironmentPlan) -> Result<Box<dyn Environment>, String> {
    let [limit] = plan.given.numbers();
    Ok(Box::new(Acrobot::new(whole("limit", limit)?)))
}

impl Environment for Acrobot {
    fn spec(&self) -> &Spec {
        &self.spec
    }

    fn reset(&mut self, seed: u64, observation: &mut [f64]) -> Result<(), String> {
        let mut draws = Pcg::seeded(seed);
        self.state = std::array::from_fn(|_| f64::from(draws.uniform(-0.1, 0.1) as f32));
        self.steps = 0;
        self.show(observation);
        Ok(())
    }

    fn step(&mut self, action: &[f64], _: f64, observation: &mut [f64]) -> Result<Outcome, String> {
        let torque = action[0] - 1.0;
        let along = |by: f64, slope: State| std::array::from_fn(|k| self.state[k] + by * slope[k]);
        let k1 = slope(self.state, torque);
        let k2 = slope(along(STEP / 2.0, k1), torque);
        let k3 = slope(along(STEP / 2.0, k2), torque);
        let k4 = slope(along(STEP, k3), torque);
        let mean: State = std::array::from_fn(|k| k1[k] + 2.0 * k2[k] + 2.0 * k3[k] + k4[k]);
        let [first, second, a, b]: State = along(STEP / 6.0, mean);
        let wrap = |angle: f64| if (-PI..=PI).contains(&angle) { angle } else { (angle + PI).rem_euclid(TAU) - PI };
        let held = |speed: f64, k: usize| speed.clamp(-FASTEST[k], FASTEST[k]);
        self.state = [wrap(first), wrap(second), held(a, 0), held(b, 1)];
        self.steps += 1;
        self.show(observation);
        let height = -sin_cos(self.state[0]).1 - sin_cos(self.state[0] + self.state[1]).1;
        let terminated = height > 1.0;
        let (reward, truncated) = (if terminated { 0.0 } else { -1.0 }, self.steps >= self.limit);
        Ok(Outcome { reward, terminated, truncated, success: terminated.then_some(true), finished: false })
    }

    fn snapshot(&self) -> Option<Vec<f64>> {
        Some(self.state.iter().copied().chain([self.steps as f64]).collect())
    }

    fn restore(&mut self, state: &[f64]) {
        self.state.copy_from_slice(&state[..4]);
        self.steps = state[4] as u64;
    }

    fn draw(&self, picture: &mut Picture) {
        let ((sin1, cos1), (sin2, cos2)) = (sin_cos(self.state[0]), sin_cos(self.state[0] + self.state[1]));
        let joint = [sin1 as f32, -cos1 as f32];
        let end = [joint[0] + sin2 as f32, joint[1] - cos2 as f32];
        picture.begin([-2.2, -2.2, 2.2, 2.2]);
        picture.line(&[[-2.2, 1.0], [2.2, 1.0]], 0.02, 0);
        picture.line(&[[0.0, 0.0], joint], 0.12, 1);
        picture.line(&[joint, end], 0.12, 2);
    }
}
