//! Mean squared logarithmic error, of numbers above −1.
//!
//! ```text
//! L = mean (ln(1 + y) − ln(1 + t))²
//! ```
//!
//! Source: BrainPy `mean_squared_log_error`.

use super::elementwise::elementwise;
use ecs_core::number::{Num, Real};
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
    Ok(Box::new(|batch, gradient| elementwise(batch, gradient, |y, t| {
        let d = (y + 1.0).ln() - Num(t + 1.0).ln().0;
        d * d
    })))
}
