//! Huber loss: squared near the target, straight beyond `delta`.
//!
//! ```text
//! L = mean of d² / 2 for |d| ≤ δ, δ (|d| − δ / 2) beyond      d = y − t
//! ```
//!
//! Source: Huber (1964), Annals of Mathematical Statistics 35(1), <https://doi.org/10.1214/aoms/1177703732>; BrainPy, optax and PyTorch alike.

use super::elementwise::elementwise;
use ecs_core::number::Real;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Evaluate, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("delta", 1.0, "", "where it becomes straight").within(Bound::Positive),
];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Numbers;
/// Whether each frame costs what it costs by itself.
pub const APART: bool = true;

/// A loss.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Evaluate, String> {
    let [delta] = plan.numbers();
    Ok(Box::new(move |batch, gradient| elementwise(batch, gradient, move |y, t| {
        let size = (y - t).abs();
        // min(|d|, δ) is both the parabola and the slope of the straight part.
        let bent = size.min(Real::lit(delta));
        bent * (size - bent * 0.5)
    })))
}
