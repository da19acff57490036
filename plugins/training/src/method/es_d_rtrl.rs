//! Diagonal real-time recurrent learning with a product of traces for each synapse, one of its sender and one of its receiver: memory
//! grows with neurons.
//!
//! ```text
//! x̂_i ← α x̂_i + x_i       f̂_j ← α D_j f̂_j + (1 − α) f_j       dL/dw_ji ≈ Σ_t (∂L_t/∂s_j) f̂_j x̂_i
//! ```
//!
//! Source: Wang et al. (2026), Nature Communications, <https://doi.org/10.1038/s41467-026-68453-w>, ES-D-RTRL.

use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Feedback, Method, OnlineRule, Plan};

/// The table.
pub const PARAMS: &[Field] =
    &[Field::number("decay", 0.95, "", "what is left of a sender's trace after a step").within(Bound::Fraction)];

/// A method.
///
/// # Errors
/// A decay of 0 or 1.
pub fn build(plan: &Plan) -> Result<Method, String> {
    let [decay] = plan.numbers();
    match decay > 0.0 && decay < 1.0 {
        true => Ok(Method::Online(OnlineRule::Ranked(decay), Feedback::Symmetric)),
        false => Err(format!("`decay` is {decay}; between 0 and 1 is allowed")),
    }
}
