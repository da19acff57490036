//! Voltage: membranes outside of a range pay the square of the distance from it.
//!
//! ```text
//! P = s (mean (max(0, lower − v)² + max(0, v − upper)²))ᵉ
//! ```
//!
//! Source: Wang et al. (2024), ICLR, section 5.3, <https://arxiv.org/abs/2311.05106>, where a network that matches delayed samples has
//! exponent 2.

use super::mean::outside;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Penalise, Plan};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("strength", 1.0, "", "factor of the penalty").within(Bound::NonNegative),
    Field::number("lower", f64::NAN, "mV", "lowest voltage without penalty"),
    Field::number("upper", f64::NAN, "mV", "highest voltage without penalty"),
    Field::number("exponent", 1.0, "", "power of the mean").within(Bound::Positive),
];

/// A regulariser.
///
/// # Errors
/// A range that is none.
pub fn build(plan: &Plan) -> Result<Penalise, String> {
    let [strength, lower, upper, exponent] = plan.numbers();
    outside(strength, lower, upper, exponent)
}
