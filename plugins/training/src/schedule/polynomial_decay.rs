//! Polynomial decay: from the rate of the optimiser to a last one along a power.
//!
//! ```text
//! η = η_end + (η₀ − η_end) (1 − min(update, steps) / steps)^power
//! ```
//!
//! Source: BrainPy `PolynomialDecayLR`, optax `polynomial_schedule`.

use ecs_core::number::Num;
use ecs_core::number::special::power;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Plan, Progress, Rate};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("steps", f64::NAN, "", "updates until the last rate").within(Bound::Positive),
    Field::number("eta_end", 0.0, "", "last rate").within(Bound::NonNegative),
    Field::number("power", 1.0, "", "power of the fall").within(Bound::Positive),
];

/// A schedule of the learning rate.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Rate, String> {
    let [steps, eta_end, exponent] = plan.numbers();
    Ok(Box::new(move |base, at: Progress| {
        let left = 1.0 - (at.step as f64).min(steps) / steps;
        eta_end + (base - eta_end) * power(Num(left), Num(exponent)).0
    }))
}
