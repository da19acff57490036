//! Mean logarithm of the hyperbolic cosine: square of small numbers, absolute value of large ones.
//!
//! ```text
//! P = s mean ln cosh x
//! ```
//!
//! Source: BrainPy `log_cosh`.

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
    Ok(Box::new(move |x, gradient| strength * mean(x, gradient, strength, crate::loss::log_cosh::log_cosh)))
}
