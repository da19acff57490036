//! Mean squared error.
//!
//! ```text
//! L = mean (y − t)²
//! ```
//!
//! Source: BrainPy `MSELoss` and `mean_squared_error`, PyTorch `MSELoss`.

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
    Ok(Box::new(|batch, gradient| elementwise(batch, gradient, |y, t| (y - t) * (y - t))))
}
