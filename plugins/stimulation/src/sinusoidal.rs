//! Sinusoidal: an alternating current.
//!
//! ```text
//! i(t) = offset + amplitude sin(2π frequency (t − start) + phase)      start ≤ t < stop, to the nearest steps
//! ```
//!
//! The current of a step is that at its beginning. BrainPy's `bias` is an `offset` as large as `amplitude`.
//!
//! ```toml
//! [[stimulus]]
//! to        = "cells"
//! kind      = "sinusoidal"
//! amplitude = "200 pA"
//! offset    = "100 pA"
//! frequency = "10 Hz"
//! phase     = { uniform = [0, 360] }
//! ```
//!
//! Source: BrainPy 2, `brainpy.inputs.sinusoidal_input`; NEST 3, `ac_generator`. Departure: NEST counts the phase from 0 ms, not
//! from `start`.

use std::ops::Range;

use ecs_core::network::{Clock, Inbox, Reach, Stimulus, StimulusPlan, Values};
use ecs_core::registry::{Bound, Drive, Field};

use crate::numbers::values;
use crate::reached::add_each;
use crate::turn::{sine, turns};
use crate::window::{START, STOP, Window};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("amplitude", f64::NAN, "input", "half the distance from trough to crest"),
    Field::number("frequency", f64::NAN, "Hz", "periods per second").within(Bound::NonNegative),
    Field::number("phase", 0.0, "", "phase at `start`, in degrees"),
    Field::number("offset", 0.0, "input", "what the current alternates about"),
    START,
    STOP,
];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

struct Sinusoidal {
    reach: Reach,
    amplitude: Values,
    frequency: Values,
    phase: Values,
    offset: Values,
    window: Window,
}

/// Makes the stimulus.
///
/// # Errors
/// On numbers that are not finite, or not as many as the neurons, a negative `frequency`, and a `stop` before `start`.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    let row = |at: usize| values(plan, &PARAMS[at], at);
    Ok(Box::new(Sinusoidal {
        reach: plan.reach.clone(),
        amplitude: row(0)?,
        frequency: row(1)?,
        phase: row(2)?,
        offset: row(3)?,
        window: Window::new(plan, 4)?,
    }))
}

impl Stimulus for Sinusoidal {
    fn acts(&self, clock: &Clock) -> bool {
        self.window.turns(clock.step) || self.window.contains(clock.step)
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        if !self.window.contains(clock.step) {
            return;
        }
        let time = (clock.step - self.window.start) as f64 * clock.dt;
        let wave = |at| sine(turns(self.frequency.at(at), time, self.phase.at(at)));
        let same = self.frequency.uniform().and(self.phase.uniform()).map(|_| wave(0));
        add_each(&self.reach, shard, input, |at, _| {
            self.offset.at(at) + self.amplitude.at(at) * same.unwrap_or_else(|| wave(at))
        });
    }
}
