//! Losses, regularisers and metrics: what training makes small, and what says how good it has become.

use super::plan::Plan;
use crate::registry::Entry;

/// What a prediction is compared with.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// A number for each of the prediction's, `[sample, frame, place]`.
    Numbers(&'a [f64]),
    /// The right class of each row, `[sample, frame]`.
    Classes(&'a [u32]),
    /// The labels of each sample in order, `[sample, label]`, and how many of its frames count, `[sample]`.
    Sequences(&'a [Vec<u32>], &'a [usize]),
}

/// The kinds of [`Target`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the kind of target of that name")]
pub enum Wanted {
    Numbers,
    Classes,
    Sequences,
}

/// Predictions and targets of some samples.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// `[sample, frame, place]`. A place is a class, an output or a neuron; a frame is a moment, of which there may be one.
    pub prediction: &'a [f64],
    /// Samples, frames and places.
    pub shape: [usize; 3],
    /// What they are compared with.
    pub target: Target<'a>,
}

impl<'a> Batch<'a> {
    /// Each row of the prediction with its number: the places of one sample and frame.
    pub fn rows(&self) -> impl Iterator<Item = (usize, &'a [f64])> {
        self.prediction.chunks_exact(self.shape[2].max(1)).enumerate()
    }

    /// The target's numbers, `[sample, frame, place]`.
    ///
    /// # Panics
    /// They are of another kind; whoever makes batches has asked for what is [`Wanted`].
    #[must_use]
    pub fn numbers(&self) -> &'a [f64] {
        match self.target {
            Target::Numbers(numbers) => numbers,
            _ => panic!("targets are numbers where numbers are wanted"),
        }
    }

    /// The target's classes, `[sample, frame]`.
    ///
    /// # Panics
    /// They are of another kind; whoever makes batches has asked for what is [`Wanted`].
    #[must_use]
    pub fn classes(&self) -> &'a [u32] {
        match self.target {
            Target::Classes(classes) => classes,
            _ => panic!("targets are classes where classes are wanted"),
        }
    }
}

/// The loss of a batch; writes its derivative by each number of the prediction.
pub type Evaluate = Box<dyn Fn(&Batch<'_>, &mut [f64]) -> f64 + Send + Sync>;

/// A registered loss.
#[derive(Clone, Copy)]
pub struct LossModel {
    /// What it says of itself.
    pub entry: Entry,
    /// What it compares with.
    pub target: Wanted,
    /// Whether it is the mean over frames of what each costs by itself, so that it can be had frame by frame.
    pub apart: bool,
    /// Makes one; refuses what has no meaning.
    pub build: fn(&Plan) -> Result<Evaluate, String>,
}

inventory::collect!(LossModel);

/// The penalty on an array; adds its derivative by each number.
pub type Penalise = Box<dyn Fn(&[f64], &mut [f64]) -> f64 + Send + Sync>;

/// A registered regulariser.
#[derive(Clone, Copy)]
pub struct RegulariserModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Makes one; refuses what has no meaning.
    pub build: fn(&Plan) -> Result<Penalise, String>,
}

inventory::collect!(RegulariserModel);

/// Something measured over all batches of a pass.
pub trait Metric: Send + Sync {
    /// Takes account of a batch.
    fn add(&mut self, batch: &Batch<'_>);
    /// What was measured so far; no number before the first batch.
    fn value(&self) -> f64;
    /// Forgets all batches.
    fn reset(&mut self);
}

/// A registered metric.
#[derive(Clone, Copy)]
pub struct MetricModel {
    /// What it says of itself.
    pub entry: Entry,
    /// What it compares with.
    pub target: Wanted,
    /// Makes one; refuses what has no meaning.
    pub build: fn(&Plan) -> Result<Box<dyn Metric>, String>,
}

inventory::collect!(MetricModel);
