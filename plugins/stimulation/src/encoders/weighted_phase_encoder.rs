//! Weighted phase encoder: neurons that write their value in binary digits, one in each phase of a period.
//!
//! ```text
//! x = (value − min_val) / (max_val − min_val), held from 0 to 1
//! c = ⌊x (2^K − 1)⌋,      K = num_phase
//! a spike in phase i of every period, i = 0 to K − 1, has the weight 2^−(1 + i) and stands for digit K − 1 − i of c
//! ```
//!
//! So the weights of a period's spikes add up to c / 2^K. A spike falls in the first step of its phase. Values are read as single
//! precision: what lies within 2⁻²² below a digit is taken to have reached it, so that bytes scaled in any way keep their digits.
//!
//! ```toml
//! [population.pixels]
//! size   = 3
//! neuron = "weighted_phase_encoder"
//! params = { values = [0, 100, 255], max_val = 255, num_phase = 8, phase = "1 ms" }
//! ```
//!
//! Source: Kim, Kim, Huh, Lee & Choi (2018), Neurocomputing 311, 373-386, <https://doi.org/10.1016/j.neucom.2018.05.087>;
//! BrainPy 2, `WeightedPhaseEncoder`. Departure: every period carries the value, as in the paper; in BrainPy the first one does,
//! and a phase is one step.

use ecs_core::network::{Clock, SourcePlan, SpikeSource};
use ecs_core::registry::{Bound, Field};

use super::shown::{MAX_VAL, MIN_VAL, Scale, Shown, VALUES};
use crate::numbers::{one, steps};
use crate::show::SHOWN;

/// A value is single precision, which has no more digits than these to give.
const MOST_PHASES: f64 = 20.0;
/// How far below a digit a value may lie and have it: two to four roundings of single precision.
const SLACK: f64 = 1.0 / 4_194_304.0;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    MIN_VAL,
    MAX_VAL,
    Field::number("num_phase", f64::NAN, "", "phases of a period, 1 to 20").within(Bound::Positive),
    Field::number("phase", 0.0, "ms", "how long a phase lasts; 0: a step").within(Bound::NonNegative),
    SHOWN[0],
    SHOWN[1],
    SHOWN[2],
    VALUES[0],
    VALUES[1],
];

/// The binary digits of the value `x`, from 0 to 1, in `phases` places.
pub fn code(x: f64, phases: u32) -> u32 {
    let most = (1_u32 << phases) - 1;
    ((x + SLACK) * f64::from(most)).min(f64::from(most)) as u32
}

/// Whether a value of this code fires in a phase of its period.
pub fn fires(code: u32, phase: u32, phases: u32) -> bool {
    code >> (phases - 1 - phase) & 1 == 1
}

struct Encoder {
    shown: Shown,
    scale: Scale,
    phases: u32,
    /// Steps of a phase.
    length: u64,
}

/// Makes the source.
///
/// # Errors
/// On values that are missing, given twice, not finite, or not as many as neurons in each frame; on `num_phase` that is no whole
/// number from 1 to 20; on `min_val` not below `max_val`; and on numbers that differ between neurons.
pub fn build(plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    let phases = one(plan, &PARAMS[2], 2)?;
    if !(1.0..=MOST_PHASES).contains(&phases) || phases.fract() != 0.0 {
        return Err(format!("`num_phase` is {phases}; a whole number from 1 to {MOST_PHASES} is allowed"));
    }
    Ok(Box::new(Encoder {
        shown: Shown::new(plan, 4, plan.size)?,
        scale: Scale::new(plan, 0)?,
        phases: phases as u32,
        length: steps(plan, &PARAMS[3], 3)?.max(1),
    }))
}

impl SpikeSource for Encoder {
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>) {
        let Some((moment, values)) = self.shown.at(clock.step) else { return };
        if !moment.within.is_multiple_of(self.length) {
            return;
        }
        let phase = (moment.within / self.length % u64::from(self.phases)) as u32;
        let fires = |value: &f32| {
            fires(code(self.scale.of(*value).clamp(0.0, 1.0), self.phases), phase, self.phases)
        };
        spikes.extend((0..).zip(values).filter(|(_, value)| fires(value)).map(|(k, _)| k));
    }

    fn hear(&mut self, clock: &Clock, values: &[f64]) {
        self.shown.hear(clock, values);
    }
}
