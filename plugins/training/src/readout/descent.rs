//! Coordinate descent: sparse weights, one at a time.
//!
//! Source: Friedman, Hastie & Tibshirani (2010), Journal of Statistical Software 33(1), <https://doi.org/10.18637/jss.v033.i01>.

use ecs_core::training::{Fitted, Samples};

use super::fitted::Centred;
use super::matrix::transposed;

/// A penalty: α (ρ |w| + (1 − ρ) w² / 2), and when to stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Penalty {
    pub alpha: f64,
    pub l1_ratio: f64,
    pub tolerance: f64,
    pub rounds: f64,
    pub intercept: bool,
}

/// The weights that make Σ (y − x w)² / (2 n) and the penalty smallest.
///
/// # Errors
/// Weights still move after the last round.
pub(super) fn sparse(of: &Samples<'_>, by: Penalty) -> Result<Box<dyn Fitted>, String> {
    let centred = Centred::new(of, 1, by.intercept)?;
    let (width, rows, outputs) = (centred.width, centred.rows(), centred.outputs);
    let columns = transposed(&centred.x, width);
    let mut weights = vec![0.0; width * outputs];
    for (output, weights) in weights.chunks_exact_mut(width).enumerate() {
        let mut rest: Vec<f64> = (0..rows).map(|row| centred.y[row * outputs + output]).collect();
        let mut round = 0.0;
        while sweep(&columns, &mut rest, weights, by) > by.tolerance {
            round += 1.0;
            if round >= by.rounds {
                let advice = "raise `rounds`, or `tolerance`, or scale the features alike";
                return Err(format!("weights still move after {} rounds: {advice}", by.rounds));
            }
        }
    }
    Ok(Box::new(centred.readout(transposed(&weights, width))))
}

/// Sets every weight to the best for the others; the largest change over the largest weight.
fn sweep(columns: &[f64], rest: &mut [f64], weights: &mut [f64], by: Penalty) -> f64 {
    let n = rest.len() as f64;
    let (mut change, mut largest) = (0.0f64, 0.0f64);
    for (column, weight) in columns.chunks_exact(rest.len()).zip(weights) {
        let square = column.iter().map(|x| x * x).sum::<f64>() / n;
        let along = column.iter().zip(&*rest).map(|(x, r)| x * r).sum::<f64>() / n + square * *weight;
        let beyond = (along.abs() - by.alpha * by.l1_ratio).max(0.0).copysign(along);
        let divisor = square + by.alpha * (1.0 - by.l1_ratio);
        let best = if divisor > 0.0 { beyond / divisor } else { 0.0 };
        let step = best - *weight;
        if step != 0.0 {
            column.iter().zip(&mut *rest).for_each(|(x, r)| *r -= step * x);
        }
        *weight = best;
        change = change.max(step.abs());
        largest = largest.max(best.abs());
    }
    if largest > 0.0 { change / largest } else { change }
}
