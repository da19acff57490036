//! Mean absolute error.
//!
//! ```text
//! mean |y − t|
//! ```
//!
//! Source: scikit-learn `mean_absolute_error`.

use super::mean::Mean;
use ecs_core::registry::Field;
use ecs_core::training::{Metric, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Numbers;

/// A metric.
///
/// # Errors
/// None.
pub fn build(_: &Plan) -> Result<Box<dyn Metric>, String> {
    Ok(Box::new(Mean::of_numbers(|y, t| (y - t).abs())))
}
