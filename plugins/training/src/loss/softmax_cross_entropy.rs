//! Cross entropy of class probabilities, from logits.
//!
//! ```text
//! L = mean over rows of Σ p_c (ln Σ eʸ − y_c)
//! ```
//!
//! Source: BrainPy and optax `softmax_cross_entropy`; PyTorch `CrossEntropyLoss` with probabilities.

use super::labels::smooth;
use super::softmax::softmax_loss;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Evaluate, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("label_smoothing", 0.0, "", "part of a target that goes to all classes alike").within(Bound::Fraction),
];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Numbers;
/// Whether each frame costs what it costs by itself.
pub const APART: bool = true;

/// A loss.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Evaluate, String> {
    let [smoothing] = plan.numbers();
    Ok(Box::new(move |batch, gradient| {
        let (classes, count) = (batch.shape[2], (batch.shape[0] * batch.shape[1]) as f64);
        let targets = batch.numbers();
        let rows = batch.rows().zip(gradient.chunks_exact_mut(classes));
        rows.map(|((k, row), slopes)| {
            let wanted = |class: usize| smooth(targets[k * classes + class], smoothing, classes) / count;
            softmax_loss(row, wanted, slopes)
        })
        .sum()
    }))
}
