//! Sweep: what `run.json` says of a scenario that was run at many points.

use serde::{Deserialize, Serialize};

/// What was varied and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sweep {
    /// What was varied.
    pub axes: Vec<SweptAxis>,
    /// Whether values of all axes went together, instead of each with each.
    pub zip: bool,
    /// Runs of a point, which differ in their seed and follow each other.
    pub seeds: u64,
    /// Names of what was measured.
    pub measures: Vec<String>,
    /// What was measured, `[run][measure]`; `None` where there is nothing to tell.
    pub rows: Vec<Vec<Option<f64>>>,
}

/// An axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SweptAxis {
    /// The path.
    pub of: String,
    /// The unit of the numbers; empty where they are bare.
    pub unit: String,
    /// The values as numbers; empty where some are none.
    pub numbers: Vec<f64>,
    /// The values as they are written.
    pub written: Vec<String>,
}
