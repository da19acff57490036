//! Timed array: a current read from a file, frame by frame.
//!
//! ```text
//! i_k(t) = amplitude values[n, k]      start + n frame ≤ t < start + (n + 1) frame, to the nearest steps
//! ```
//!
//! 0 before `start`; afterwards the last frame stays, or the first one follows with `repeat`. A file with one place in a frame
//! drives all neurons alike, any other has a place for each neuron reached. Writes when frames begin only. Files: `.npy`, `.npz`
//! with one array, or a table whose rows are frames and whose columns are places.
//!
//! ```toml
//! [[stimulus]]
//! to        = "cells"
//! kind      = "timed_array"
//! amplitude = "100 pA"
//! file      = "frames.csv"
//! frame     = "5 ms"
//! ```
//!
//! Source: Brian 2, `TimedArray`.

use std::ops::Range;

use ecs_core::network::{Clock, Frames, Inbox, Reach, Stimulus, StimulusPlan, Values};
use ecs_core::registry::{Drive, Field};

use crate::numbers::values;
use crate::reached::add_each;
use crate::show::{SHOWN, Show};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("amplitude", f64::NAN, "input", "the current that the number 1 stands for"),
    SHOWN[0],
    SHOWN[1],
    SHOWN[2],
    Field::frames("file", "numbers `[frame, neuron]`"),
];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

struct TimedArray {
    reach: Reach,
    amplitude: Values,
    frames: Frames,
    show: Show,
    /// The step in which the run begins or goes on.
    begin: u64,
}

/// Makes the stimulus.
///
/// # Errors
/// On numbers that are not finite, a missing file, and frames with another number of places than 1 or the neurons reached.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    let (width, neurons) = (plan.frames.width(), plan.reach.len());
    if plan.frames.is_empty() {
        return Err("`file` is missing; the path of a file with numbers `[frame, neuron]` is allowed".into());
    }
    if width != 1 && width != neurons {
        return Err(format!(
            "`file` has frames of {width} places; 1, or one for each of {neurons} neurons, is allowed"
        ));
    }
    Ok(Box::new(TimedArray {
        reach: plan.reach.clone(),
        amplitude: values(plan, &PARAMS[0], 0)?,
        frames: plan.frames.clone(),
        show: Show::new(plan, 1, plan.frames.len())?,
        begin: plan.clock.step,
    }))
}

impl Stimulus for TimedArray {
    fn acts(&self, clock: &Clock) -> bool {
        clock.step == self.begin || self.show.at(clock.step).is_some_and(|moment| moment.within == 0)
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        if clock.step < self.show.start {
            return;
        }
        let frame = self.show.at(clock.step).map_or(self.frames.len() - 1, |moment| moment.frame);
        let frame = self.frames.at(frame);
        let place = |at: usize| f64::from(frame[if frame.len() == 1 { 0 } else { at }]);
        add_each(&self.reach, shard, input, |at, _| self.amplitude.at(at) * place(at));
    }
}
