//! Firing rate: neurons that fire less than a rate or more than another pay the square of what is missing or too much.
//!
//! ```text
//! P = s mean (max(0, lower − r)² + max(0, r − upper)²)
//! ```
//!
//! Source: Zenke & Vogels (2021), Neural Computation 33(4), <https://doi.org/10.1162/neco_a_01367>.

use super::mean::outside;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Penalise, Plan};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("strength", 1.0, "", "factor of the penalty").within(Bound::NonNegative),
    Field::number("lower", 0.0, "Hz", "lowest rate without penalty").within(Bound::NonNegative),
    Field::number("upper", f64::NAN, "Hz", "highest rate without penalty").within(Bound::NonNegative),
];

/// A regulariser.
///
/// # Errors
/// A range that is none.
pub fn build(plan: &Plan) -> Result<Penalise, String> {
    let [strength, lower, upper] = plan.numbers();
    outside(strength, lower, upper, 1.0)
}
