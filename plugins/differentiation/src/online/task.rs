//! Task: what a trial is about, as it goes on, and what came of it.

use ecs_core::network::{SourcePlan, StimulusPlan};

#[cfg(doc)]
use super::Online;
use crate::tape::Watch;

/// What a trial is about, step by step.
pub trait OnlineTask<T>: Sync {
    /// Changes what source population `population` is made from for a trial.
    fn prepare(&self, _population: usize, _trial: u64, _plan: &mut SourcePlan) {}
    /// Changes what stimulus `injection` of the circuit is made from for a trial.
    fn stimulate(&self, _injection: usize, _trial: u64, _plan: &mut StimulusPlan) {}
    /// What is watched.
    fn watches(&self) -> Vec<Watch>;
    /// The cost of a step, and its derivative in each number that is watched, `[watch][neuron]`.
    fn error(&self, trial: u64, step: usize, seen: &[Vec<T>], errors: &mut [Vec<T>]) -> f64;
    /// What the spikes of a trial cost at its end, of which there are `counts`, `[population][neuron]`. The derivative is that of each
    /// spike of a neuron; it is asked for of populations that are [`counted`](Online::new).
    fn spike_cost(&self, _trial: u64, _counts: &[Vec<T>], _slopes: &mut [Vec<T>]) -> f64 {
        0.0
    }
}

/// What came of a trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Learnt<T> {
    /// The cost.
    pub cost: f64,
    /// The gradient of each parameter, all of which are weights.
    pub gradient: Vec<Vec<T>>,
    /// Spikes of each population.
    pub spikes: Vec<u64>,
}
