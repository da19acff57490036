//! Noise: a Gaussian current, drawn anew at intervals and constant in between, independent for each neuron.
//!
//! ```text
//! i_k(t) = mean + sd ξ_kn      start + n every ≤ t < start + (n + 1) every,      ξ standard normal
//! ```
//!
//! A membrane with time constant tau turns it into a voltage whose deviation goes with sd √(every / 2 tau) where `every` is
//! far below tau, so keep `every` when `dt` changes.
//!
//! Source: NEST 3, `noise_generator`.

use std::ops::Range;

use ecs_core::network::{Clock, Inbox, Reach, Stimulus, StimulusPlan, Values};
use ecs_core::registry::{Bound, Drive, Field};

use crate::gauss::Gauss;
use crate::numbers::{steps, values};
use crate::reached::add_each;
use crate::window::{START, STOP, Window};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("mean", 0.0, "input", "mean of the current"),
    Field::number("sd", f64::NAN, "input", "standard deviation").within(Bound::NonNegative),
    Field::number("every", 0.0, "ms", "interval between draws, in whole steps; 0: every step")
        .within(Bound::NonNegative),
    START,
    STOP,
];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

struct Noise {
    reach: Reach,
    mean: Values,
    sd: Values,
    /// Steps between draws.
    every: u64,
    window: Window,
    gauss: Gauss,
}

/// Makes the stimulus.
///
/// # Errors
/// On numbers that are not finite, or not as many as the neurons, a negative `sd`, and a `stop` before `start`.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    Ok(Box::new(Noise {
        reach: plan.reach.clone(),
        mean: values(plan, &PARAMS[0], 0)?,
        sd: values(plan, &PARAMS[1], 1)?,
        every: steps(plan, &PARAMS[2], 2)?.max(1),
        window: Window::new(plan, 3)?,
        gauss: Gauss::new(plan, false),
    }))
}

impl Stimulus for Noise {
    fn acts(&self, clock: &Clock) -> bool {
        let drawn = || (clock.step - self.window.start).is_multiple_of(self.every);
        self.window.turns(clock.step) || self.window.contains(clock.step) && drawn()
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        if !self.window.contains(clock.step) {
            return;
        }
        let mut draw = self.gauss.draw((clock.step - self.window.start) / self.every);
        add_each(&self.reach, shard, input, |at, neuron| self.mean.at(at) + self.sd.at(at) * draw(neuron));
    }
}
