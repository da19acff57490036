//! Square: a current that alternates between two sizes.
//!
//! ```text
//! x = frequency (t − start) + phase / 360°
//! i(t) = offset + amplitude      x − ⌊x⌋ < duty
//!        offset − amplitude      otherwise;      start ≤ t < stop, all to the nearest steps
//! ```
//!
//! Writes at the edges only. BrainPy's `bias` is an `offset` as large as `amplitude`.
//!
//! ```toml
//! [[stimulus]]
//! to        = "cells"
//! kind      = "square"
//! amplitude = "200 pA"
//! offset    = "200 pA"
//! frequency = "20 Hz"
//! duty      = 0.25
//! ```
//!
//! Source: BrainPy 2, `brainpy.inputs.square_input`, which has duty 0.5.

use std::ops::Range;

use ecs_core::network::{Clock, Inbox, Reach, Stimulus, StimulusPlan, Values};
use ecs_core::registry::{Bound, Drive, Field};

use crate::numbers::{one, values};
use crate::reached::add_each;
use crate::turn::turns;
use crate::window::{START, STOP, Window};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("amplitude", f64::NAN, "input", "half the distance between the two sizes"),
    Field::number("frequency", f64::NAN, "Hz", "periods per second").within(Bound::NonNegative),
    Field::number("duty", 0.5, "", "part of a period in which the current is high").within(Bound::Fraction),
    Field::number("phase", 0.0, "", "phase at `start`, in degrees"),
    Field::number("offset", 0.0, "input", "what the current alternates about"),
    START,
    STOP,
];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

struct Square {
    reach: Reach,
    amplitude: Values,
    frequency: f64,
    duty: f64,
    phase: f64,
    offset: Values,
    window: Window,
}

/// Makes the stimulus.
///
/// # Errors
/// On numbers that are not finite, a negative `frequency`, a `duty` beyond 0 to 1, a time course that differs between neurons,
/// and a `stop` before `start`.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    let row = |at: usize| one(plan, &PARAMS[at], at);
    Ok(Box::new(Square {
        reach: plan.reach.clone(),
        amplitude: values(plan, &PARAMS[0], 0)?,
        frequency: row(1)?,
        duty: row(2)?,
        phase: row(3)?,
        offset: values(plan, &PARAMS[4], 4)?,
        window: Window::new(plan, 5)?,
    }))
}

impl Square {
    /// Whether the current of a step is the high one; asked at its middle, which puts edges at the nearest steps.
    fn is_high(&self, step: u64, dt: f64) -> bool {
        let time = ((step - self.window.start) as f64 + 0.5) * dt;
        let x = turns(self.frequency, time, self.phase);
        x - x.floor() < self.duty
    }
}

impl Stimulus for Square {
    fn acts(&self, clock: &Clock) -> bool {
        let (step, dt) = (clock.step, clock.dt);
        self.window.turns(step)
            || self.window.contains(step) && self.is_high(step, dt) != self.is_high(step - 1, dt)
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        if !self.window.contains(clock.step) {
            return;
        }
        let sign = if self.is_high(clock.step, clock.dt) { 1.0 } else { -1.0 };
        add_each(&self.reach, shard, input, |at, _| self.offset.at(at) + sign * self.amplitude.at(at));
    }
}
