//! Population vector: groups stand for directions around a circle, and their spikes pull towards these.
//!
//! ```text
//! direction of group j: 2π j / n;      x = Σ n_j cos / Σ n_j,  y = Σ n_j sin / Σ n_j      n_j: spikes of group j in the tick
//! action = gain (x, y) of a port with two places; gain atan2(y, x) of one with one, in rad
//! ```
//!
//! A tick without a spike changes nothing.
//!
//! Source: Georgopoulos, Schwartz & Kettner (1986), Science 233, 1416-1419, <https://doi.org/10.1126/science.3749885>.

use ecs_core::control::{Decoder, DecoderPlan, Seen};
use ecs_core::number::Num;
use ecs_core::number::special::{cos_turns, sin_turns};
use ecs_core::registry::Field;

/// Its scenario table.
pub const PARAMS: &[Field] = &[Field::number("gain", 1.0, "", "what the vector or the angle is multiplied by")];

struct Vector {
    gain: f64,
    directions: Vec<[f64; 2]>,
}

/// Makes the decoder.
///
/// # Errors
/// On fewer than three groups, and ports of more than two places.
pub fn build(plan: &DecoderPlan) -> Result<Box<dyn Decoder>, String> {
    let [gain] = plan.given.numbers();
    if plan.groups < 3 || plan.width > 2 {
        return Err(format!(
            "{} groups point in directions, for {} places; three groups or more, and one place or two, are allowed",
            plan.groups, plan.width
        ));
    }
    let turn = |j: usize| Num(j as f64 / plan.groups as f64);
    let directions = (0..plan.groups).map(|j| [cos_turns(turn(j)).0, sin_turns(turn(j)).0]).collect();
    Ok(Box::new(Vector { gain, directions }))
}

impl Decoder for Vector {
    fn decode(&mut self, seen: &Seen<'_>, action: &mut [f64]) {
        let total: u32 = seen.counts.iter().sum();
        if total == 0 {
            return;
        }
        let along = |axis: usize| {
            let pulls = self.directions.iter().zip(seen.counts).map(|(d, n)| d[axis] * f64::from(*n));
            pulls.sum::<f64>() / f64::from(total)
        };
        match action {
            [x, y] => (*x, *y) = (self.gain * along(0), self.gain * along(1)),
            _ => action[0] = self.gain * along(1).atan2(along(0)),
        }
    }
}
