//! Constant: the rate of the optimiser stays.
//!
//! ```text
//! η = η₀
//! ```
//!
//! Source: none is needed.

use ecs_core::registry::Field;
use ecs_core::training::{Plan, Progress, Rate};

/// The table.
pub const PARAMS: &[Field] = &[];

/// A schedule of the learning rate.
///
/// # Errors
/// None.
pub fn build(_plan: &Plan) -> Result<Rate, String> {
    Ok(Box::new(|base, _: Progress| base))
}
