//! Linear fits: weights that solve a system of equations.

use ecs_core::training::{Fitted, Samples};

use super::fitted::Centred;
use super::matrix::{gram, least_squares, solve_positive, transposed};

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
