//! Diagonal real-time recurrent learning: a trace of each synapse by the Jacobian of its own receiver; for one layer without connections
//! of its own the exact gradient, and what `e_prop` does with symmetric feedback.
//!
//! ```text
//! ε_ji ← D_j ε_ji + f_j x_i       dL/dw_ji ≈ Σ_t (∂L_t/∂s_j) ε_ji
//! ```
//!
//! Source: Wang et al. (2026), Nature Communications, <https://doi.org/10.1038/s41467-026-68453-w>, D-RTRL; Williams & Zipser (1989), Neural
//! Computation 1(2), <https://doi.org/10.1162/neco.1989.1.2.270>.

use ecs_core::registry::Field;
use ecs_core::training::{Feedback, Method, OnlineRule, Plan};

/// The table.
pub const PARAMS: &[Field] = &[];

/// A method.
///
/// # Errors
/// None.
pub fn build(_: &Plan) -> Result<Method, String> {
    Ok(Method::Online(OnlineRule::Traces, Feedback::Symmetric))
}
