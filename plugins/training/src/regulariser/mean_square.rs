//! Mean square, which makes numbers small.
//!
//! ```text
//! P = s mean x²
//! ```
//!
//! Source: BrainPy `mean_square`.

use super::mean::mean;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Penalise, Plan};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("strength", 1.0, "", "factor of the penalty").within(Bound::NonNegative),
];

/// A regulariser.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Penalise, String> {
    let [strength] = plan.numbers();
    Ok(Box::new(move |x, gradient| strength * mean(x, gradient, strength, |x| x * x)))
}
