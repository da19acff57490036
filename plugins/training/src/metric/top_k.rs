//! Top-k accuracy: the share of rows in which fewer than k classes come before the right one.
//!
//! ```text
//! rows in which the right class is among the k largest / rows
//! ```
//!
//! Source: scikit-learn `top_k_accuracy_score`.

use super::mean::{Mean, rank};
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Metric, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("k", 5.0, "", "classes that count").within(Bound::Positive),
];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Classes;

/// A metric.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Box<dyn Metric>, String> {
    let [k] = plan.numbers();
    Ok(Box::new(Mean::of_rows(move |row, right| f64::from(u8::from((rank(row, right) as f64) < k)))))
}
