//! Environment: the world a network acts in, as a scenario says it.

use super::{Part, Selection};
use crate::diagnostic::Span;

/// `[env]`
#[derive(Clone, Debug)]
pub struct Env {
    /// What reports and recordings call it.
    pub name: String,
    /// The environment with its parameters.
    pub kind: Part,
    /// Steps of a tick.
    pub every: u64,
    /// Where it says so.
    pub control_span: Span,
    /// Ticks after which an episode is cut off.
    pub limit: Option<u64>,
    /// Ticks between episodes.
    pub pause: u64,
    /// Whether actions are moved into their bounds.
    pub clip: bool,
    /// Whether its ports are recorded.
    pub record: bool,
    /// What is observed.
    pub senses: Vec<Sensed>,
    /// What is done.
    pub acts: Vec<Acted>,
    /// What rewards do.
    pub reward: Option<Rewarded>,
    /// What ends the run.
    pub stop: Stop,
    /// How ticks keep time; as fast as they can where nothing is said.
    pub pace: Option<Paced>,
    /// What must come out.
    pub expects: Vec<EnvExpect>,
    /// Its header.
    pub span: Span,
}

/// `[[env.sense]]`
#[derive(Clone, Debug)]
pub struct Sensed {
    /// The port, as it is written.
    pub port: (String, Span),
    /// Who observes it.
    pub into: Selection,
    /// How it becomes input of neurons.
    pub encoder: Option<Part>,
}

/// `[[env.act]]`
#[derive(Clone, Debug)]
pub struct Acted {
    /// The port, as it is written; the only one if it is not.
    pub port: Option<String>,
    /// Where it is, or the header.
    pub port_span: Span,
    /// Who decides.
    pub from: Selection,
    /// Whether each neuron is a group.
    pub by_neuron: bool,
    /// The variable that is watched, by row for each member of `from`; none where spikes are.
    pub variable: Option<Vec<usize>>,
    /// How.
    pub decoder: Part,
}

/// `[env.reward]`
#[derive(Clone, Debug)]
pub struct Rewarded {
    /// Names of projections.
    pub into: Vec<String>,
    /// Where they are.
    pub into_span: Span,
    /// Spikes of a modulator that a reward of 1 counts like.
    pub gain: f64,
    /// Time constant of what is expected, ms.
    pub tau: Option<f64>,
}

/// `[env.stop]`
#[derive(Clone, Copy, Debug, Default)]
pub struct Stop {
    /// So many episodes.
    pub episodes: Option<u64>,
    /// This mean return, of the last so many episodes.
    pub reward: Option<(f64, u64)>,
}

/// `[env.pace]` in real time.
#[derive(Clone, Copy, Debug)]
pub struct Paced {
    /// What is done about ticks that are late.
    pub overrun: environments::Overrun,
    /// How late a tick may begin, ms.
    pub tolerance: f64,
}

/// What can be expected of behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvMeasure {
    /// The mean return of an episode.
    Return,
    /// The share of tests that were passed.
    Success,
    /// How many episodes ended.
    Episodes,
    /// The mean time of answers, ms.
    Time,
}

impl EnvMeasure {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::Success => "success",
            Self::Episodes => "episodes",
            Self::Time => "time",
        }
    }
}

/// `[[env.expect]]`
#[derive(Clone, Debug)]
pub struct EnvExpect {
    /// What is measured.
    pub what: EnvMeasure,
    /// Only episodes of which this number lies between these two.
    pub given: Option<(String, (f64, f64))>,
    /// Where it is named, or the header.
    pub given_span: Span,
    /// From when, ms.
    pub start: f64,
    /// Until when, ms; to the end where nothing is said.
    pub stop: Option<f64>,
    /// The least and the most.
    pub within: (f64, f64),
    /// What the reference found.
    pub reference: Option<f64>,
    /// The reference.
    pub source: Option<String>,
}
