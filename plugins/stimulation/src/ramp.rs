//! Ramp: a current that goes from one size to another in a straight line.
//!
//! ```text
//! i(t) = initial + (final − initial) (t − start) / (stop − start)      start ≤ t < stop, to the nearest steps
//! ```
//!
//! Afterwards it is 0, or `final` with `hold`. The current of a step is that at its beginning.
//!
//! ```toml
//! [[stimulus]]
//! to      = "cells"
//! kind    = "ramp"
//! initial = "0 pA"
//! final   = "500 pA"
//! start   = "10 ms"
//! stop    = "60 ms"
//! hold    = true
//! ```
//!
//! Source: BrainPy 2, `brainpy.inputs.ramp_input`. Departure: BrainPy reaches `final` in the last step before `stop`, so its
//! slope depends on the step; and it has no `hold`.

use std::ops::Range;

use ecs_core::network::{Clock, Inbox, Reach, Stimulus, StimulusPlan, Values};
use ecs_core::registry::{Bound, Drive, Field};

use crate::numbers::{flag, switch, values};
use crate::reached::add_each;
use crate::window::{START, Window};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("initial", 0.0, "input", "current at `start`"),
    Field::number("final", f64::NAN, "input", "current at `stop`"),
    START,
    Field::number("stop", f64::NAN, "ms", "when it ends").within(Bound::NonNegative),
    switch("hold", "whether the current stays at `final` after `stop`"),
];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

struct Ramp {
    reach: Reach,
    /// Current at `start` and at `stop`.
    ends: [Values; 2],
    window: Window,
    hold: bool,
}

/// Makes the stimulus.
///
/// # Errors
/// On numbers that are not finite, or not as many as the neurons, and on a `stop` that is not after `start`.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    let window = Window::new(plan, 2)?;
    if window.start == window.stop || window.stop == u64::MAX {
        let stop = plan.params[3].at(0);
        return Err(format!("`stop` = {stop} ms; a time after `start` is allowed, by a step or more"));
    }
    let ends = [values(plan, &PARAMS[0], 0)?, values(plan, &PARAMS[1], 1)?];
    Ok(Box::new(Ramp { reach: plan.reach.clone(), ends, window, hold: flag(plan, &PARAMS[4], 4)? }))
}

impl Stimulus for Ramp {
    fn acts(&self, clock: &Clock) -> bool {
        self.window.turns(clock.step) || self.window.contains(clock.step)
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        let Window { start, stop, .. } = self.window;
        let part = match clock.step {
            n if n < start => return,
            n if n < stop => (n - start) as f64 / (stop - start) as f64,
            _ if self.hold => 1.0,
            _ => return,
        };
        let [first, last] = &self.ends;
        // This form gives both ends exactly.
        add_each(&self.reach, shard, input, |at, _| first.at(at) * (1.0 - part) + last.at(at) * part);
    }
}
