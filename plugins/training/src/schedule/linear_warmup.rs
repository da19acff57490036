//! Linear warm-up: from a part of the rate to the whole of it, then it stays. Named before another schedule, it leads into it.
//!
//! ```text
//! η = η₀ (start + (1 − start) min(1, update / steps))
//! ```
//!
//! Source: Goyal et al. (2017), section 2.2, <https://arxiv.org/abs/1706.02677>; PyTorch `LinearLR`.

use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Plan, Progress, Rate};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("steps", f64::NAN, "", "updates until the whole rate").within(Bound::Positive),
    Field::number("start", 0.0, "", "part of the rate at the beginning").within(Bound::Fraction),
];

/// A schedule of the learning rate.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Rate, String> {
    let [steps, start] = plan.numbers();
    Ok(Box::new(move |base, at: Progress| base * (start + (1.0 - start) * (at.step as f64 / steps).min(1.0))))
}
