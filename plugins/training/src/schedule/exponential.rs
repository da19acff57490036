//! Exponential: the rate falls by a factor every epoch.
//!
//! ```text
//! η = η₀ γ^epoch
//! ```
//!
//! Source: PyTorch and BrainPy `ExponentialLR`.

use ecs_core::number::special::whole_power;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Plan, Progress, Rate};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("gamma", f64::NAN, "", "factor of an epoch").within(Bound::NonNegative),
];

/// A schedule of the learning rate.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Rate, String> {
    let [gamma] = plan.numbers();
    Ok(Box::new(move |base, at: Progress| base * whole_power(gamma, at.epoch())))
}
