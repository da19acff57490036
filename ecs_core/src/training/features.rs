//! Features: what a readout reads of a sequence of inputs, where nothing before the readout is learned.

use crate::network::Registry;
use crate::registry::Entry;

/// A sequence that is followed step by step.
pub trait Walk {
    /// Takes the next input, `[input]`, and writes the features after it, `[feature]`.
    fn step(&mut self, input: &[f32], features: &mut [f32]);
}

/// What makes features of sequences of inputs.
pub trait Features: Send + Sync {
    /// Features of a sequence.
    fn width(&self) -> usize;
    /// Inputs of a step.
    fn inputs(&self) -> usize;
    /// Steps before one on which its features depend, and before which they are not complete; 0 where that fades by itself.
    fn memory(&self) -> usize {
        0
    }
    /// Synapses it is made of, and the bytes they take.
    fn synapses(&self) -> (u64, u64) {
        (0, 0)
    }
    /// Begins a sequence.
    fn walk(&self) -> Box<dyn Walk + '_>;
    /// The features after the last step of each sequence: `inputs` is `[sample, step, input]`, `features` is `[sample, feature]`. The
    /// same bits for any number of threads; `done` hears of samples that are ready.
    fn last(
        &self,
        inputs: &[f32],
        steps: usize,
        features: &mut [f32],
        _threads: usize,
        done: &(dyn Fn(usize) + Sync),
    ) {
        let samples = inputs.chunks_exact(steps * self.inputs());
        for (sample, features) in samples.zip(features.chunks_exact_mut(self.width())) {
            let mut walk = self.walk();
            sample.chunks_exact(self.inputs()).for_each(|input| walk.step(input, features));
            done(1);
        }
    }
}

/// What features are made from.
#[derive(Clone)]
pub struct FeaturesPlan<'a> {
    /// Number parameters, in table order.
    pub params: Vec<f64>,
    /// Inputs of a step.
    pub inputs: usize,
    /// What is random follows from it.
    pub seed: u64,
    /// Threads to build with; the result does not depend on it.
    pub threads: usize,
    /// Where rules and ways to hold synapses are found by name.
    pub registry: &'a Registry,
}

/// Registered features.
#[derive(Clone, Copy)]
pub struct FeaturesModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Makes them; refuses what has no meaning.
    pub build: fn(&FeaturesPlan<'_>) -> Result<Box<dyn Features>, String>,
}

inventory::collect!(FeaturesModel);
