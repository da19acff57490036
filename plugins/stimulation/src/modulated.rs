//! Modulated: Poisson events at a rate that all neurons share and that changes with time.

use std::ops::Range;

use ecs_core::model::Instructions;
use ecs_core::network::{Clock, Inbox, Stimulus, StimulusPlan};

use crate::events::{Giver, modulated_law};

/// A rate that changes with time.
pub(crate) trait Rate: Send + Sync {
    /// The mean rate over a step, in Hz, from 0 to the highest.
    fn at(&self, step: u64) -> f64;
}

/// Events at a rate.
pub(crate) struct Modulated<R> {
    rate: R,
    /// In Hz.
    highest: f64,
    /// None where no events ever come.
    giver: Option<Giver>,
}

impl<R: Rate> Modulated<R> {
    /// At `rate`, which never exceeds `highest` Hz; `keys` says at which keys the rate stands, for errors.
    pub(crate) fn new(
        plan: &StimulusPlan,
        level: Instructions,
        rate: R,
        highest: f64,
        keys: &str,
    ) -> Result<Self, String> {
        let law = modulated_law(highest, plan.clock.dt, keys)?;
        Ok(Self { rate, highest, giver: law.map(|law| Giver::new(plan, law, level)).transpose()? })
    }
}

impl<R: Rate> Stimulus for Modulated<R> {
    fn acts(&self, clock: &Clock) -> bool {
        self.giver.is_some() && self.rate.at(clock.step) > 0.0
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        if let Some(giver) = &self.giver {
            giver.give(self.rate.at(clock.step) / self.highest, clock, shard, input);
        }
    }
}
