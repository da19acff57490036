//! Negative log-likelihood of classes, from log-probabilities.
//!
//! ```text
//! L = −mean over rows of y_c      c: the right class
//! ```
//!
//! Source: BrainPy and PyTorch `NLLLoss`.

use ecs_core::registry::Field;
use ecs_core::training::{Evaluate, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Classes;
/// Whether each frame costs what it costs by itself.
pub const APART: bool = true;

/// A loss.
///
/// # Errors
/// None.
pub fn build(_: &Plan) -> Result<Evaluate, String> {
    Ok(Box::new(|batch, gradient| {
        let count = (batch.shape[0] * batch.shape[1]) as f64;
        gradient.fill(0.0);
        let right = batch.classes();
        let rows = batch.rows().zip(gradient.chunks_exact_mut(batch.shape[2]));
        rows.map(|((k, row), slopes)| {
            let class = right[k] as usize;
            slopes[class] = -1.0 / count;
            -row[class] / count
        })
        .sum()
    }))
}
