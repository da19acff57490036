//! Multi-class margin loss: the right class must exceed all others by a margin.
//!
//! ```text
//! L = mean over rows of Σ over wrong classes of max(0, margin + y_c − y_right)ᵖ
//! ```
//!
//! Source: BrainPy `multi_margin_loss`; PyTorch `MultiMarginLoss`, which divides by the number of classes.

use ecs_core::registry::Field;
use ecs_core::training::{Evaluate, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("margin", 1.0, "", "by how much the right class must exceed"),
    Field::number("p", 1.0, "", "power, 1 or 2"),
];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Classes;
/// Whether each frame costs what it costs by itself.
pub const APART: bool = true;

/// A loss.
///
/// # Errors
/// A power that is neither 1 nor 2.
pub fn build(plan: &Plan) -> Result<Evaluate, String> {
    let [margin, p] = plan.numbers();
    if p != 1.0 && p != 2.0 {
        return Err(format!("`p` is {p}; it may be 1 or 2"));
    }
    Ok(Box::new(move |batch, gradient| {
        let count = (batch.shape[0] * batch.shape[1]) as f64;
        gradient.fill(0.0);
        let mut loss = 0.0;
        for ((k, row), slopes) in batch.rows().zip(gradient.chunks_exact_mut(batch.shape[2])) {
            let right = batch.classes()[k] as usize;
            for class in (0..row.len()).filter(|class| *class != right) {
                let short = (margin + row[class] - row[right]).max(0.0);
                let slope = if short == 0.0 { 0.0 } else if p == 1.0 { 1.0 } else { 2.0 * short };
                loss += if p == 1.0 { short } else { short * short };
                slopes[class] += slope / count;
                slopes[right] -= slope / count;
            }
        }
        loss / count
    }))
}
