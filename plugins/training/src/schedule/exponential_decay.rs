//! Exponential decay: the rate falls with every update.
//!
//! ```text
//! η = η₀ γ^(update / steps)
//! ```
//!
//! Source: BrainPy `ExponentialDecayLR`, optax `exponential_decay`.

use ecs_core::number::Num;
use ecs_core::number::special::power;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Plan, Progress, Rate};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("steps", f64::NAN, "", "updates for a factor `rate`").within(Bound::Positive),
    Field::number("rate", f64::NAN, "", "factor of so many updates").within(Bound::Positive),
];

/// A schedule of the learning rate.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Rate, String> {
    let [steps, rate] = plan.numbers();
    Ok(Box::new(move |base, at: Progress| base * power(Num(rate), Num(at.step as f64 / steps)).0))
}
