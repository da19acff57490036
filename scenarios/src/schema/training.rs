//! Training: what `[training]` says.

use std::path::PathBuf;

use super::{Part, Traces};
use crate::diagnostic::Span;

/// `[training]`
#[derive(Clone, Debug)]
pub struct Training {
    /// How often all samples are shown.
    pub epochs: u64,
    /// Trials of an update.
    pub batch: usize,
    /// Paths of what is learned.
    pub learn: Vec<String>,
    /// Where they stand.
    pub learn_span: Span,
    /// How the gradient is had.
    pub method: Part,
    /// How parameters follow the gradient.
    pub optimiser: Part,
    /// How the learning rate goes.
    pub schedules: Vec<Part>,
    /// What is made small.
    pub loss: Part,
    /// What is measured; never empty.
    pub metrics: Vec<Part>,
    /// What stands for the derivative of a spike.
    pub surrogate: Part,
    /// What the distance from threshold is divided by, in the unit of the firing condition.
    pub scale: Option<f64>,
    /// Whether the gradient follows the reset.
    pub through_reset: bool,
    /// Whether neurons fire by amounts, as units of a rate network.
    pub graded: bool,
    /// The largest norm of all gradients together.
    pub clip: Option<f64>,
    /// Steps whose states are kept.
    pub segment: Option<usize>,
    /// Steps of a window that the gradient stays in.
    pub truncate: Option<usize>,
    /// Where each of the two stands.
    pub back_spans: [Option<Span>; 2],
    /// Orders of samples follow from it.
    pub seed: Option<u64>,
    /// What is compared with the targets.
    pub readout: Read,
    /// What trials show.
    pub data: Material,
    /// Traces that neurons follow; `readout` and `data` then say the same in their words.
    pub traces: Option<Traces>,
    /// What else costs, by path.
    pub regularisers: Vec<Named>,
    /// Populations of which neurons are left out by chance, and that chance.
    pub dropout: Vec<(usize, f64)>,
    /// Where it says so.
    pub dropout_span: Option<Span>,
    /// What keeps parameters where they may be, by path.
    pub transforms: Vec<Named>,
    /// What must come out.
    pub expects: Vec<Expected>,
    /// Its header.
    pub span: Span,
}

/// `[training.readout]`
#[derive(Clone, Debug)]
pub struct Read {
    /// Position in [`Scenario::populations`](super::Scenario::populations).
    pub population: usize,
    /// Row of a state variable; `None` for spikes.
    pub variable: Option<usize>,
    /// What becomes of it over time.
    pub reduce: Reduced,
    /// Where that stands.
    pub reduce_span: Span,
    /// Steps that count: the first, and one past the last.
    pub window: (u64, u64),
    /// Its header.
    pub span: Span,
}

/// What becomes of a variable over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduced {
    /// Its maximum.
    Max,
    /// Its mean.
    Mean,
    /// Its sum.
    Sum,
    /// Its last value.
    Last,
    /// Every value by itself.
    Each,
}

/// What trials show.
#[derive(Clone, Debug)]
pub enum Material {
    /// Samples from files.
    Data(Data),
    /// Trials of the scenario's task.
    Task(Lessons),
}

/// `[training.task]`
#[derive(Clone, Debug)]
pub struct Lessons {
    /// Trials of an epoch.
    pub trials: usize,
    /// Trials that are tested on.
    pub held_out: usize,
    /// Trials follow from it.
    pub seed: Option<u64>,
    /// Where ports are shown.
    pub shows: Vec<Show>,
    /// Its header.
    pub span: Span,
}

/// `[[training.task.show]]`
#[derive(Clone, Copy, Debug)]
pub struct Show {
    /// Number of the port of the task.
    pub port: usize,
    /// Position in [`Scenario::populations`](super::Scenario::populations).
    pub to: usize,
    /// The current that the number 1 stands for; `None` for sources.
    pub amplitude: Option<f64>,
    /// Its header.
    pub span: Span,
}

impl Material {
    /// The source that is shown samples from files.
    pub fn input(&self) -> Option<usize> {
        if let Self::Data(data) = self { data.input } else { None }
    }

    /// Whether the network is shown anything.
    pub fn is_shown(&self) -> bool {
        matches!(self, Self::Task(_) | Self::Data(Data { file: Some(_), .. }))
    }

    /// Its dotted path.
    pub fn place(&self) -> &'static str {
        match self {
            Self::Data(_) => "training.data",
            Self::Task(_) => "training.task",
        }
    }

    /// Its header.
    pub fn span(&self) -> Span {
        match self {
            Self::Data(data) => data.span,
            Self::Task(lessons) => lessons.span,
        }
    }
}

/// `[training.data]`
#[derive(Clone, Debug)]
pub struct Data {
    /// Position of the source that is shown the samples.
    pub input: Option<usize>,
    /// Samples, inside the folder of the scenario, or below a folder of data.
    pub file: Option<(PathBuf, Span)>,
    /// Whether the second dimension of the samples is time.
    pub frames: bool,
    /// What should come out.
    pub targets: Option<(PathBuf, Span)>,
    /// Only the first so many.
    pub samples: Option<usize>,
    /// The last so many are not learned from.
    pub held_out: usize,
    /// Where the files come from; empty where nobody says.
    pub source: String,
    /// Its header.
    pub span: Span,
}

/// Something about what stands at a path.
#[derive(Clone, Debug)]
pub struct Named {
    /// The path.
    pub of: String,
    /// What is about it.
    pub kind: Part,
    /// The path in the file.
    pub span: Span,
}

/// `[[training.expect]]`
#[derive(Clone, Debug)]
pub struct Expected {
    /// Whether it is about samples that are held out.
    pub held_out: bool,
    /// `loss`, or the name of a metric.
    pub what: String,
    /// Least and greatest value that count as success.
    pub within: (f64, f64),
    /// The value the literature gives.
    pub reference: Option<f64>,
    /// Where it gives it.
    pub source: Option<String>,
    /// Its header.
    pub span: Span,
}
