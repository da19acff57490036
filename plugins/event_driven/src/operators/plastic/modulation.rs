//! Modulation: the level of a modulator after each of its spikes, until all synapses have seen them.
//!
//! Steps are kept modulo 2³², as in the history of the receivers.

use ecs_core::model::{Decay, Modulator};
use ecs_core::number::{Float, Num, Real};

use super::history::not_before;

/// What a modulator did.
pub(super) struct Modulation<T> {
    steps: Vec<u32>,
    /// After each.
    levels: Vec<T>,
    /// How fast the level decays, per step.
    rate: T,
    jump: T,
    /// Spikes kept, those of one step counted as one.
    kept: usize,
    decay: Decay<T>,
}

impl<T: Float> Modulation<T>
where
    Num<T>: Real,
{
    /// One that has not fired yet and of which `kept` spikes are kept, at least 2, with steps of `dt` ms.
    pub fn new(modulator: Modulator, kept: usize, dt: f64) -> Self {
        Self {
            steps: Vec::with_capacity(kept),
            levels: Vec::with_capacity(kept),
            rate: T::of(modulator.rate * dt),
            jump: T::of(modulator.jump),
            kept,
            decay: Decay::new(),
        }
    }

    /// Whether all synapses must have seen what is kept before there is another spike.
    pub fn is_full(&self) -> bool {
        self.steps.len() == self.kept
    }

    /// All synapses have seen all of it: the last one stays, because the level goes on from it.
    pub fn forget(&mut self) {
        let last = self.steps.len().saturating_sub(1);
        self.steps.drain(..last);
        self.levels.drain(..last);
    }

    /// So many of its neurons fire, or a reward counts like them.
    pub fn push(&mut self, step: u64, amount: f64) {
        let step = step as u32;
        let before = self.steps.last().map_or(T::default(), |last| {
            let left = self.levels[self.levels.len() - 1];
            self.decay.one(left, u64::from(step.wrapping_sub(*last)), self.rate)
        });
        self.steps.push(step);
        self.levels.push((Num(before) + Num(self.jump) * Num(T::of(amount))).0);
    }

    /// How many came before `step`; the spike of that number is the first from then on.
    pub fn before(&self, step: u32) -> usize {
        self.steps.partition_point(|spike| !not_before(*spike, step))
    }

    /// Steps of spikes.
    pub fn steps(&self) -> &[u32] {
        &self.steps
    }

    /// Step of the last spike at `step` or before, and the level after it.
    pub fn at(&self, step: u32) -> Option<(u32, T)> {
        let k = self.steps.partition_point(|spike| not_before(step, *spike)).checked_sub(1)?;
        Some((self.steps[k], self.levels[k]))
    }

    /// Lets levels decay, each by its own number of steps.
    pub fn decay(&self, levels: &mut [T], steps: &[T]) {
        self.decay.column(levels, steps, self.rate);
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.kept * (size_of::<u32>() + size_of::<T>())
    }
}
