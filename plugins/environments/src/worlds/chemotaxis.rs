//! Chemotaxis: a crawler on a plate whose attractant is thickest in the middle.
//!
//! ```text
//! C(x, y) = exp(−(x² + y²) / (2 sigma²))          concentration, 1 at the peak
//! dx/dt = speed cos φ,  dy/dt = speed sin φ,  dφ/dt = turn      turn: the action, in rad/s, −`sharpest` to `sharpest`
//! ```
//!
//! Midpoint rule over a tick. It begins `start` mm from the peak, anywhere around it, in any direction. Ports: `concentration`, `change`
//! (its rate, in 1/s), `head` (the concentration to the left less that to the right, 0.1 mm from the nose on either side). The reward of
//! a tick is the change of C; an episode ends with success within `goal` mm of the peak, and is cut off after `limit` ticks, or where the
//! crawler leaves the plate, 2 `start` from the peak.
//!
//! Source: Ferree & Lockery (1999), Journal of Computational Neuroscience 6, 263-277, <https://doi.org/10.1023/A:1008857906763>; speed of
//! Pierce-Shimomura, Morse & Lockery (1999), Journal of Neuroscience 19, 9557-9569.

use std::f64::consts::TAU;

use ecs_core::control::{Environment, EnvironmentPlan, Outcome, Picture, Port, Spec};
use ecs_core::number::{Num, Real};
use ecs_core::registry::{Bound, Field};

use super::pcg::Pcg;
use super::{sin_cos, whole};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("speed", 0.2, "mm/s", "how fast it crawls").within(Bound::Positive),
    Field::number("sigma", 15.0, "mm", "how far the attractant spreads").within(Bound::Positive),
    Field::number("start", 25.0, "mm", "how far from the peak it begins").within(Bound::Positive),
    Field::number("goal", 3.0, "mm", "how near the peak it has arrived").within(Bound::Positive),
    Field::number("sharpest", 2.0, "1/s", "the fastest turn, in rad").within(Bound::Positive),
    Field::number("limit", 1e9, "", "ticks after which an episode is cut off").within(Bound::Positive),
];

/// Of the nose to either side, mm.
const REACH: f64 = 0.1;

/// The crawler.
pub struct Chemotaxis {
    spec: Spec,
    speed: f64,
    sigma: f64,
    start: f64,
    goal: f64,
    limit: u64,
    place: [f64; 2],
    heading: f64,
    ticks: u64,
}

/// Makes one.
///
/// # Errors
/// On a limit that is no whole number, and a goal that is not nearer than the start.
pub fn build(plan: &EnvironmentPlan) -> Result<Box<dyn Environment>, String> {
    let [speed, sigma, start, goal, sharpest, limit] = plan.given.numbers();
    if goal >= start {
        return Err(format!("`goal` = {goal} mm is not below `start` = {start} mm; it would begin where it should arrive"));
    }
    let any = (f64::NEG_INFINITY, f64::INFINITY);
    let spec = Spec {
        observation: vec![
            Port::continuous("concentration", "", &[(0.0, 1.0)]),
            Port::continuous("change", "1/s", &[any]),
            Port::continuous("head", "", &[(-1.0, 1.0)]),
        ],
        action: vec![Port::continuous("turn", "1/s", &[(-sharpest, sharpest)])],
        interval: None,
    };
    let limit = whole("limit", limit)?;
    Ok(Box::new(Chemotaxis { spec, speed, sigma, start, goal, limit, place: [start, 0.0], heading: 0.0, ticks: 0 }))
}

impl Chemotaxis {
    fn concentration(&self, [x, y]: [f64; 2]) -> f64 {
        Num(-0.5 * (x * x + y * y) / (self.sigma * self.sigma)).exp().0
    }

    fn distance(&self) -> f64 {
        (self.place[0] * self.place[0] + self.place[1] * self.place[1]).sqrt()
    }

    fn show(&self, change: f64, observation: &mut [f64]) {
        let (sin, cos) = sin_cos(self.heading);
        let [x, y] = self.place;
        let left = self.concentration([x - REACH * sin, y + REACH * cos]);
        let right = self.concentration([x + REACH * sin, y - REACH * cos]);
        observation.copy_from_slice(&[self.concentration(self.place), change, left - right]);
    }
}

impl Environment for Chemotaxis {
    fn spec(&self) -> &Spec {
        &self.spec
    }

    fn reset(&mut self, seed: u64, observation: &mut [f64]) -> Result<(), String> {
        let mut draws = Pcg::seeded(seed);
        let (sin, cos) = sin_cos(draws.uniform(0.0, TAU));
        self.place = [self.start * cos, self.start * sin];
        self.heading = draws.uniform(0.0, TAU);
        self.ticks = 0;
        self.show(0.0, observation);
        Ok(())
    }

    fn step(&mut self, action: &[f64], interval: f64, observation: &mut [f64]) -> Result<Outcome, String> {
        let (turn, time, before) = (action[0], interval * 1e-3, self.concentration(self.place));
        let (sin, cos) = sin_cos(self.heading + 0.5 * turn * time);
        self.place[0] += self.speed * time * cos;
        self.place[1] += self.speed * time * sin;
        self.heading = (self.heading + turn * time).rem_euclid(TAU);
        self.ticks += 1;
        let change = self.concentration(self.place) - before;
        self.show(change / time, observation);
        let (arrived, lost) = (self.distance() <= self.goal, self.distance() > 2.0 * self.start);
        let truncated = self.ticks >= self.limit || lost;
        let success = (arrived || truncated).then_some(arrived);
        Ok(Outcome { reward: change, terminated: arrived, truncated, success, finished: false })
    }

    fn draw(&self, picture: &mut Picture) {
        let edge = 2.0 * self.start as f32;
        let ([x, y], (sin, cos)) = (self.place.map(|x| x as f32), sin_cos(self.heading));
        let (ahead, side) = ([cos as f32, sin as f32], [-sin as f32, cos as f32]);
        let long = 0.06 * edge;
        let at = |a: f32, b: f32| [x + a * long * ahead[0] + b * long * side[0], y + a * long * ahead[1] + b * long * side[1]];
        picture.begin([-edge, -edge, edge, edge]);
        picture.circle([0.0, 0.0], self.goal as f32, 3);
        picture.polygon(&[at(0.5, 0.0), at(-0.5, 0.2), at(-0.5, -0.2)], 1);
    }
}
