//! Reward: what an answer is worth.

use super::task::Task;
use super::trial::Trial;

/// What each outcome is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reward {
    /// An answer before it was asked for.
    pub abort: f64,
    /// The right answer.
    pub correct: f64,
    /// Another answer.
    pub fail: f64,
    /// No answer to the end of the period, where one was right.
    pub miss: f64,
}

impl Default for Reward {
    /// Those of NeuroGym's tasks, where they say nothing else.
    fn default() -> Self {
        Self { abort: -0.1, correct: 1.0, fail: 0.0, miss: 0.0 }
    }
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response {
    /// The step in which it is given, from the beginning of the trial.
    pub step: u64,
    /// Which.
    pub class: u32,
}

/// What became of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered too early.
    Abort,
    /// The answer was right.
    Correct,
    /// It was another one.
    Fail,
    /// It came too late, or never.
    Miss,
}

impl Task {
    /// The outcome of a trial, and what it is worth. The first answer counts; staying silent is right where the class is `silent`.
    #[must_use]
    pub fn judge(&self, trial: &Trial, response: Option<Response>) -> (Outcome, f64) {
        let judged = trial.judged();
        let outcome = match response.filter(|response| response.step < judged.end) {
            Some(response) if response.step < judged.start => Outcome::Abort,
            Some(response) if response.class == trial.class => Outcome::Correct,
            Some(_) => Outcome::Fail,
            None if self.answer.silent == Some(trial.class) => Outcome::Correct,
            None => Outcome::Miss,
        };
        let Reward { abort, correct, fail, miss } = self.reward;
        let worth = match outcome {
            Outcome::Abort => abort,
            Outcome::Correct => correct,
            Outcome::Fail => fail,
            Outcome::Miss => miss,
        };
        (outcome, worth)
    }
}
