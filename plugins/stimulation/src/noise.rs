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
use ecs_core::random::{Distribution, Key, Purpose, Sampler};
use ecs_core::registry::{Bound, Drive, Field};

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

/// Neurons whose numbers are drawn together, and the bits that hold the number of such a block.
const BLOCK: usize = 64;
const BLOCK_BITS: u32 = 26;
const NORMAL: Distribution =
    Distribution::Normal { mean: 0.0, sd: 1.0, min: f64::NEG_INFINITY, max: f64::INFINITY };

struct Noise {
    reach: Reach,
    mean: Values,
    sd: Values,
    /// Steps between draws.
    every: u64,
    window: Window,
    key: Key,
    normal: Sampler,
}

/// Makes the stimulus.
///
/// # Errors
/// On numbers that are not finite, or not as many as the neurons, a negative `sd`, and a `stop` before `start`.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    Ok(Box::new(Noise {
        reach: plan.reach.clone(),
        mean: values(plan, &PARAMS[0], 0, f64::NEG_INFINITY)?,
        sd: values(plan, &PARAMS[1], 1, 0.0)?,
        every: steps(plan, &PARAMS[2], 2)?.max(1),
        window: Window::new(plan, 3)?,
        key: Key::new(plan.clock.seed, plan.stream, Purpose::Noise),
        normal: NORMAL.sampler(),
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
        let interval = (clock.step - self.window.start) / self.every;
        let (mut drawn, mut block) = ([0.0; BLOCK], None);
        add_each(&self.reach, shard, input, |at, neuron| {
            let own = u64::from(neuron) / BLOCK as u64;
            if block != Some(own) {
                block = Some(own);
                self.normal.fill(self.key, interval << BLOCK_BITS | own, &mut drawn);
            }
            self.mean.at(at) + self.sd.at(at) * drawn[neuron as usize % BLOCK]
        });
    }
}
