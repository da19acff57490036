//! Logistic regression: the probability of each output, by Newton's method.
//!
//! ```text
//! p = 1 / (1 + e^(−(x w + b)))      −Σ (y ln p + (1 − y) ln(1 − p)) + α |w|² / 2 → min
//! ```
//!
//! Source: Cox (1958), JRSS B 20(2); Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., Eq. 4.26, for the
//! method; scikit-learn `LogisticRegression(C=1/α)` for the penalty. Outputs are fitted one by one; of several that exclude each
//! other, the largest is the answer.

use super::fitted::{Link, Readout};
use super::matrix::{gram, solve_positive, transposed};
use ecs_core::number::{Num, Real};
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Fitted, Learn, Plan, Samples};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("alpha", 1.0, "", "strength of the penalty").within(Bound::NonNegative),
    Field::number("tolerance", 1e-10, "", "largest change of a weight that ends it").within(Bound::Positive),
    Field::number("rounds", 100.0, "", "rounds after which it is given up").within(Bound::Positive),
];

/// A learner.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Learn, String> {
    let [alpha, tolerance, rounds] = plan.numbers();
    Ok(Learn::Offline(Box::new(move |samples| fit(samples, alpha, tolerance, rounds))))
}

fn fit(of: &Samples<'_>, alpha: f64, tolerance: f64, rounds: f64) -> Result<Box<dyn Fitted>, String> {
    if of.is_empty() || of.width == 0 {
        return Err("there is nothing to fit: no sample, or no feature".to_owned());
    }
    // The last feature is a constant: its weight is the intercept.
    let width = of.width + 1;
    let rows = of.features.chunks_exact(of.width);
    let x: Vec<f64> = rows.flat_map(|row| row.iter().map(|x| f64::from(*x)).chain([1.0])).collect();
    let mut weights = vec![0.0; of.width * of.outputs];
    let mut intercepts = vec![0.0; of.outputs];
    for output in 0..of.outputs {
        let targets: Vec<f64> = of.targets.iter().copied().skip(output).step_by(of.outputs).collect();
        let mut w = vec![0.0; width];
        let mut round = 0.0;
        while newton(&x, &targets, &mut w, alpha)? > tolerance {
            round += 1.0;
            if round >= rounds {
                let advice = "raise `alpha`: without it, classes that a plane parts have no best weights";
                return Err(format!("weights still move after {rounds} rounds: {advice}"));
            }
        }
        intercepts[output] = w[of.width];
        (0..of.width).for_each(|k| weights[k * of.outputs + output] = w[k]);
    }
    Ok(Box::new(Readout { weights, intercepts, degree: 1, link: Link::Logistic }))
}

/// One step towards the minimum; its largest part.
fn newton(x: &[f64], targets: &[f64], w: &mut [f64], alpha: f64) -> Result<f64, String> {
    let width = w.len();
    let mut slope: Vec<f64> = w.iter().map(|w| -alpha * w).collect();
    slope[width - 1] = 0.0;
    let mut scaled = x.to_vec();
    for ((row, scaled), t) in x.chunks_exact(width).zip(scaled.chunks_exact_mut(width)).zip(targets) {
        let sum: f64 = row.iter().zip(&*w).map(|(x, w)| x * w).sum();
        let p = Num(sum).sigmoid().0;
        slope.iter_mut().zip(row).for_each(|(slope, x)| *slope += (t - p) * x);
        let root = (p * (1.0 - p)).sqrt();
        scaled.iter_mut().for_each(|x| *x *= root);
    }
    let mut curvature = gram(&transposed(&scaled, width), targets.len());
    (0..width - 1).for_each(|k| curvature[k * width + k] += alpha);
    solve_positive(&mut curvature, width, &mut slope)?;
    w.iter_mut().zip(&slope).for_each(|(w, step)| *w += step);
    Ok(slope.iter().fold(0.0, |largest: f64, step| largest.max(step.abs())))
}
