//! Softmax: probabilities of classes from logits, and what losses make of them.

use ecs_core::number::{Num, Real};

/// ln Σ eˣ, without overflow.
pub(crate) fn log_sum_exp(x: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = x.clone().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    largest + Num(x.map(|x| Num(x - largest).exp().0).sum::<f64>()).ln().0
}

/// Σ wanted(c) (ln Σ eʸ − y_c) over the classes of a row of logits, and its derivative by each of them.
pub(super) fn softmax_loss(row: &[f64], wanted: impl Fn(usize) -> f64, slopes: &mut [f64]) -> f64 {
    let log_sum = log_sum_exp(row.iter().copied());
    let total: f64 = (0..row.len()).map(&wanted).sum();
    let mut loss = 0.0;
    for (class, slope) in slopes.iter_mut().enumerate() {
        let log = row[class] - log_sum;
        let target = wanted(class);
        loss -= target * log;
        *slope = total * Num(log).exp().0 - target;
    }
    loss
}
