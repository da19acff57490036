//! Cross entropy of independent yes-or-no answers, from logits.
//!
//! ```text
//! L = mean (ln(1 + eʸ) − t y)      t: 0, 1 or a probability
//! ```
//!
//! Source: BrainPy `cross_entropy_sigmoid`, `sigmoid_binary_cross_entropy` and `binary_logistic_loss`, PyTorch `BCEWithLogitsLoss`.

use super::elementwise::elementwise;
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
    Ok(Box::new(|batch, gradient| elementwise(batch, gradient, |y, t| softplus(y) - y * t)))
}
