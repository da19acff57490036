//! Cross entropy of first spike times: the neuron of the right class should fire first. The prediction is times.
//!
//! ```text
//! L = cross entropy of the logits −t_c / τ
//! ```
//!
//! Source: Mostafa (2018), IEEE TNNLS 29(7), <https://doi.org/10.1109/TNNLS.2017.2726060>; snnTorch `ce_temporal_loss`.

use super::softmax::softmax_loss;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Evaluate, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("tau", 1.0, "ms", "time that makes a factor e").within(Bound::Positive),
];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Classes;
/// Whether each frame costs what it costs by itself.
pub const APART: bool = false;

/// A loss.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Evaluate, String> {
    let [tau] = plan.numbers();
    Ok(Box::new(move |batch, gradient| {
        let count = (batch.shape[0] * batch.shape[1]) as f64;
        let mut logits = vec![0.0; batch.shape[2]];
        let mut loss = 0.0;
        for ((k, times), slopes) in batch.rows().zip(gradient.chunks_exact_mut(batch.shape[2])) {
            logits.iter_mut().zip(times).for_each(|(logit, time)| *logit = -time / tau);
            let right = batch.classes()[k] as usize;
            let wanted = |class: usize| if class == right { 1.0 / count } else { 0.0 };
            loss += softmax_loss(&logits, wanted, slopes);
            slopes.iter_mut().for_each(|slope| *slope /= -tau);
        }
        loss
    }))
}
