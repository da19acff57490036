//! Accuracy: the share of rows whose largest number is that of the right class.
//!
//! ```text
//! rows that are right / rows
//! ```
//!
//! Source: scikit-learn `accuracy_score`; torchmetrics.

use super::mean::{Mean, rank};
use ecs_core::registry::Field;
use ecs_core::training::{Metric, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Classes;

/// A metric.
///
/// # Errors
/// None.
pub fn build(_: &Plan) -> Result<Box<dyn Metric>, String> {
    Ok(Box::new(Mean::of_rows(|row, right| f64::from(u8::from(rank(row, right) == 0)))))
}
