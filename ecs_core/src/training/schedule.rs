//! Schedule: how the learning rate goes with the progress of training.

use super::plan::Plan;
use crate::registry::Entry;

/// How far training is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Updates made so far.
    pub step: u64,
    /// Updates in an epoch.
    pub steps_per_epoch: u64,
}

impl Progress {
    /// Whole epochs so far.
    #[must_use]
    pub fn epoch(self) -> u64 {
        self.step / self.steps_per_epoch.max(1)
    }

    /// Epochs so far, parts of them included.
    #[must_use]
    pub fn epochs(self) -> f64 {
        self.step as f64 / self.steps_per_epoch.max(1) as f64
    }
}

/// The learning rate, from that of the optimiser's table and the progress. The result may be what another schedule starts from.
pub type Rate = Box<dyn Fn(f64, Progress) -> f64 + Send + Sync>;

/// A registered schedule.
#[derive(Clone, Copy)]
pub struct ScheduleModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Makes one; refuses what has no meaning.
    pub build: fn(&Plan) -> Result<Rate, String>,
}

inventory::collect!(ScheduleModel);
