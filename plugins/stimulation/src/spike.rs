//! Spike: short pulses of current at given times.
//!
//! ```text
//! i(t) = sizes[k]      times[k] ≤ t < times[k] + widths[k], to the nearest steps;      0 between pulses
//! ```
//!
//! Writes where pulses begin and end only. A list of one entry holds for all pulses.
//!
//! ```toml
//! [[stimulus]]
//! to     = "cells"
//! kind   = "spike"
//! times  = ["10 ms", "20 ms", "30 ms"]
//! widths = ["1 ms"]
//! sizes  = ["500 pA"]
//! ```
//!
//! Source: BrainPy 2, `brainpy.inputs.spike_input`. Departure: pulses that overlap are refused; in BrainPy the later one ends
//! the one before.

use ecs_core::network::{Stimulus, StimulusPlan};
use ecs_core::registry::{Bound, Drive, Field};

use crate::numbers::{list, step_of};
use crate::staircase::{Levels, Staircase};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::list("times", "ms", "when pulses begin, ascending").within(Bound::NonNegative),
    Field::list("widths", "ms", "how long pulses last, one or one for each time").within(Bound::Positive),
    Field::list("sizes", "input", "the current of pulses, one or one for each time"),
];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

/// Makes the stimulus.
///
/// # Errors
/// On lists of different lengths, numbers that are not finite, times that do not ascend, pulses shorter than a step, and
/// pulses that overlap.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    let (times, dt) = (list(plan, &PARAMS[0])?, plan.clock.dt);
    let of_each = |row: &Field| {
        let list = list(plan, row)?;
        match list.len() {
            1 => Ok(vec![list[0]; times.len()]),
            n if n == times.len() => Ok(list.to_vec()),
            n => Err(format!(
                "`{}` has {n} entries and `times` {}; one, or one for each time, is allowed",
                row.name,
                times.len()
            )),
        }
    };
    let (widths, sizes) = (of_each(&PARAMS[1])?, of_each(&PARAMS[2])?);
    let (mut changes, mut levels) = (Vec::new(), Vec::new());
    for (k, ((&time, width), size)) in times.iter().zip(widths).zip(sizes).enumerate() {
        if width < dt {
            return Err(format!("`widths`: entry {k} is {width} ms; a step of {dt} ms or more is allowed"));
        }
        if let Some(&end) = changes.last() {
            match step_of(end, dt).cmp(&step_of(time, dt)) {
                std::cmp::Ordering::Greater => {
                    return Err(format!(
                        "`times`: the pulse at {time} ms begins before the one before it ends, at {end} ms; ascending times without overlap are allowed"
                    ));
                }
                std::cmp::Ordering::Equal => {
                    changes.pop();
                    levels.pop();
                }
                std::cmp::Ordering::Less => {}
            }
        }
        changes.extend([time, time + width]);
        levels.extend([size, 0.0]);
    }
    Ok(Staircase::boxed(plan, Levels::new(&changes, &levels, dt, ["times", "sizes"])?))
}
