//! Losses of each number by itself: the mean over all, and the derivative from dual numbers.

use ecs_core::number::{Dual, Num};
use ecs_core::training::Batch;

/// A number of the prediction, which carries the derivative by itself.
pub(super) type Variable = Dual<Num<f64>, 1>;

/// The mean of `f(prediction, target)`, and its derivative.
pub(super) fn elementwise(
    batch: &Batch<'_>,
    gradient: &mut [f64],
    f: impl Fn(Variable, f64) -> Variable,
) -> f64 {
    let count = batch.prediction.len() as f64;
    let numbers = batch.prediction.iter().zip(batch.numbers()).zip(gradient);
    numbers
        .map(|((y, t), slope)| {
            let loss = f(Variable::variable(Num(*y), 0), *t);
            *slope = loss.d[0].map_or(0.0, |d| d.0) / count;
            loss.x.0
        })
        .sum::<f64>()
        / count
}
