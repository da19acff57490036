//! `run.json`: what was run, on what, how it went, and what came out.

use crate::{Behaviour, Firing, Machine, RecordError, Sweep, Tally, Training, Window, each_spike};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

/// The name of the file.
pub const FILE: &str = "run.json";

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It has not ended, or was killed before it could say so.
    #[default]
    Running,
    /// It reached its end.
    Finished,
    /// It was stopped early and says so; what was recorded is whole.
    Interrupted,
    /// It met an error, which [`Run::error`] tells.
    Failed,
}

/// The content of `run.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Run {
    /// What was run.
    pub scenario: Scenario,
    /// The seed of every random number.
    pub seed: u64,
    /// The version of Synfire.
    pub version: String,
    /// What it ran on.
    pub machine: Machine,
    /// Threads that computed.
    pub threads: u32,
    /// The step, in ms.
    pub dt_ms: f64,
    /// What came before this time is left out of the statistics, in ms.
    pub after_ms: f64,
    /// Time that was simulated, in s.
    pub biological_s: f64,
    /// Time that the simulation took, without building, in s.
    pub wall_s: f64,
    /// Time that building the network took, in s.
    pub build_s: f64,
    /// The most memory that the process held, in bytes, where the system tells.
    pub peak_rss_bytes: Option<u64>,
    /// How the run ended.
    pub status: Status,
    /// Why it failed.
    pub error: Option<String>,
    /// Steps that were taken.
    pub steps: u64,
    /// Synapses of the network.
    pub synapses: u64,
    /// Spikes times their targets, where they were counted.
    pub synaptic_events: Option<u64>,
    /// One entry per population, in the order of the scenario.
    pub populations: Vec<Population>,
    /// State variables that were recorded.
    pub traces: Vec<Traced>,
    /// What the scenario expected, and what was found.
    pub expectations: Vec<Expectation>,
    /// How its network was trained, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training: Option<Training>,
    /// What its network did in its world, where it acted in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<Behaviour>,
    /// What came of it at many points, where it was run at many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sweep: Option<Sweep>,
    /// Files of the folder, by name.
    pub files: Vec<String>,
}

/// The scenario that was run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scenario {
    /// One line that says what it is.
    pub title: String,
    /// The file, as the user named it.
    pub file: String,
    /// The publication behind it, with DOI.
    pub source: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
}

/// A population and how it fired.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Population {
    /// Its name in the scenario.
    pub name: String,
    /// The model of its neurons.
    pub model: String,
    /// Neurons.
    pub size: u64,
    /// Neurons whose spikes are recorded, which all that follows is about; `None` where nothing says so, which means all.
    pub recorded: Option<u64>,
    /// Spikes.
    pub spikes: u64,
    /// Spikes per recorded neuron and second.
    pub rate_hz: f64,
    /// Mean coefficient of variation of the intervals, over the neurons that have enough of them.
    pub cv: Option<f64>,
    /// The part of the recorded neurons that never fired.
    pub silent_fraction: f64,
}

impl Population {
    /// Neurons whose spikes are recorded.
    pub fn recorded(&self) -> u64 {
        self.recorded.map_or(self.size, |recorded| recorded.min(self.size))
    }

    /// Begins to count its spikes.
    pub fn tally(&self, window: Window) -> Tally {
        let [size, recorded] = [self.size, self.recorded()].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        Tally::new(size, window).of_recorded(recorded)
    }

    /// Takes over what was measured.
    pub fn take(&mut self, firing: &Firing) {
        self.spikes = firing.spikes;
        self.rate_hz = firing.rate_hz;
        self.cv = firing.cv;
        self.silent_fraction = firing.silent_fraction;
    }
}

/// A recorded state variable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Traced {
    /// The population.
    pub population: String,
    /// The variable of its model.
    pub variable: String,
    /// The unit of the values.
    pub unit: String,
    /// The neurons, by index in the population.
    pub neurons: Vec<u32>,
}

/// What a scenario expects of a run, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Expectation {
    /// The population.
    pub of: String,
    /// The quantity: `rate_hz`, `cv`, `silent_fraction`, or one that a plugin computes.
    pub what: String,
    /// What was found; `None` where the run gave none.
    pub value: Option<f64>,
    /// The least that is expected.
    pub low: f64,
    /// The most that is expected.
    pub high: f64,
    /// The value of the reference, where it is one number.
    pub reference: Option<f64>,
    /// Where the reference comes from.
    pub source: String,
    /// Whether the value is in the range.
    pub passed: bool,
}

impl Run {
    /// Reads `run.json` from a run's folder.
    ///
    /// # Errors
    /// There is none, or it is damaged.
    pub fn read(folder: &Path) -> Result<Self, RecordError> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Err(RecordError::NoRun(folder.to_path_buf()));
        }
        let bytes = fs::read(&path).map_err(RecordError::io(&path, "read the file"))?;
        serde_json::from_slice(&bytes).map_err(|e| RecordError::Damaged(path, e.to_string()))
    }

    /// Takes the statistics of every population from the spikes that `folder` keeps; where it keeps none, they stay as they are.
    ///
    /// # Errors
    /// The spikes cannot be read.
    pub fn tally(&mut self, folder: &Path, window: Window) -> Result<(), RecordError> {
        let mut tallies: Vec<Tally> = self.populations.iter().map(|p| p.tally(window)).collect();
        if each_spike(folder, self, |time_ms, place, neuron| tallies[place].add(time_ms, neuron))? {
            self.populations.iter_mut().zip(&tallies).for_each(|(p, tally)| p.take(&tally.finish()));
        }
        Ok(())
    }

    /// Writes `run.json` into a run's folder, at once.
    ///
    /// # Errors
    /// The disk refuses; an older `run.json` is then as it was.
    pub fn write(&self, folder: &Path) -> Result<(), RecordError> {
        let path = folder.join(FILE);
        let mut json = serde_json::to_string_pretty(self)
            .map_err(|e| RecordError::Damaged(path.clone(), e.to_string()))?;
        json.push('\n');
        Ok(tables::file::replace(&path, json.as_bytes())?)
    }
}
