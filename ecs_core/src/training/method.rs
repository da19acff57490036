//! Method: how the gradient of a network is had: on a way back through time, or from traces while a trial runs.

use std::fmt;

use super::plan::Plan;
use crate::registry::Entry;

/// How the gradient of a network is had.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// Back through time, from the last step to the first.
    ThroughTime,
    /// While a trial runs, in memory that does not grow with its steps.
    Online(OnlineRule, Feedback),
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Online(rule, feedback) = self else { return write!(f, "back through time") };
        match rule {
            OnlineRule::Traces => write!(f, "online by traces of synapses"),
            OnlineRule::Ranked(decay) => write!(f, "online by traces of neurons that keep {decay}"),
        }?;
        match feedback {
            Feedback::Symmetric => Ok(()),
            Feedback::Random(sd) => write!(f, ", errors coming back by random weights of {sd}"),
        }
    }
}

/// What is carried from step to step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OnlineRule {
    /// A trace of each synapse: exact but for what neurons of a layer do to each other.
    Traces,
    /// Traces of neurons, whose product stands for those of synapses; the number is what is left of a sender's trace after a step.
    Ranked(f64),
}

/// How errors of readouts reach the neurons that project to them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Feedback {
    /// By the weights of those projections.
    Symmetric,
    /// By random weights of that standard deviation, drawn from the seed.
    Random(f64),
}

/// A registered method.
#[derive(Clone, Copy)]
pub struct MethodModel {
    /// What it says of itself.
    pub entry: Entry,
    /// What it is; refuses what has no meaning.
    pub build: fn(&Plan) -> Result<Method, String>,
}

inventory::collect!(MethodModel);
