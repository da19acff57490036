//! Report: what training says of itself while it goes on.

use std::time::Instant;

use serde::{Deserialize, Serialize};

/// What became of samples that were all shown once.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Pass {
    /// Samples.
    pub samples: u64,
    /// Loss and penalties, summed over samples.
    pub cost: f64,
    /// Names and values of metrics; those that are no number are left out.
    pub metrics: Vec<(String, f64)>,
    /// Spikes of each population of the circuit.
    pub spikes: Vec<u64>,
    /// How long it took, in s.
    pub seconds: f64,
    #[serde(skip)]
    pub(super) begun: Option<Instant>,
}

impl Pass {
    /// What was measured of so many samples, whose costs add up to `cost`, in so many seconds.
    pub fn measured(samples: u64, cost: f64, metrics: Vec<(String, f64)>, seconds: f64) -> Self {
        Self { samples, cost, metrics, seconds, ..Self::default() }
    }

    /// Loss and penalties, the mean over samples.
    pub fn loss(&self) -> f64 {
        self.cost / self.samples.max(1) as f64
    }

    /// A metric, or `loss`.
    pub fn value(&self, name: &str) -> Option<f64> {
        match name {
            "loss" => Some(self.loss()),
            _ => self.metrics.iter().find(|(known, _)| known == name).map(|(_, value)| *value),
        }
    }
}

/// What became of an epoch.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Epoch {
    /// Its number, from 0.
    pub epoch: u64,
    /// The learning rate of its last update.
    pub rate: f64,
    /// On the samples that are learned from, while they were learned from.
    pub train: Pass,
    /// On those that are held out, after it.
    pub held_out: Option<Pass>,
}

/// Where training is.
#[derive(Clone, Debug)]
pub struct Now {
    /// The epoch, from 0.
    pub epoch: u64,
    /// Updates made in it.
    pub batch: u64,
    /// Updates of an epoch.
    pub batches: u64,
    /// The loss of this batch.
    pub loss: f64,
    /// The mean loss of the epoch so far.
    pub mean: f64,
    /// Metrics of the epoch so far.
    pub metrics: Vec<(String, f64)>,
}
