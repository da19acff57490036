//! Traces: what `[training.traces]` says.

use std::path::PathBuf;

use crate::diagnostic::Span;

/// `[training.traces]`
#[derive(Clone, Debug)]
pub struct Traces {
    /// Populations of one neuron each and the files of their targets, inside the folder of the scenario, or below a folder of data.
    pub all: Vec<(usize, PathBuf)>,
    /// Where the files stand.
    pub files_span: Span,
    /// Row of the state variable that follows, the same in all.
    pub variable: usize,
    /// Where in a file the trace stands.
    pub dataset: String,
    /// What a number in the file is times, to be one in the variable's unit.
    pub factor: f64,
    /// Time from sample to sample, in ms.
    pub every: f64,
    /// The level that a spike of a trace rises through, in the variable's unit.
    pub spike: Option<f64>,
    /// What is above counts as this.
    pub ceiling: Option<f64>,
    /// Steps that do not count after a spike of a trace.
    pub after: u64,
    /// Steps before a spike that count more.
    pub before: u64,
    /// By how much.
    pub stress: f64,
    /// Whether neurons are made to fire when their traces do, while they learn.
    pub teach: bool,
    /// Where the files come from; empty where nobody says.
    pub source: String,
    /// Its header.
    pub span: Span,
}
