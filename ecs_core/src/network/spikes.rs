//! Spikes: who fired in the last steps, as far back as the longest delay needs.

use bevy_ecs::prelude::*;

/// The spikes of a population, `[step, spike]`: neuron indices, ascending.
#[derive(Component, Clone, Debug)]
pub struct Spikes {
    ring: Vec<Vec<u32>>,
    total: u64,
}

impl Spikes {
    /// Keeps the spikes of `steps` steps of a population of `size`.
    pub fn keeping(steps: usize, size: usize) -> Self {
        Self { ring: (0..steps.max(1)).map(|_| Vec::with_capacity(size)).collect(), total: 0 }
    }

    /// Keeps at least `steps` steps.
    pub fn keep(&mut self, steps: usize) {
        let size = self.ring[0].capacity();
        while self.ring.len() < steps {
            self.ring.push(Vec::with_capacity(size));
        }
    }

    /// The spikes of `step`, which must be one of the last that are kept.
    pub fn of(&self, step: u64) -> &[u32] {
        &self.ring[(step % self.ring.len() as u64) as usize]
    }

    /// Spikes since the beginning.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Sets the spikes of `step`, which `write` appends to an empty list.
    pub fn record(&mut self, step: u64, write: impl FnOnce(&mut Vec<u32>)) {
        let slot = (step % self.ring.len() as u64) as usize;
        let list = &mut self.ring[slot];
        list.clear();
        write(list);
        self.total += list.len() as u64;
    }
}
