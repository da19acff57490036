//! Steps: a current that changes at given times.
//!
//! ```text
//! i(t) = amplitudes[k]      times[k] ≤ t < times[k + 1], to the nearest steps; 0 before times[0]
//! ```
//!
//! Writes at the changes only. Source: NEST 3, `step_current_generator`.

use ecs_core::network::{Stimulus, StimulusPlan};
use ecs_core::registry::{Bound, Drive, Field};

use crate::numbers::list;
use crate::staircase::{Levels, Staircase};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::list("times", "ms", "when the current changes, ascending").within(Bound::NonNegative),
    Field::list("amplitudes", "input", "what it changes to, one for each time"),
];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

/// Makes the stimulus.
///
/// # Errors
/// On lists of different lengths, numbers that are not finite, and times that do not ascend by at least a step.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    let (times, amplitudes) = (list(plan, &PARAMS[0])?, list(plan, &PARAMS[1])?);
    let levels = Levels::new(times, amplitudes, plan.clock.dt, ["times", "amplitudes"])?;
    Ok(Staircase::boxed(plan, levels))
}
