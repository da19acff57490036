//! R²: the share of the variance of the targets that the prediction explains, mean over places.
//!
//! ```text
//! mean over places of 1 − Σ (y − t)² / Σ (t − mean t)²
//! ```
//!
//! Source: scikit-learn `r2_score`; a place whose targets do not vary counts 1 if all are met, and 0 otherwise, as there.

use ecs_core::registry::Field;
use ecs_core::training::{Batch, Metric, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Numbers;

/// Sums of one place.
#[derive(Clone, Copy, Default)]
struct Place {
    count: f64,
    mean: f64,
    varied: f64,
    missed: f64,
}

impl Place {
    /// Source: Welford (1962), Technometrics 4(3).
    fn add(&mut self, y: f64, t: f64) {
        self.count += 1.0;
        let from = t - self.mean;
        self.mean += from / self.count;
        self.varied += from * (t - self.mean);
        self.missed += (y - t) * (y - t);
    }

    fn explained(&self) -> f64 {
        match (self.missed == 0.0, self.varied == 0.0) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            (false, false) => 1.0 - self.missed / self.varied,
        }
    }
}

struct Explained(Vec<Place>);

impl Metric for Explained {
    fn add(&mut self, batch: &Batch<'_>) {
        let width = batch.shape[2];
        self.0.resize(width, Place::default());
        for (k, (y, t)) in batch.prediction.iter().zip(batch.numbers()).enumerate() {
            self.0[k % width].add(*y, *t);
        }
    }

    fn value(&self) -> f64 {
        self.0.iter().map(Place::explained).sum::<f64>() / self.0.len() as f64
    }

    fn reset(&mut self) {
        self.0.clear();
    }
}

/// A metric.
///
/// # Errors
/// None.
pub fn build(_: &Plan) -> Result<Box<dyn Metric>, String> {
    Ok(Box::new(Explained(Vec::new())))
}
