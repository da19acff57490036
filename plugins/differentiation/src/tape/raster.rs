//! Raster: who fired, step by step and replica by replica.

use crate::matrix::Fired;

/// The spikes of a population in a group of replicas.
#[derive(Debug, Default)]
pub struct Raster<T> {
    replicas: usize,
    neurons: Vec<u32>,
    /// What each fired by; empty where all by one.
    by: Vec<T>,
    /// Where the spikes of each `[step, replica]` begin, and their number at the end.
    starts: Vec<usize>,
    /// The first step that is still known.
    first: usize,
}

impl<T: Copy> Raster<T> {
    /// Forgets all spikes.
    pub fn clear(&mut self, replicas: usize) {
        self.replicas = replicas;
        self.neurons.clear();
        self.by.clear();
        self.starts.clear();
        self.starts.push(0);
        self.first = 0;
    }

    /// Forgets all but at least the last `steps` steps, now and then.
    pub fn forget(&mut self, steps: usize) {
        let known = (self.starts.len() - 1) / self.replicas.max(1);
        if known <= 2 * steps + 64 {
            return;
        }
        let gone = known - steps;
        let spikes = self.starts[gone * self.replicas];
        self.neurons.drain(..spikes);
        self.by.drain(..spikes.min(self.by.len()));
        self.starts.drain(..gone * self.replicas);
        self.starts.iter_mut().for_each(|start| *start -= spikes);
        self.first += gone;
    }

    /// Adds spikes of the replica that comes next.
    pub fn push(&mut self, neurons: impl IntoIterator<Item = u32>) {
        self.neurons.extend(neurons);
        self.starts.push(self.neurons.len());
    }

    /// The same, of neurons that fire by some amount.
    pub fn push_by(&mut self, spikes: impl IntoIterator<Item = (u32, T)>) {
        for (neuron, by) in spikes {
            self.neurons.push(neuron);
            self.by.push(by);
        }
        self.starts.push(self.neurons.len());
    }

    /// Those of a replica in a step.
    pub fn of(&self, step: usize, replica: usize) -> Fired<'_, T> {
        let k = (step - self.first) * self.replicas + replica;
        let range = self.starts[k]..self.starts[k + 1];
        Fired { neurons: &self.neurons[range.clone()], by: self.by.get(range).unwrap_or(&[]) }
    }

    /// Where those of a replica in a step stand among all.
    pub fn range(&self, step: usize, replica: usize) -> std::ops::Range<usize> {
        let k = (step - self.first) * self.replicas + replica;
        self.starts[k]..self.starts[k + 1]
    }

    /// Those of the only replica, so many steps before `step`.
    pub fn past(&self, step: usize, steps: usize) -> Option<Fired<'_, T>> {
        step.checked_sub(steps).map(|step| self.of(step, 0))
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.neurons.capacity() * 4
            + self.by.capacity() * size_of::<T>()
            + self.starts.capacity() * size_of::<usize>()
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.neurons.len()
    }
}
