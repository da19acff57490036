//! Cross entropy of classes, from logits; classes may weigh differently, be smoothed or be left out.
//!
//! ```text
//! L = Σ w_c (ln Σ eʸ − y_c) / Σ w_c      c: the right class of each row, w: its weight
//! ```
//!
//! Source: PyTorch `CrossEntropyLoss`; BrainPy `CrossEntropyLoss`, `cross_entropy_sparse` and `multiclass_logistic_loss`.
//! Departure: smoothed targets are weighted class by class, as in PyTorch; BrainPy weighs them by the right class.

use super::softmax::softmax_loss;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Evaluate, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("label_smoothing", 0.0, "", "part of a target that goes to all classes alike").within(Bound::Fraction),
    Field::number("ignore", -1.0, "", "class whose rows do not count"),
    Field::list("class_weights", "", "weight of each class; all 1 where none is given"),
];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Classes;
/// Whether each frame costs what it costs by itself.
pub const APART: bool = true;

/// A loss.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Evaluate, String> {
    let [smoothing, ignore] = plan.numbers();
    let weights = plan.list("class_weights").to_vec();
    Ok(Box::new(move |batch, gradient| {
        let weight = |class: usize| if weights.is_empty() { 1.0 } else { weights[class] };
        let counts = |class: u32| f64::from(class) != ignore;
        let right = batch.classes();
        let total: f64 = right.iter().filter(|class| counts(**class)).map(|class| weight(*class as usize)).sum();
        let mut loss = 0.0;
        gradient.fill(0.0);
        for ((k, row), slopes) in batch.rows().zip(gradient.chunks_exact_mut(batch.shape[2])) {
            if !counts(right[k]) {
                continue;
            }
            let share = smoothing / row.len() as f64;
            let wanted = |class: usize| {
                let own = if class == right[k] as usize { 1.0 - smoothing } else { 0.0 };
                (own + share) * weight(class) / total
            };
            loss += softmax_loss(row, wanted, slopes);
        }
        loss
    }))
}
