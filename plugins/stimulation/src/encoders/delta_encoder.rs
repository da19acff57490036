//! Delta encoder: neurons that fire where a signal has changed by a threshold or more since the frame before.
//!
//! ```text
//! Δ = value of this frame − value of the frame before
//! neuron k     fires in the first step of the frame if Δ_k ≥ threshold
//! neuron n + k fires in the first step of the frame if Δ_k ≤ −threshold,      with `off_spike`: n values, 2 n neurons
//! ```
//!
//! The frame before the first is 0 everywhere, or the first one itself with `padding`.
//!
//! ```toml
//! [population.retina]
//! size   = 2
//! neuron = "delta_encoder"
//! params = { values = [1, 2, 0, 2, 2.9], threshold = 1, off_spike = true, frame = "1 ms" }
//! ```
//!
//! Source: BrainPy 2, `DiffEncoder`; Eshraghian et al. (2023), Proceedings of the IEEE 111, 1016-1054,
//! <https://doi.org/10.1109/JPROC.2023.3308088>, delta modulation. Departure: BrainPy writes off spikes as −1; here they have neurons
//! of their own, which can have weights of their own.

use ecs_core::network::{Clock, SourcePlan, SpikeSource};
use ecs_core::registry::{Bound, Field};

use super::shown::{Shown, VALUES};
use crate::numbers::{flag, one, switch};
use crate::show::{REPEAT, SHOWN};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("threshold", 0.1, "", "the least change that gives a spike").within(Bound::Positive),
    switch("padding", "whether the first frame is compared with itself, rather than with 0"),
    switch("off_spike", "whether the second half of the neurons fires where values fall"),
    SHOWN[0],
    Field::number("frame", 0.0, "ms", "how long a frame is shown; 0: a step").within(Bound::NonNegative),
    REPEAT,
    VALUES[0],
    VALUES[1],
];

/// Whether a change gives a spike: 1 for a rise, −1 for a fall, 0 for neither.
pub fn sign(change: f64, threshold: f64) -> i8 {
    i8::from(change >= threshold) - i8::from(change <= -threshold)
}

struct Encoder {
    shown: Shown,
    threshold: f64,
    padding: bool,
    off: bool,
}

/// Makes the source.
///
/// # Errors
/// On values that are missing, given twice, not finite, or not as many as neurons in each frame, or half as many with `off_spike`; on
/// an odd number of neurons with `off_spike`; and on numbers that differ between neurons.
pub fn build(plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    let off = flag(plan, &PARAMS[2], 2)?;
    if off && !plan.size.is_multiple_of(2) {
        return Err(format!(
            "`off_spike` needs two neurons for each value; the population has {}, an odd number",
            plan.size
        ));
    }
    let width = if off { plan.size / 2 } else { plan.size };
    Ok(Box::new(Encoder {
        shown: Shown::new(plan, 3, width)?,
        threshold: one(plan, &PARAMS[0], 0)?,
        padding: flag(plan, &PARAMS[1], 1)?,
        off,
    }))
}

impl SpikeSource for Encoder {
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>) {
        let Some((moment, now)) = self.shown.at(clock.step).filter(|(moment, _)| moment.within == 0) else {
            return;
        };
        let before = match moment.before {
            Some(frame) => self.shown.frame(frame),
            None if self.padding => now,
            None => &[],
        };
        let sign = |k: u32| {
            let before = before.get(k as usize).map_or(0.0, |value| f64::from(*value));
            sign(f64::from(now[k as usize]) - before, self.threshold)
        };
        let width = now.len() as u32;
        spikes.extend((0..width).filter(|k| sign(*k) == 1));
        if self.off {
            spikes.extend((0..width).filter(|k| sign(*k) == -1).map(|k| width + k));
        }
    }

    fn hear(&mut self, clock: &Clock, values: &[f64]) {
        self.shown.hear(clock, values);
    }
}
