//! Environment: a world that a network acts in.

use std::any::Any;
use std::sync::Arc;

use super::picture::Picture;
use super::spec::Spec;
use crate::registry::Entry;
use crate::training::Plan;

/// What an action brought.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The reward.
    pub reward: f64,
    /// The episode came to an end of its own: the goal was reached, the pole fell.
    pub terminated: bool,
    /// The episode was cut off, by a limit of time for example.
    pub truncated: bool,
    /// Whether what had to be done was done, where this moment shows it: the ball was hit, the choice was right.
    pub success: Option<bool>,
    /// There is nothing more to come: the run ends.
    pub finished: bool,
}

impl Outcome {
    /// Whether the episode is over.
    pub fn ended(&self) -> bool {
        self.terminated || self.truncated
    }
}

/// A world that goes from tick to tick. The same seeds and actions give the same bits.
pub trait Environment: Send + Sync {
    /// Its ports; they stay as they are.
    fn spec(&self) -> &Spec;

    /// Begins an episode, and writes what is observed at its beginning.
    ///
    /// # Errors
    /// Only of environments that live elsewhere.
    fn reset(&mut self, seed: u64, observation: &mut [f64]) -> Result<(), String>;

    /// Goes on by `interval` ms under an action that its ports allow, and writes what is observed then.
    ///
    /// # Errors
    /// Only of environments that live elsewhere.
    fn step(&mut self, action: &[f64], interval: f64, observation: &mut [f64]) -> Result<Outcome, String>;

    /// Names of the numbers that there are to say of an episode: what was drawn, what was answered.
    fn accounts(&self) -> Vec<String> {
        Vec::new()
    }

    /// Adds those numbers, at the end of an episode.
    fn account(&self, _to: &mut Vec<f64>) {}

    /// Its state, if it can be taken up again.
    fn snapshot(&self) -> Option<Vec<f64>> {
        None
    }

    /// Takes up a state that [`snapshot`](Self::snapshot) gave.
    fn restore(&mut self, _state: &[f64]) {}

    /// Draws how it looks now; what draws nothing is shown by its ports alone.
    fn draw(&self, _picture: &mut Picture) {}
}

/// What a scenario says of an environment.
#[derive(Clone, Debug, Default)]
pub struct EnvironmentPlan {
    /// Numbers and lists.
    pub given: Plan,
    /// Texts by name; empty where the scenario gives none.
    pub texts: Vec<(&'static str, String)>,
    /// From tick to tick, in ms.
    pub interval: f64,
    /// The task of the scenario, as the crate that has tasks describes it.
    pub task: Option<Arc<dyn Any + Send + Sync>>,
}

impl EnvironmentPlan {
    /// The text of that name; empty where the scenario gives none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.texts.iter().find(|(key, _)| *key == name).map_or("", |(_, text)| text)
    }
}

/// A registered environment.
#[derive(Clone, Copy)]
pub struct EnvironmentModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Makes one.
    pub build: fn(&EnvironmentPlan) -> Result<Box<dyn Environment>, String>,
}

inventory::collect!(EnvironmentModel);
