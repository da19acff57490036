//! Half of the squared error, whose gradient is the error.
//!
//! ```text
//! L = mean (y − t)² / 2
//! ```
//!
//! Source: BrainPy and optax `l2_loss`.

use super::elementwise::elementwise;
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
    Ok(Box::new(|batch, gradient| elementwise(batch, gradient, |y, t| (y - t) * (y - t) * 0.5)))
}
