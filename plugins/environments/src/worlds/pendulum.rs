//! Pendulum: a torque swings it up and keeps it there.
//!
//! ```text
//! dω = 3 g / (2 l) sin θ + 3 / (m l²) u      g = 10, l = m = 1;   u: the torque, −2 to 2
//! ω ← ω + dω τ, held from −8 to 8;   θ ← θ + ω τ      τ = 50 ms
//! reward = −(θ² + 0.1 ω² + 0.001 u²)      of the state before the step, θ from −π to π, 0 upright
//! ```
//!
//! It shows cos θ, sin θ and ω, and is cut off after `limit` steps. It begins with θ evenly from −π to π and ω from −1 to 1: the numbers
//! that Gymnasium draws from the same seed.
//!
//! Source: Gymnasium 1.2, `Pendulum-v1`.

use std::f64::consts::{PI, TAU};

use ecs_core::control::{Environment, EnvironmentPlan, Outcome, Picture, Port, Spec};
use ecs_core::registry::{Bound, Field};

use super::pcg::Pcg;
use super::{sin_cos, whole};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("limit", 200.0, "", "steps after which an episode is cut off").within(Bound::Positive),
];

const GRAVITY: f64 = 10.0;
const STEP: f64 = 0.05;
const STRONGEST: f64 = 2.0;
const FASTEST: f64 = 8.0;

/// The pendulum.
pub struct Pendulum {
    spec: Spec,
    angle: f64,
    spin: f64,
    steps: u64,
    limit: u64,
}

impl Pendulum {
    /// One that stands upright.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        let bounds = [(-1.0, 1.0), (-1.0, 1.0), (-FASTEST, FASTEST)];
        let spec = Spec {
            observation: vec![Port::continuous("obs", "", &bounds)],
            action: vec![Port::continuous("torque", "", &[(-STRONGEST, STRONGEST)])],
            interval: Some(STEP * 1e3),
        };
        Self { spec, angle: 0.0, spin: 0.0, steps: 0, limit }
    }

    fn show(&self, observation: &mut [f64]) {
        let (sin, cos) = sin_cos(self.angle);
        observation.copy_from_slice(&[cos, sin, self.spin]);
    }
}

/// Makes one.
///
/// # Errors
/// On a limit that is no whole number.
pub fn build(plan: &EnvironmentPlan) -> Result<Box<dyn Environment>, String> {
    let [limit] = plan.given.numbers();
    Ok(Box::new(Pendulum::new(whole("limit", limit)?)))
}

impl Environment for Pendulum {
    fn spec(&self) -> &Spec {
        &self.spec
    }

    fn reset(&mut self, seed: u64, observation: &mut [f64]) -> Result<(), String> {
        let mut draws = Pcg::seeded(seed);
        (self.angle, self.spin, self.steps) = (draws.uniform(-PI, PI), draws.uniform(-1.0, 1.0), 0);
        self.show(observation);
        Ok(())
    }

    fn step(&mut self, action: &[f64], _: f64, observation: &mut [f64]) -> Result<Outcome, String> {
        let (torque, angle) = (action[0], (self.angle + PI).rem_euclid(TAU) - PI);
        let cost = angle * angle + 0.1 * (self.spin * self.spin) + 0.001 * (torque * torque);
        let turn = 3.0 * GRAVITY / 2.0 * sin_cos(self.angle).0 + 3.0 * torque;
        self.spin = (self.spin + turn * STEP).clamp(-FASTEST, FASTEST);
        self.angle += self.spin * STEP;
        self.steps += 1;
        self.show(observation);
        Ok(Outcome { reward: -cost, truncated: self.steps >= self.limit, ..Outcome::default() })
    }

    fn snapshot(&self) -> Option<Vec<f64>> {
        Some(vec![self.angle, self.spin, self.steps as f64])
    }

    fn restore(&mut self, state: &[f64]) {
        (self.angle, self.spin, self.steps) = (state[0], state[1], state[2] as u64);
    }

    fn draw(&self, picture: &mut Picture) {
        let (sin, cos) = sin_cos(self.angle);
        picture.begin([-1.2, -1.2, 1.2, 1.2]);
        picture.line(&[[0.0, 0.0], [-sin as f32, cos as f32]], 0.1, 1);
        picture.circle([0.0, 0.0], 0.05, 0);
    }
}
