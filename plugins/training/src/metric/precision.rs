//! Precision: the share of what was said to be a class that is of it, mean over classes.
//!
//! ```text
//! mean over classes of right / predicted
//! ```
//!
//! Source: scikit-learn `precision_score(average="macro")`: classes that are neither predicted nor true do not count, and 0 / 0 is 0.

use super::confusion::OverClasses;
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
    Ok(Box::new(OverClasses::new(|counts| counts.right / counts.predicted)))
}
