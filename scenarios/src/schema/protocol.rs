//! Protocol: what is done to neurons, what is kept of them, and what must come out.

use super::Selection;
use crate::diagnostic::Span;

/// `[[record]]`
#[derive(Clone, Debug)]
pub struct Record {
    /// Of which neurons.
    pub of: Selection,
    /// What is recorded; never empty.
    pub what: Vec<Observable>,
    /// Interval of the variables, ms; a whole multiple of `dt`.
    pub every: f64,
    /// Only the first so many neurons of the selection.
    pub first: Option<usize>,
    /// Its header.
    pub span: Span,
}

/// `[[record]]` of weights.
#[derive(Clone, Debug)]
pub struct WeightRecord {
    /// The name of a projection.
    pub of: String,
    /// Where it stands.
    pub of_span: Span,
    /// Interval, ms; a whole multiple of `dt`.
    pub every: f64,
    /// Only the first so many synapses, of each pair of populations.
    pub first: Option<usize>,
}

/// What can be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observable {
    /// Spike times.
    Spikes,
    /// A state variable.
    Variable(String),
}

/// `[[silence]]`
#[derive(Clone, Debug)]
pub struct Silence {
    /// Neurons that emit nothing.
    pub of: Selection,
    /// When.
    pub during: Interval,
    /// Its header.
    pub span: Span,
}

/// `[[clamp]]`
#[derive(Clone, Debug)]
pub struct Clamp {
    /// Neurons whose voltage is held.
    pub of: Selection,
    /// At this value, in the unit of `v`.
    pub v: f64,
    /// When.
    pub during: Interval,
    /// Its header.
    pub span: Span,
}

/// A time span, ms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// From, 0 where none was given.
    pub start: f64,
    /// Up to, without; the end of the run where none was given.
    pub stop: f64,
}

/// `[[expect]]`
#[derive(Clone, Debug)]
pub struct Expect {
    /// Of which neurons.
    pub of: Selection,
    /// What is measured.
    pub what: Measure,
    /// Least and greatest value that count as success, in the unit of the measure.
    pub within: (f64, f64),
    /// Spikes before this time do not count, ms.
    pub after: f64,
    /// The value the literature gives, in the unit of the measure.
    pub reference: Option<f64>,
    /// Where it gives it.
    pub source: Option<String>,
    /// Only where the network has this scale.
    pub scale: Option<f64>,
    /// Its header.
    pub span: Span,
}

/// What an expectation measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Spikes per neuron and time, Hz.
    MeanRate,
    /// Coefficient of variation of the intervals between spikes, mean over neurons.
    Cv,
    /// Correlation of spike counts in bins of 2 ms, mean over pairs of up to 200 neurons that fire.
    Correlation,
    /// Share of neurons without a spike.
    SilentFraction,
    /// Number of spikes of all neurons together.
    Spikes,
}

impl Measure {
    /// The word for it in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::MeanRate => "rate_hz",
            Self::Cv => "cv",
            Self::Correlation => "correlation",
            Self::SilentFraction => "silent_fraction",
            Self::Spikes => "spikes",
        }
    }

    /// Unit of the value; an empty string for a bare number.
    pub fn unit(self) -> &'static str {
        if self == Self::MeanRate { "Hz" } else { "" }
    }
}
