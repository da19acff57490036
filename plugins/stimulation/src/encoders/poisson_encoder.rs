//! Poisson encoder: neurons that fire by chance, the more often the higher their value.
//!
//! ```text
//! x = (value − min_val) / (max_val − min_val)
//! P(spike in a step) = rate dt (gain x + offset), held from 0 to 1
//! ```
//!
//! Without `rate` the chance is gain x + offset in every step, whatever its length. At most one spike falls in a step, so a train is
//! Bernoulli's; counts have the Poisson law where the chance is small, and otherwise less variance by the factor 1 − P. Chances are
//! multiples of 2⁻³².
//!
//! ```toml
//! [population.pixels]
//! size   = 4
//! neuron = "poisson_encoder"
//! params = { values = [0, 0.2, 0.9, 1], rate = "200 Hz" }
//! ```
//!
//! Source: BrainPy 2, `PoissonEncoder`, which has no `rate`.

use ecs_core::network::{Clock, SourcePlan, SpikeSource};
use ecs_core::random::{Key, Purpose};
use ecs_core::registry::{Bound, Field};

use super::shown::{MAX_VAL, MIN_VAL, Scale, Shown, VALUES, per_step};
use crate::numbers::one;
use crate::show::SHOWN;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("rate", f64::INFINITY, "Hz", "rate at the value 1; left out: a spike in every step")
        .within(Bound::NonNegative),
    MIN_VAL,
    MAX_VAL,
    Field::number("gain", 1.0, "", "what x is multiplied by"),
    Field::number("offset", 0.0, "", "what is added to gain x"),
    SHOWN[0],
    SHOWN[1],
    SHOWN[2],
    VALUES[0],
    VALUES[1],
];

/// The chance of a spike in a step, where `full` is that of the drive 1.
pub fn chance(full: f64, drive: f64) -> f64 {
    (full * drive).clamp(0.0, 1.0)
}

struct Encoder {
    shown: Shown,
    scale: Scale,
    full: f64,
    gain: f64,
    offset: f64,
    key: Key,
}

/// Makes the source.
///
/// # Errors
/// On values that are missing, given twice, not finite, or not as many as neurons in each frame; on a `rate` above one spike in a
/// step; on `min_val` not below `max_val`; and on numbers that differ between neurons.
pub fn build(plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    let full = match plan.params[0].uniform() {
        Some(f64::INFINITY) => 1.0,
        _ => per_step(plan, one(plan, &PARAMS[0], 0)?)?,
    };
    Ok(Box::new(Encoder {
        shown: Shown::new(plan, 5, plan.size)?,
        scale: Scale::new(plan, 1)?,
        full,
        gain: one(plan, &PARAMS[3], 3)?,
        offset: one(plan, &PARAMS[4], 4)?,
        key: Key::new(plan.clock.seed, plan.stream, Purpose::Source),
    }))
}

impl SpikeSource for Encoder {
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>) {
        let Some((_, values)) = self.shown.at(clock.step) else { return };
        for (block, four) in values.chunks(4).enumerate() {
            let words = self.key.block(block as u64, clock.step);
            for (lane, (word, value)) in words.iter().zip(four).enumerate() {
                let chance = chance(self.full, self.gain * self.scale.of(*value) + self.offset);
                if f64::from(*word) < chance * 2f64.powi(32) {
                    spikes.push((4 * block + lane) as u32);
                }
            }
        }
    }

    fn hear(&mut self, clock: &Clock, values: &[f64]) {
        self.shown.hear(clock, values);
    }
}
