//! Logarithm of the hyperbolic cosine: squared near the target, straight far away.
//!
//! ```text
//! L = mean ln cosh(y − t)
//! ```
//!
//! Source: BrainPy `log_cosh_loss`, optax `log_cosh`.

use super::elementwise::elementwise;
use ecs_core::number::Real;
use ecs_core::number::special::softplus;
use ecs_core::registry::Field;
use ecs_core::training::{Evaluate, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Numbers;
/// Whether each frame costs what it costs by itself.
pub const APART: bool = true;

/// A loss.
///
/// # Errors
/// None.
pub fn build(_: &Plan) -> Result<Evaluate, String> {
    Ok(Box::new(|batch, gradient| elementwise(batch, gradient, |y, t| log_cosh(y - t))))
}

/// ln cosh x = |x| + ln(1 + e^(−2 |x|)) − ln 2, which does not overflow.
pub fn log_cosh<R: Real>(x: R) -> R {
    x.abs() + softplus(x.abs() * -2.0) - std::f64::consts::LN_2
}
