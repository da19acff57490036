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
use ecs_core::random::{Key, Purpose};
use ecs_core::registry::{Bound, Drive, Field};

use crate::events::{Add, Events, Shard, add_at, law};
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
    events: Option<Events>,
    add_f32: Add<f32>,
    add_f64: Add<f64>,
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
    if !plan.weight.is_finite() {
        return Err(format!("`weight` is {}; a finite number is allowed", plan.weight));
    }
    let key = Key::new(plan.clock.seed, plan.stream, Purpose::Poisson);
    let law = law(&values(plan, &PARAMS[0], 0, 0.0)?, plan.clock.dt)?;
    let events = law.map(|law| Events { reach: plan.reach.clone(), weight: plan.weight, key, law });
    Ok(Box::new(Poisson {
        window: Window::new(plan, 1)?,
        events,
        add_f32: add_at(level),
        add_f64: add_at(level),
    }))
}

impl Stimulus for Poisson {
    fn acts(&self, clock: &Clock) -> bool {
        self.events.is_some() && self.window.contains(clock.step)
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        let Some(events) = &self.events else { return };
        let (step, neurons) = (clock.step, shard.start as u32..shard.end as u32);
        match input {
            Inbox::Sum32(input) => (self.add_f32)(&mut Shard { events, step, neurons, input }),
            Inbox::Sum64(input) => (self.add_f64)(&mut Shard { events, step, neurons, input }),
            Inbox::Count8(_) | Inbox::Count16(_) => unreachable!("a stimulus asks for sums"),
        }
    }
}
