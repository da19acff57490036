//! Constant: a current that is switched on and off.
//!
//! ```text
//! i(t) = amplitude      start ≤ t < stop, to the nearest steps
//! ```
//!
//! Writes in the steps `start` and `stop` only. Source: NEST 3, `dc_generator`.

use std::ops::Range;

use ecs_core::network::{Clock, Inbox, Reach, Stimulus, StimulusPlan, Values};
use ecs_core::registry::{Drive, Field};

use crate::numbers::values;
use crate::reached::add_each;
use crate::window::{START, STOP, Window};

/// Its scenario table.
pub const PARAMS: &[Field] =
    &[Field::number("amplitude", f64::NAN, "input", "size of the current"), START, STOP];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

struct Constant {
    reach: Reach,
    amplitude: Values,
    window: Window,
}

/// Makes the stimulus.
///
/// # Errors
/// On numbers that are not finite, or not as many as the neurons, and on a `stop` before `start`.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    let amplitude = values(plan, &PARAMS[0], 0)?;
    Ok(Box::new(Constant { reach: plan.reach.clone(), amplitude, window: Window::new(plan, 1)? }))
}

impl Stimulus for Constant {
    fn acts(&self, clock: &Clock) -> bool {
        self.window.turns(clock.step)
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        if self.window.contains(clock.step) {
            add_each(&self.reach, shard, input, |at, _| self.amplitude.at(at));
        }
    }
}
