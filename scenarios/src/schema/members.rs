//! Members: which neurons a section is about.

use crate::diagnostic::Span;

/// Neurons of one or more populations. Each pair of members of `from` and `to` is connected by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// In the order given; no neuron twice.
    pub members: Vec<Members>,
    /// The text.
    pub span: Span,
}

/// Neurons of one population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Members {
    /// Position in [`Scenario::populations`](super::Scenario::populations).
    pub population: usize,
    /// Which of its neurons.
    pub pick: Pick,
}

/// Which neurons of a population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pick {
    /// All.
    All,
    /// From `start` up to but without `end`; never empty, never past the size.
    Range {
        /// First.
        start: usize,
        /// One past the last.
        end: usize,
    },
    /// A random share of them, above 0 and up to 1, chosen by the seed.
    Share(f64),
}
