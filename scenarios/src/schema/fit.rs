//! Fit: what `[training]` says of a readout that is fitted without a gradient.

use super::{Data, Expected, Part};
use crate::diagnostic::Span;

/// `[training]` with `features`.
#[derive(Clone, Debug)]
pub struct Fit {
    /// What the readout reads.
    pub features: Part,
    /// How it is fitted.
    pub learner: Part,
    /// What is measured; where there is none, what is usual.
    pub metrics: Vec<Part>,
    /// What it learns from.
    pub lesson: Lesson,
    /// What must come out.
    pub expects: Vec<Expected>,
    /// Its header.
    pub span: Span,
}

/// What a readout learns from.
#[derive(Clone, Debug)]
pub enum Lesson {
    /// Samples from files: what stands after the last frame of each.
    Data(Data),
    /// The course of a population.
    Series(Series),
}

/// `[training.series]`
#[derive(Clone, Debug)]
pub struct Series {
    /// Position in [`Scenario::populations`](super::Scenario::populations).
    pub population: usize,
    /// Rows of the state variables that are seen.
    pub inputs: Vec<usize>,
    /// Rows of those that are read; none where the inputs are to go on by themselves.
    pub predict: Vec<usize>,
    /// The step from which it is learned, that from which it is predicted, and that up to which errors count.
    pub steps: [u64; 3],
    /// Its header.
    pub span: Span,
}
