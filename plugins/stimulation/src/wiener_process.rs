//! Wiener process: a current made of the increments of a Wiener process, one for each step.
//!
//! ```text
//! i_k(t_n) = mean + sd (W_k(t_n + dt) − W_k(t_n)) / √(1 ms) = mean + sd √(dt / 1 ms) ξ_kn      ξ standard normal
//! ```
//!
//! The increments of 1 ms have the deviation `sd`. A current held for a step acts on a membrane by i dt, so the effect of this one
//! vanishes with the step; `noise` with a fixed `every`, or `ou_process`, has an effect that does not depend on it.
//!
//! ```toml
//! [[stimulus]]
//! to   = "cells"
//! kind = "wiener_process"
//! sd   = "300 pA"
//! ```
//!
//! Source: BrainPy 2, `brainpy.inputs.wiener_process`, which is `sd` = 1 and `mean` = 0.

use std::ops::Range;

use ecs_core::network::{Clock, Inbox, Reach, Stimulus, StimulusPlan, Values};
use ecs_core::number::{Num, Real};
use ecs_core::registry::{Bound, Drive, Field};

use crate::gauss::Gauss;
use crate::numbers::{flag, switch, values};
use crate::reached::add_each;
use crate::window::{START, STOP, Window};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("mean", 0.0, "input", "mean of the current"),
    Field::number("sd", f64::NAN, "input", "standard deviation of the increment of 1 ms")
        .within(Bound::NonNegative),
    switch("shared", "whether all neurons get the same process"),
    START,
    STOP,
];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

struct Wiener {
    reach: Reach,
    mean: Values,
    sd: Values,
    /// √(dt / 1 ms).
    root: f64,
    gauss: Gauss,
    window: Window,
}

/// Makes the stimulus.
///
/// # Errors
/// On numbers that are not finite, or not as many as the neurons, a negative `sd`, and a `stop` before `start`.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    Ok(Box::new(Wiener {
        reach: plan.reach.clone(),
        mean: values(plan, &PARAMS[0], 0)?,
        sd: values(plan, &PARAMS[1], 1)?,
        root: Num(plan.clock.dt).sqrt().0,
        gauss: Gauss::new(plan, flag(plan, &PARAMS[2], 2)?),
        window: Window::new(plan, 3)?,
    }))
}

impl Stimulus for Wiener {
    fn acts(&self, clock: &Clock) -> bool {
        self.window.turns(clock.step) || self.window.contains(clock.step)
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        if !self.window.contains(clock.step) {
            return;
        }
        let mut draw = self.gauss.draw(clock.step - self.window.start);
        add_each(&self.reach, shard, input, |at, k| self.mean.at(at) + self.sd.at(at) * self.root * draw(k));
    }
}
