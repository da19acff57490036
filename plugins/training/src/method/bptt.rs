//! Back-propagation through time: exact, by the rule of the surrogate; memory grows with the root of the steps.
//!
//! ```text
//! λ_t = ∂L/∂s_t + (∂s_t+1/∂s_t)ᵀ λ_t+1      dL/dw = Σ_t (∂s_t/∂w)ᵀ λ_t
//! ```
//!
//! Source: Werbos (1990), Proceedings of the IEEE 78(10), <https://doi.org/10.1109/5.58337>; surrogates: Neftci, Mostafa & Zenke (2019),
//! <https://doi.org/10.1109/MSP.2019.2931595>.

use ecs_core::registry::Field;
use ecs_core::training::{Method, Plan};

/// The table.
pub const PARAMS: &[Field] = &[];

/// A method.
///
/// # Errors
/// None.
pub fn build(_: &Plan) -> Result<Method, String> {
    Ok(Method::ThroughTime)
}
