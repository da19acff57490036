//! Linear fits: weights that solve a system of equations.

use std::ops::Range;

use ecs_core::training::{Fitted, Samples};

use super::fitted::{Centred, Link, Readout, means};
use super::matrix::{Rows, gram, gram_of, least_squares, solve_positive, transposed};

/// The weights with the least squared error.
pub(super) fn least(of: &Samples<'_>, degree: usize, intercept: bool) -> Result<Box<dyn Fitted>, String> {
    let mut centred = Centred::new(of, degree, intercept)?;
    let (width, mut y) = (centred.width, centred.y.clone());
    let weights = least_squares(&mut centred.x, width, &mut y)?;
    Ok(Box::new(centred.readout(weights)))
}

/// The weights with the least squared error plus `alpha` times their own squares. Of the two systems that give them, with as many
/// unknowns as features or as samples, the smaller is solved.
pub(super) fn ridge(
    of: &Samples<'_>,
    degree: usize,
    intercept: bool,
    alpha: f64,
) -> Result<Box<dyn Fitted>, String> {
    if degree == 1 && of.width > of.len() && !of.is_empty() {
        return by_samples(of, intercept, alpha);
    }
    let centred = Centred::new(of, degree, intercept)?;
    let (width, rows, outputs) = (centred.width, centred.rows(), centred.outputs);
    let by_features = width <= rows;
    let columns = transposed(&centred.x, width);
    let (mut system, size) = match by_features {
        true => (gram(&columns, rows), width),
        false => (gram(&centred.x, width), rows),
    };
    (0..size).for_each(|k| system[k * size + k] += alpha);
    let mut weights = match by_features {
        true => product(&columns, rows, &centred.y, outputs),
        false => centred.y.clone(),
    };
    solve_positive(&mut system, size, &mut weights)?;
    if !by_features {
        weights = product(&columns, rows, &weights, outputs);
    }
    Ok(Box::new(centred.readout(weights)))
}

/// The same for more features than samples, without a copy of the features in double precision: of many features a copy is gigabytes.
fn by_samples(of: &Samples<'_>, intercept: bool, alpha: f64) -> Result<Box<dyn Fitted>, String> {
    let (width, outputs) = (of.width, of.outputs);
    let mut mean = vec![0.0; width];
    let mut intercepts = vec![0.0; outputs];
    if intercept {
        for row in of.features.chunks_exact(width) {
            mean.iter_mut().zip(row).for_each(|(mean, x)| *mean += f64::from(*x));
        }
        mean.iter_mut().for_each(|mean| *mean /= of.len() as f64);
        intercepts = means(of.targets, outputs);
    }
    let append = |row: usize, part: Range<usize>, into: &mut Vec<f64>| {
        let x = &of.features[row * width..][part.clone()];
        into.extend(x.iter().zip(&mean[part]).map(|(x, mean)| f64::from(*x) - mean));
    };
    let mut system = gram_of(&Rows { count: of.len(), columns: width, append: &append });
    (0..of.len()).for_each(|k| system[k * of.len() + k] += alpha);
    let mut shares = of.targets.to_vec();
    for row in shares.chunks_exact_mut(outputs) {
        row.iter_mut().zip(&intercepts).for_each(|(y, mean)| *y -= mean);
    }
    solve_positive(&mut system, of.len(), &mut shares)?;
    let mut weights = vec![0.0; width * outputs];
    for (x, shares) in of.features.chunks_exact(width).zip(shares.chunks_exact(outputs)) {
        for ((weights, x), mean) in weights.chunks_exact_mut(outputs).zip(x).zip(&mean) {
            let x = f64::from(*x) - mean;
            weights.iter_mut().zip(shares).for_each(|(weight, share)| *weight += x * share);
        }
    }
    for (weights, mean) in weights.chunks_exact(outputs).zip(&mean) {
        intercepts.iter_mut().zip(weights).for_each(|(intercept, weight)| *intercept -= weight * mean);
    }
    Ok(Box::new(Readout { weights, intercepts, degree: 1, link: Link::Identity }))
}

/// A B of `a` `[row, column]` and `b` `[column, output]`.
fn product(a: &[f64], columns: usize, b: &[f64], outputs: usize) -> Vec<f64> {
    let mut out = vec![0.0; a.len() / columns * outputs];
    for (a, out) in a.chunks_exact(columns).zip(out.chunks_exact_mut(outputs)) {
        for (a, b) in a.iter().zip(b.chunks_exact(outputs)) {
            out.iter_mut().zip(b).for_each(|(out, b)| *out += a * b);
        }
    }
    out
}
