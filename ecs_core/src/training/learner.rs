//! Learners: readouts that are fitted to states and targets, at once or sample by sample, without a gradient through the network.

use super::plan::Plan;
use crate::registry::Entry;

/// States of a network and what should be read from them.
#[derive(Clone, Copy, Debug)]
pub struct Samples<'a> {
    /// `[sample, feature]`.
    pub features: &'a [f32],
    /// `[sample, output]`.
    pub targets: &'a [f64],
    /// Features of a sample.
    pub width: usize,
    /// Outputs of a sample.
    pub outputs: usize,
}

impl Samples<'_> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.targets.len() / self.outputs.max(1)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }
}

/// What reads outputs from features.
pub trait Fitted: Send + Sync {
    /// Weights of the features as the learner expands them, `[feature, output]`.
    fn weights(&self) -> &[f64];
    /// What is added to each output, `[output]`.
    fn intercepts(&self) -> &[f64];
    /// Writes the outputs, `[output]`, for one sample's features, `[feature]`.
    fn predict(&self, features: &[f32], outputs: &mut [f64]);
}

/// Fits all samples at once.
pub type Fit = Box<dyn Fn(&Samples<'_>) -> Result<Box<dyn Fitted>, String> + Send + Sync>;

/// Learns from each sample as it comes.
pub trait Online: Send + Sync {
    /// Changes `weights`, `[feature, output]`, after a sample with these features, `[feature]`, was read as `outputs` and should have
    /// been `targets`, `[output]`.
    fn learn(&mut self, weights: &mut [f64], features: &[f32], outputs: &[f64], targets: &[f64]);
    /// What it remembers, as it stands in a checkpoint; empty where that is nothing.
    fn state(&mut self) -> &mut [f64];
}

/// The two ways to learn.
pub enum Learn {
    /// From all samples.
    Offline(Fit),
    /// From each as it comes; makes a learner for readouts of that many features.
    Online(Box<dyn Fn(usize) -> Box<dyn Online> + Send + Sync>),
}

/// A registered learner.
#[derive(Clone, Copy)]
pub struct LearnerModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Makes one; refuses what has no meaning.
    pub build: fn(&Plan) -> Result<Learn, String>,
}

inventory::collect!(LearnerModel);
