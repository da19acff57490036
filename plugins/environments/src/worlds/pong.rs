//! Pong: a ball between walls, and a paddle that has to be where the ball comes.
//!
//! ```text
//! field 1.6 × 1.0 in cells of 0.05;  the ball moves by 0.025 in a tick, |vx| + |vy| = 1, |vx| from 0.5 to 1
//! paddle 0.2 long at x = 0; it moves by 0.05 in a tick towards the middle of the cell that the action names, 0 to 19 from below
//! reward = 1, 0.7, 0.4, 0.1 where the action is 0, 1, 2, 3 cells from the ball's, else 0
//! ```
//!
//! The ball comes back from the walls above, below and opposite. Where it meets the paddle that is a success, and it comes back; where not
//! it is a failure, and a new ball starts in the middle. Ports: `ball` (x, y), `cell` (the ball's row), `paddle` (its middle). Episodes end
//! after `limit` ticks.
//!
//! Source: Wunderlich et al. (2019), Frontiers in Neuroscience 13, 260, <https://doi.org/10.3389/fnins.2019.00260>; sizes, speeds and
//! rewards of NEST 3, `pong`. Departure: a wall in place of the second player.

use ecs_core::control::{Environment, EnvironmentPlan, Outcome, Picture, Port, Spec};
use ecs_core::registry::{Bound, Field};

use super::pcg::Pcg;
use super::whole;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("limit", 1e9, "", "ticks after which an episode is cut off").within(Bound::Positive),
];

const LENGTH: f64 = 1.6;
const CELLS: u32 = 20;
const CELL: f64 = 0.05;
const PACE: f64 = 0.025;
const PADDLE: f64 = 0.2;
const PADDLE_PACE: f64 = 0.05;
const RADIUS: f64 = 0.025;
const REWARDS: [f64; 4] = [1.0, 0.7, 0.4, 0.1];

/// The game.
pub struct Pong {
    spec: Spec,
    ball: [f64; 2],
    speed: [f64; 2],
    paddle: f64,
    draws: Pcg,
    ticks: u64,
    limit: u64,
}

/// Makes one.
///
/// # Errors
/// On a limit that is no whole number.
pub fn build(plan: &EnvironmentPlan) -> Result<Box<dyn Environment>, String> {
    let [limit] = plan.given.numbers();
    let spec = Spec {
        observation: vec![
            Port::continuous("ball", "", &[(0.0, LENGTH), (0.0, 1.0)]),
            Port::discrete("cell", CELLS),
            Port::continuous("paddle", "", &[(0.0, 1.0)]),
        ],
        action: vec![Port::discrete("target", CELLS)],
        interval: None,
    };
    let (ball, speed, draws) = ([LENGTH / 2.0, 0.5], [-1.0, 0.0], Pcg::seeded(0));
    Ok(Box::new(Pong { spec, ball, speed, paddle: 0.5, draws, ticks: 0, limit: whole("limit", limit)? }))
}

impl Pong {
    /// A new ball, towards the paddle.
    fn serve(&mut self) {
        let along = self.draws.uniform(0.5, 1.0);
        let up = if self.draws.uniform(0.0, 1.0) < 0.5 { -1.0 } else { 1.0 };
        self.speed = [-along, up * (1.0 - along)];
        self.ball = [LENGTH / 2.0, self.draws.uniform(RADIUS, 1.0 - RADIUS)];
    }

    fn cell(&self) -> f64 {
        (self.ball[1] / CELL).floor().clamp(0.0, f64::from(CELLS) - 1.0)
    }

    /// Moves the ball; whether it was hit, where it came to the paddle's side.
    fn go_on(&mut self) -> Option<bool> {
        let [x, y] = std::array::from_fn(|k| self.ball[k] + PACE * self.speed[k]);
        self.ball = [x, y];
        if !(RADIUS..=1.0 - RADIUS).contains(&y) {
            self.speed[1] = -self.speed[1];
            self.ball[1] = y.clamp(RADIUS, 1.0 - RADIUS);
        }
        if x > LENGTH - RADIUS {
            self.speed[0] = -self.speed[0];
            self.ball[0] = LENGTH - RADIUS;
        }
        if x >= RADIUS {
            return None;
        }
        let hit = (self.ball[1] - self.paddle).abs() <= PADDLE / 2.0;
        match hit {
            true => {
                self.speed[0] = -self.speed[0];
                self.ball[0] = RADIUS;
            }
            false => self.serve(),
        }
        Some(hit)
    }

    fn show(&self, observation: &mut [f64]) {
        observation.copy_from_slice(&[self.ball[0], self.ball[1], self.cell(), self.paddle]);
    }
}

impl Environment for Pong {
    fn spec(&self) -> &Spec {
        &self.spec
    }

    fn reset(&mut self, seed: u64, observation: &mut [f64]) -> Result<(), String> {
        (self.draws, self.paddle, self.ticks) = (Pcg::seeded(seed), 0.5, 0);
        self.serve();
        self.show(observation);
        Ok(())
    }

    fn step(&mut self, action: &[f64], _: f64, observation: &mut [f64]) -> Result<Outcome, String> {
        let off = (action[0] - self.cell()).abs() as usize;
        let reward = REWARDS.get(off).copied().unwrap_or(0.0);
        let target = (action[0] + 0.5) * CELL;
        self.paddle += (target - self.paddle).clamp(-PADDLE_PACE, PADDLE_PACE);
        let success = self.go_on();
        self.ticks += 1;
        self.show(observation);
        Ok(Outcome { reward, terminated: false, truncated: self.ticks >= self.limit, success, finished: false })
    }

    fn draw(&self, picture: &mut Picture) {
        let [x, y] = self.ball.map(|x| x as f32);
        let (paddle, half, right) = (self.paddle as f32, PADDLE as f32 / 2.0, LENGTH as f32);
        picture.begin([-0.1, -0.1, right + 0.1, 1.1]);
        picture.line(&[[0.0, 0.0], [right, 0.0], [right, 1.0], [0.0, 1.0]], 0.01, 0);
        picture.line(&[[0.0, paddle - half], [0.0, paddle + half]], 0.04, 1);
        picture.circle([x, y], RADIUS as f32, 2);
    }
}
