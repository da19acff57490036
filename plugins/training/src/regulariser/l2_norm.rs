//! Euclidean norm.
//!
//! ```text
//! P = s √Σx²      flat at 0
//! ```
//!
//! Source: BrainPy `l2_norm`.

use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Penalise, Plan};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("strength", 1.0, "", "factor of the penalty").within(Bound::NonNegative),
];

/// A regulariser.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Penalise, String> {
    let [strength] = plan.numbers();
    Ok(Box::new(move |x, gradient| {
        let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
        if norm > 0.0 {
            gradient.iter_mut().zip(x).for_each(|(slope, x)| *slope += strength * x / norm);
        }
        strength * norm
    }))
}
