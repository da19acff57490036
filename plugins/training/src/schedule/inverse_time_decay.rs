//! Inverse time decay: the rate falls as one over the updates.
//!
//! ```text
//! η = η₀ / (1 + ρ update / steps)      ⌊update / steps⌋ with staircase
//! ```
//!
//! Source: BrainPy `InverseTimeDecayLR`.

use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Plan, Progress, Rate};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("steps", f64::NAN, "", "updates that count as one").within(Bound::Positive),
    Field::number("rate", f64::NAN, "", "how much each of those adds to the divisor").within(Bound::NonNegative),
    Field::number("staircase", 0.0, "", "1 to count whole ones only").within(Bound::Fraction),
];

/// A schedule of the learning rate.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Rate, String> {
    let [steps, rate, staircase] = plan.numbers();
    Ok(Box::new(move |base, at: Progress| {
        let count = at.step as f64 / steps;
        base / (1.0 + rate * if staircase == 0.0 { count } else { count.floor() })
    }))
}
