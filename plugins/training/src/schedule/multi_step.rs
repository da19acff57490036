//! Multi-step: the rate falls by a factor at each of some epochs.
//!
//! ```text
//! η = η₀ γ^(milestones that were reached)
//! ```
//!
//! Source: PyTorch `MultiStepLR`.
//! Departure: BrainPy lets the rate fall an epoch later.

use super::ascending;
use ecs_core::number::special::whole_power;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Plan, Progress, Rate};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::list("milestones", "", "epochs at whose beginning the rate falls"),
    Field::number("gamma", 0.1, "", "factor of a fall").within(Bound::NonNegative),
];

/// A schedule of the learning rate.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Rate, String> {
    let [gamma] = plan.numbers();
    let milestones = ascending(plan.list("milestones"), "milestones")?;
    Ok(Box::new(move |base, at: Progress| {
        let reached = milestones.iter().filter(|milestone| **milestone <= at.epoch() as f64).count();
        base * whole_power(gamma, reached as u64)
    }))
}
