//! Poisson: weighted events at random times, independent for each neuron.
//!
//! ```text
//! events of neuron k in a step ~ Poisson(rate_k dt), all acting at the beginning of the step
//! ```
//!
//! Cost for each neuron and step on one core of an EPYC with AVX-512, at mean 0.001, 0.03, 2: 0.03, 0.24, 0.7 ns; with a
//! rate for each neuron 2.5 ns at mean 2 (`examples/poisson_speed.rs`). The file `events.rs` says how.
//!
//! Source: NEST 3, `poisson_generator`.

use std::ops::Range;

use ecs_core::model::{Instructions, instructions};
use ecs_core::network::{Clock, Inbox, Stimulus, StimulusPlan};
use ecs_core::registry::{Bound, Drive, Field};

use crate::events::{Giver, law};
use crate::numbers::values;
use crate::window::{START, STOP, Window};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("rate", f64::NAN, "Hz", "mean rate of events to a neuron").within(Bound::NonNegative),
    START,
    STOP,
];
/// It makes events.
pub const DRIVE: Option<Drive> = None;

struct Poisson {
    window: Window,
    /// None where no events ever come.
    giver: Option<Giver>,
}

/// Makes the stimulus.
///
/// # Errors
/// On rates that are negative, not finite, above 10 000 events in a step, or not as many as the neurons; on a `stop` before
/// `start`; and on a weight that is not finite.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    build_for(plan, instructions())
}

/// The same for an instruction set that this machine has.
///
/// # Errors
/// Those of [`build`].
pub fn build_for(plan: &StimulusPlan, level: Instructions) -> Result<Box<dyn Stimulus>, String> {
    let law = law(&values(plan, &PARAMS[0], 0)?, plan.clock.dt)?;
    let giver = law.map(|law| Giver::new(plan, law, level)).transpose()?;
    Ok(Box::new(Poisson { window: Window::new(plan, 1)?, giver }))
}

impl Stimulus for Poisson {
    fn acts(&self, clock: &Clock) -> bool {
        self.giver.is_some() && self.window.contains(clock.step)
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        if let Some(giver) = &self.giver {
            giver.give(1.0, clock, shard, input);
        }
    }
}
