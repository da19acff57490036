//! Cart-pole: a pole on a cart, which is pushed to the left or to the right so that it stays upright.
//!
//! ```text
//! f   = ±force_mag                                  action 1 pushes to the right, 0 to the left
//! q   = (f + m l ω² sin θ) / M                      M = masscart + masspole, m = masspole, l = length
//! dω  = (g sin θ − cos θ q) / (l (4/3 − m cos² θ / M))
//! dv  = q − m l dω cos θ / M
//! ```
//!
//! Forward Euler by 20 ms, places before speeds. The reward is 1 for each step; the episode ends where the cart leaves ±2.4 or the pole
//! ±12°, and is cut off after `limit` steps. It begins with all four numbers evenly from −0.05 to 0.05: those that Gymnasium draws
//! from the same seed.
//!
//! Source: Gymnasium 1.2, `CartPole-v1`; Barto, Sutton & Anderson (1983), IEEE Transactions on Systems, Man, and Cybernetics 13, 834-846,
//! <https://doi.org/10.1109/TSMC.1983.6313077>; equations of Florian (2007), <https://coneural.org/florian/papers/05_cart_pole.pdf>.

use ecs_core::control::{Environment, EnvironmentPlan, Outcome, Picture, Port, Spec};
use ecs_core::registry::{Bound, Field};

use super::pcg::Pcg;
use super::{sin_cos, whole};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("limit", 500.0, "", "steps after which an episode is cut off").within(Bound::Positive),
];

const GRAVITY: f64 = 9.8;
const MASS_POLE: f64 = 0.1;
const MASS: f64 = 1.0 + MASS_POLE;
/// Half of the pole's.
const LENGTH: f64 = 0.5;
const FORCE: f64 = 10.0;
const TAU: f64 = 0.02;
const FURTHEST: f64 = 2.4;
const STEEPEST: f64 = 12.0 * 2.0 * std::f64::consts::PI / 360.0;

/// The cart and its pole.
pub struct Cartpole {
    spec: Spec,
    /// Place, speed, angle, angular speed.
    state: [f64; 4],
    steps: u64,
    limit: u64,
}

impl Cartpole {
    /// One that stands upright in the middle.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        let any = (f64::NEG_INFINITY, f64::INFINITY);
        let bounds = [(-2.0 * FURTHEST, 2.0 * FURTHEST), any, (-2.0 * STEEPEST, 2.0 * STEEPEST), any];
        let spec = Spec {
            observation: vec![Port::continuous("obs", "", &bounds)],
            action: vec![Port::discrete("push", 2)],
            interval: Some(TAU * 1e3),
        };
        Self { spec, state: [0.0; 4], steps: 0, limit }
    }

    /// Whether it is where no episode goes on.
    fn is_lost(&self) -> bool {
        !(-FURTHEST..=FURTHEST).contains(&self.state[0]) || !(-STEEPEST..=STEEPEST).contains(&self.state[2])
    }
}

/// Makes one.
///
/// # Errors
/// On a limit that is no whole number.
pub fn build(plan: &EnvironmentPlan) -> Result<Box<dyn Environment>, String> {
    let [limit] = plan.given.numbers();
    Ok(Box::new(Cartpole::new(whole("limit", limit)?)))
}

impl Environment for Cartpole {
    fn spec(&self) -> &Spec {
        &self.spec
    }

    fn reset(&mut self, seed: u64, observation: &mut [f64]) -> Result<(), String> {
        let mut draws = Pcg::seeded(seed);
        self.state = std::array::from_fn(|_| draws.uniform(-0.05, 0.05));
        self.steps = 0;
        observation.copy_from_slice(&self.state);
        Ok(())
    }

    fn step(&mut self, action: &[f64], _: f64, observation: &mut [f64]) -> Result<Outcome, String> {
        let [x, v, angle, spin] = self.state;
        let force = if action[0] == 1.0 { FORCE } else { -FORCE };
        let (sin, cos) = sin_cos(angle);
        let push = (force + MASS_POLE * LENGTH * (spin * spin) * sin) / MASS;
        let turn = (GRAVITY * sin - cos * push) / (LENGTH * (4.0 / 3.0 - MASS_POLE * (cos * cos) / MASS));
        let pull = push - MASS_POLE * LENGTH * turn * cos / MASS;
        self.state = [x + TAU * v, v + TAU * pull, angle + TAU * spin, spin + TAU * turn];
        self.steps += 1;
        observation.copy_from_slice(&self.state);
        let terminated = self.is_lost();
        Ok(Outcome { reward: 1.0, terminated, truncated: self.steps >= self.limit, ..Outcome::default() })
    }

    fn snapshot(&self) -> Option<Vec<f64>> {
        Some(self.state.iter().copied().chain([self.steps as f64]).collect())
    }

    fn restore(&mut self, state: &[f64]) {
        self.state.copy_from_slice(&state[..4]);
        self.steps = state[4] as u64;
    }

    fn draw(&self, picture: &mut Picture) {
        let [x, _, angle, _] = self.state.map(|x| x as f32);
        let (end, half) = (1.0, 0.25);
        picture.begin([-2.6, -0.6, 2.6, 1.6]);
        picture.line(&[[-FURTHEST as f32, 0.0], [FURTHEST as f32, 0.0]], 0.01, 0);
        picture.polygon(&[[x - half, -0.12], [x + half, -0.12], [x + half, 0.12], [x - half, 0.12]], 0);
        picture.line(&[[x, 0.12], [x + end * angle.sin(), 0.12 + end * angle.cos()]], 0.06, 1);
        picture.circle([x, 0.12], 0.05, 2);
    }
}
