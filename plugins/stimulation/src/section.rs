//! Section: a current of sections, each with a value and a duration, one after the other.
//!
//! ```text
//! i(t) = values[k]      t_k ≤ t < t_k + durations[k],      t_0 = start,  t_k+1 = t_k + durations[k], to the nearest steps
//! ```
//!
//! 0 before the first section and after the last. Writes where sections meet only.
//!
//! ```toml
//! [[stimulus]]
//! to        = "cells"
//! kind      = "section"
//! values    = ["0 pA", "300 pA", "-50 pA"]
//! durations = ["10 ms", "20 ms", "5 ms"]
//! ```
//!
//! Source: BrainPy 2, `brainpy.inputs.section_input` and `constant_input`. Departure: sections end at the step nearest to the
//! sum of the durations, where BrainPy cuts each duration down to whole steps and lets the error grow.

use ecs_core::network::{Stimulus, StimulusPlan};
use ecs_core::registry::{Bound, Drive, Field};

use crate::numbers::{list, one};
use crate::staircase::{Levels, Staircase};
use crate::window::START;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    START,
    Field::list("values", "input", "the current of each section"),
    Field::list("durations", "ms", "how long each section lasts, one for each value").within(Bound::Positive),
];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

/// Makes the stimulus.
///
/// # Errors
/// On lists of different lengths, numbers that are not finite, and durations below a step.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    let (values, durations) = (list(plan, &PARAMS[1])?, list(plan, &PARAMS[2])?);
    let (n, m, dt) = (values.len(), durations.len(), plan.clock.dt);
    if n != m || n == 0 {
        return Err(format!(
            "`values` has {n} entries and `durations` {m}; lists of one length, 1 or more, are allowed"
        ));
    }
    if let Some((entry, short)) = durations.iter().enumerate().find(|(_, d)| **d < dt) {
        return Err(format!("`durations`: entry {entry} is {short} ms; a step of {dt} ms or more is allowed"));
    }
    let mut times = vec![one(plan, &PARAMS[0], 0)?];
    durations.iter().for_each(|d| times.push(times[times.len() - 1] + d));
    let levels: Vec<f64> = values.iter().copied().chain([0.0]).collect();
    Ok(Staircase::boxed(plan, Levels::new(&times, &levels, dt, ["durations", "values"])?))
}
