//! Step: the rate falls by a factor every so many epochs.
//!
//! ```text
//! η = η₀ γ^⌊epoch / size⌋
//! ```
//!
//! Source: PyTorch `StepLR`, BrainPy `StepLR`.

use ecs_core::number::special::whole_power;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Plan, Progress, Rate};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("size", f64::NAN, "", "epochs between two falls").within(Bound::Positive),
    Field::number("gamma", 0.1, "", "factor of a fall").within(Bound::NonNegative),
];

/// A schedule of the learning rate.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Rate, String> {
    let [size, gamma] = plan.numbers();
    Ok(Box::new(move |base, at: Progress| base * whole_power(gamma, (at.epoch() as f64 / size) as u64)))
}
