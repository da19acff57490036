//! Training: what `run.json` says of a run that trained its network.

use serde::{Deserialize, Serialize};

/// How training went.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Training {
    /// Numbers that were learned.
    pub parameters: u64,
    /// Samples that were learned from.
    pub samples: u64,
    /// Samples that were held out.
    pub held_out: u64,
    /// Samples of an update.
    pub batch: u64,
    /// What fitted a readout at once, without a gradient; empty where epochs of updates did.
    pub learner: String,
    /// Every epoch.
    pub epochs: Vec<Epoch>,
    /// Of the samples that were held out, or else of all: how often class `row` was taken for class `column`; empty where there
    /// are no classes.
    pub confusion: Vec<Vec<u64>>,
    /// The trial that is shown.
    pub shown: Option<Shown>,
    /// The course that was predicted, where one was.
    pub course: Option<Course>,
    /// Traces that neurons were fitted to.
    pub traces: Vec<Followed>,
    /// The time of the first point of what is drawn of them, and from point to point, in ms.
    pub traces_ms: [f64; 2],
}

/// How a neuron that runs by itself agrees with the trace it follows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Agreement {
    /// Root of the mean squared difference, both below the ceiling.
    pub rmse: f64,
    /// Spikes of the neuron.
    pub spikes: u64,
    /// The coincidence factor of spikes; `None` where neither fires.
    pub coincidence: Option<f64>,
}

/// A trace that a neuron was fitted to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Followed {
    /// The neuron's population.
    pub name: String,
    /// Unit of the variable.
    pub unit: String,
    /// Spikes of the trace.
    pub spikes: u64,
    /// Before anything was learned.
    pub before: Agreement,
    /// After.
    pub after: Agreement,
    /// The trace as it is drawn, `[point]`.
    pub target: Vec<f32>,
    /// The neuron's own course after learning.
    pub course: Vec<f32>,
}

/// A course that was predicted, beside what came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Course {
    /// The time of the first step, and from step to step, in ms.
    pub times_ms: [f64; 2],
    /// What was predicted, by name.
    pub lines: Vec<Line>,
}

/// One variable of a course.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    /// Its name, with its unit where it has one.
    pub name: String,
    /// What came, `[step]`.
    pub came: Vec<f32>,
    /// What was predicted, `[step]`.
    pub predicted: Vec<f32>,
}

/// An epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Epoch {
    /// The learning rate at its beginning.
    pub rate: f64,
    /// How long it took, in s.
    pub seconds: f64,
    /// Loss and metrics of the samples that were learned from, by name.
    pub train: Vec<(String, f64)>,
    /// Of those that were held out; empty where none are.
    pub held_out: Vec<(String, f64)>,
}

/// A trial that is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// Number of the sample, among those that were held out where any were.
    pub sample: u64,
    /// Whether it was held out.
    pub held_out: bool,
    /// Its class.
    pub class: Option<u32>,
    /// The class that it was taken for.
    pub answer: Option<u32>,
}

impl Epoch {
    /// What is called so, of the samples that were learned from and of those that were held out.
    pub fn values(&self, name: &str) -> [Option<f64>; 2] {
        let of = |all: &[(String, f64)]| all.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
        [of(&self.train), of(&self.held_out)]
    }
}
