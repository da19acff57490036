//! Regular encoder: neurons that fire at equal intervals, the shorter the higher their value.
//!
//! ```text
//! x = (value − min_val) / (max_val − min_val), held from 0 to 1
//! φ += rate dt x in each step; a spike, and φ −= 1, where φ ≥ 1
//! ```
//!
//! The phase φ goes on from one value to the next, so counts follow the integral of the rate to within one spike.
//!
//! ```toml
//! [population.sensor]
//! size   = 2
//! neuron = "regular_encoder"
//! params = { values = [0.2, 1], rate = "200 Hz" }
//! ```
//!
//! Source: Nengo `RegularSpiking`, <https://www.nengo.ai/nengo/frontend-api.html>.

use ecs_core::network::{Clock, SourcePlan, SpikeSource};
use ecs_core::registry::{Bound, Field};

use super::shown::{MAX_VAL, MIN_VAL, Scale, Shown, VALUES, per_step};
use crate::numbers::one;
use crate::show::SHOWN;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("rate", f64::NAN, "Hz", "rate at the value 1").within(Bound::NonNegative),
    MIN_VAL,
    MAX_VAL,
    SHOWN[0],
    SHOWN[1],
    SHOWN[2],
    VALUES[0],
    VALUES[1],
];

struct Encoder {
    shown: Shown,
    scale: Scale,
    /// What the phase grows by in a step at the value 1.
    full: f64,
    phases: Vec<f64>,
}

/// Makes the source.
///
/// # Errors
/// On values that are missing, given twice, not finite, or not as many as neurons in each frame; on a `rate` above one spike in a
/// step; on `min_val` not below `max_val`; and on numbers that differ between neurons.
pub fn build(plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    let full = per_step(plan, one(plan, &PARAMS[0], 0)?)?;
    let (shown, scale) = (Shown::new(plan, 3, plan.size)?, Scale::new(plan, 1)?);
    Ok(Box::new(Encoder { shown, scale, full, phases: vec![0.0; plan.size] }))
}

impl SpikeSource for Encoder {
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>) {
        let Some((_, values)) = self.shown.at(clock.step) else { return };
        for (k, (phase, value)) in (0..).zip(self.phases.iter_mut().zip(values)) {
            *phase += self.full * self.scale.of(*value).clamp(0.0, 1.0);
            if *phase >= 1.0 {
                *phase -= 1.0;
                spikes.push(k);
            }
        }
    }

    fn hear(&mut self, clock: &Clock, values: &[f64]) {
        self.shown.hear(clock, values);
    }
}
