//! Mean absolute value, which makes numbers zero.
//!
//! ```text
//! P = s mean |x|
//! ```
//!
//! Source: BrainPy `mean_absolute`.

use super::mean::mean;
use ecs_core::number::Real;
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
    Ok(Box::new(move |x, gradient| strength * mean(x, gradient, strength, |x| x.abs())))
}
