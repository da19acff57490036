//! Task: what a trial is about: what the sources are given, and what the network's answer costs.

use ecs_core::network::{SourcePlan, StimulusPlan};

use super::raster::Raster;

/// What is watched during a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Number of a population of neurons.
    pub population: usize,
    /// Row of a state variable.
    pub variable: usize,
}

/// Numbers of what is watched, `[step][replica, neuron]`: a state variable at the end of each step, or its cotangent.
#[derive(Clone, Debug, Default)]
pub struct Series<T> {
    /// All of them.
    pub values: Vec<T>,
    /// Replicas.
    pub replicas: usize,
    /// Neurons.
    pub neurons: usize,
}

impl<T: Copy + Default> Series<T> {
    pub(super) fn clear(&mut self, steps: usize, replicas: usize, neurons: usize) {
        (self.replicas, self.neurons) = (replicas, neurons);
        self.values.clear();
        self.values.resize(steps * replicas * neurons, T::default());
    }

    /// Steps.
    pub fn steps(&self) -> usize {
        self.values.len().checked_div(self.replicas * self.neurons).unwrap_or(0)
    }

    /// Those of a step, `[replica, neuron]`.
    pub fn of(&self, step: usize) -> &[T] {
        let n = self.replicas * self.neurons;
        &self.values[step * n..][..n]
    }

    /// Those of a replica in a step, `[neuron]`.
    pub fn at(&self, step: usize, replica: usize) -> &[T] {
        &self.of(step)[replica * self.neurons..][..self.neurons]
    }

    /// The same, to be changed.
    pub fn at_mut(&mut self, step: usize, replica: usize) -> &mut [T] {
        let (n, all) = (self.neurons, self.replicas * self.neurons);
        &mut self.values[step * all + replica * n..][..n]
    }
}

/// What a group of replicas did.
pub struct Outcome<'a, T> {
    /// Number of the trial that the first replica ran; the others follow.
    pub first: u64,
    /// What was watched, `[watch]`.
    pub series: &'a [Series<T>],
    /// Spikes of each neuron over the trial, `[population][replica, neuron]`; of sources nothing.
    pub counts: &'a [Vec<T>],
    /// Who fired when, `[population]`.
    pub spikes: &'a [Raster<T>],
}

/// What the cost depends on, and by how much.
pub struct Cotangents<'a, T> {
    /// Of what was watched, `[watch]`; zeros at first.
    pub series: &'a mut [Series<T>],
    /// Of each spike of a neuron, `[population][replica, neuron]`; zeros at first.
    pub spikes: &'a mut [Vec<T>],
}

/// Changes what sources and stimuli are made from, by their number and that of the trial.
pub struct Prepare<'a> {
    /// Of a source population.
    pub source: &'a dyn Fn(usize, u64, &mut SourcePlan),
    /// Of a stimulus.
    pub stimulus: &'a dyn Fn(usize, u64, &mut StimulusPlan),
}

/// What trials are about.
pub trait Task<T>: Sync {
    /// Changes what source population `population` is made from for a trial.
    fn prepare(&self, _population: usize, _trial: u64, _plan: &mut SourcePlan) {}
    /// Changes what stimulus `injection` of the circuit is made from for a trial.
    fn stimulate(&self, _injection: usize, _trial: u64, _plan: &mut StimulusPlan) {}
    /// Whether neurons are left out by the chance that their population has.
    fn drops(&self) -> bool {
        false
    }
    /// Whether [teachers](crate::Circuit::teach) make neurons fire.
    fn taught(&self) -> bool {
        false
    }
    /// What is watched.
    fn watches(&self) -> Vec<Watch>;
    /// The cost of a group's replicas, and, where `cotangents` are wanted, its derivatives.
    fn cost(&self, outcome: &Outcome<'_, T>, cotangents: Option<&mut Cotangents<'_, T>>) -> f64;
}
