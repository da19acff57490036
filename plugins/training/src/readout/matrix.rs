//! Matrices: the few operations that readouts are fitted with, in double precision, row-major.
//!
//! Every entry of a result is summed in one order by one thread, so that it has the same bits for any number of threads.

use std::num::NonZero;
use std::ops::Range;

use ecs_core::dispatch;
use ecs_core::model::{Instructions, instructions};

/// Rows of a tile, and columns that are summed before the next rows are looked at: two tiles fit the cache of a core.
const ROWS: usize = 32;
const COLUMNS: usize = 1024;
/// Partial sums of a product, as many as vectors of the widest instructions hold.
const SUMS: usize = 8;

/// Products of A rows with B others, each in as many partial sums as a vector holds: enough of them to be added to at once that none
/// waits for the one before. Plain loops: closures would be compiled without the instructions that were chosen.
#[inline(always)]
fn block<const A: usize, const B: usize>(a: &[f64], b: &[f64], width: usize) -> [[f64; B]; A] {
    let mut parts = [[[0.0; SUMS]; B]; A];
    let whole = width / SUMS * SUMS;
    let mut at = 0;
    while at < whole {
        for i in 0..A {
            let a: &[f64; SUMS] = a[i * width + at..].first_chunk().expect("rows are that long");
            for j in 0..B {
                let b: &[f64; SUMS] = b[j * width + at..].first_chunk().expect("rows are that long");
                for l in 0..SUMS {
                    parts[i][j][l] += a[l] * b[l];
                }
            }
        }
        at += SUMS;
    }
    let mut sums = [[0.0; B]; A];
    for i in 0..A {
        for j in 0..B {
            for part in parts[i][j] {
                sums[i][j] += part;
            }
            for k in whole..width {
                sums[i][j] += a[i * width + k] * b[j * width + k];
            }
        }
    }
    sums
}

dispatch!(
    /// Adds the products of some rows of `a` with some rows of `b`, `[row of a, row of b]`; rows are of equal, short length.
    fn products(a: &[f64], b: &[f64], width: usize, sums: &mut [f64]) {
        let (rows, columns) = (a.len() / width, b.len() / width);
        for i in (0..rows).step_by(2) {
            for j in (0..columns).step_by(4) {
                let (a, b) = (&a[i * width..], &b[j * width..]);
                if i + 2 <= rows && j + 4 <= columns {
                    let block = block::<2, 4>(a, b, width);
                    for (k, row) in block.iter().enumerate() {
                        for (l, product) in row.iter().enumerate() {
                            sums[(i + k) * columns + j + l] += product;
                        }
                    }
                } else {
                    for k in 0..(rows - i).min(2) {
                        for l in 0..(columns - j).min(4) {
                            let product = block::<1, 1>(&a[k * width..], &b[l * width..], width);
                            sums[(i + k) * columns + j + l] += product[0][0];
                        }
                    }
                }
            }
        }
    }
);

/// Σ a b of two rows.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    block::<1, 1>(a, b, a.len())[0][0]
}

/// Appends the columns of a range of a row.
type Append<'a> = dyn Fn(usize, Range<usize>, &mut Vec<f64>) + Sync + 'a;

/// Rows that may be made when they are needed.
pub(super) struct Rows<'a> {
    pub count: usize,
    pub columns: usize,
    /// Appends some columns of a row.
    pub append: &'a Append<'a>,
}

/// Rows of products of the rows of `x`, `[row, row]`, as far as the diagonal and the tile around it.
fn gram_rows(level: Instructions, x: &Rows<'_>, first: usize, gram: &mut [f64]) {
    let products = products(level);
    let (count, columns) = (x.count, x.columns);
    let rows = gram.len() / count;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut sums = [0.0; ROWS * ROWS];
    let panel = |into: &mut Vec<f64>, rows: Range<usize>, part: &Range<usize>| {
        into.clear();
        rows.for_each(|row| (x.append)(row, part.clone(), into));
    };
    for start in (0..columns).step_by(COLUMNS) {
        let part = start..(start + COLUMNS).min(columns);
        panel(&mut ours, first..first + rows, &part);
        for other in (0..first + rows).step_by(ROWS) {
            let end = (other + ROWS).min(count);
            panel(&mut theirs, other..end, &part);
            let sums = &mut sums[..rows * (end - other)];
            sums.fill(0.0);
            products(&ours, &theirs, part.len(), sums);
            for (row, sums) in sums.chunks_exact(end - other).enumerate() {
                gram[row * count + other..][..sums.len()].iter_mut().zip(sums).for_each(|(g, s)| *g += *s);
            }
        }
    }
}

/// X Xᵀ of `x`, `[row, column]`: symmetric, `[row, row]`.
pub(super) fn gram(x: &[f64], columns: usize) -> Vec<f64> {
    let append = |row: usize, part: Range<usize>, into: &mut Vec<f64>| {
        into.extend_from_slice(&x[row * columns..][part]);
    };
    gram_of(&Rows { count: x.len() / columns, columns, append: &append })
}

/// The same of rows that are never all there at once.
pub(super) fn gram_of(x: &Rows<'_>) -> Vec<f64> {
    let count = x.count;
    let mut gram = vec![0.0; count * count];
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let level = instructions();
    std::thread::scope(|scope| {
        // Later rows have more products: they are dealt out like cards.
        let mut hands: Vec<Vec<(usize, &mut [f64])>> = (0..threads).map(|_| Vec::new()).collect();
        for (k, rows) in gram.chunks_mut(ROWS * count).enumerate() {
            hands[k % threads].push((k * ROWS, rows));
        }
        for hand in hands {
            let work = move || {
                hand.into_iter().for_each(|(first, rows)| gram_rows(level, x, first, rows));
            };
            scope.spawn(work);
        }
    });
    for row in 0..count {
        (row + 1..count).for_each(|column| gram[row * count + column] = gram[column * count + row]);
    }
    gram
}

/// The transpose of `[row, column]`.
pub(super) fn transposed(x: &[f64], columns: usize) -> Vec<f64> {
    let rows = x.len() / columns;
    let mut out = vec![0.0; x.len()];
    for row in 0..rows {
        (0..columns).for_each(|column| out[column * rows + row] = x[row * columns + column]);
    }
    out
}

/// Solves A Z = B for a positive definite `a`, `[n, n]`, and `b`, `[n, outputs]`, in place, by Cholesky's factors.
///
/// # Errors
/// `a` is not positive definite.
pub(super) fn solve_positive(a: &mut [f64], n: usize, b: &mut [f64]) -> Result<(), String> {
    let outputs = b.len() / n.max(1);
    for j in 0..n {
        let (above, below) = a.split_at_mut((j + 1) * n);
        let row = &mut above[j * n..];
        let square = row[j] - dot(&row[..j], &row[..j]);
        // What is left of a diagonal by rounding alone means nothing.
        if square <= row[j] * 1e-14 {
            return Err("the features depend on each other: leave some out, or use `ridge`".to_owned());
        }
        row[j] = square.sqrt();
        let row = &above[j * n..][..j + 1];
        for other in below.chunks_exact_mut(n) {
            other[j] = (other[j] - dot(&other[..j], &row[..j])) / row[j];
        }
    }
    for output in 0..outputs {
        for i in 0..n {
            let known: f64 = (0..i).map(|k| a[i * n + k] * b[k * outputs + output]).sum();
            b[i * outputs + output] = (b[i * outputs + output] - known) / a[i * n + i];
        }
        for i in (0..n).rev() {
            let known: f64 = (i + 1..n).map(|k| a[k * n + i] * b[k * outputs + output]).sum();
            b[i * outputs + output] = (b[i * outputs + output] - known) / a[i * n + i];
        }
    }
    Ok(())
}

/// The Z that makes |A Z − B| smallest, `[column, output]`, for `a` `[row, column]` and `b` `[row, output]`, by Householder's
/// reflections.
///
/// Source: Golub & Van Loan, Matrix Computations, 4th ed., Algorithms 5.2.1 and 5.3.2.
///
/// # Errors
/// There are fewer rows than columns, or columns depend on each other.
pub(super) fn least_squares(a: &mut [f64], columns: usize, b: &mut [f64]) -> Result<Vec<f64>, String> {
    let rows = a.len() / columns.max(1);
    if rows < columns {
        return Err(format!(
            "{rows} samples cannot fix {columns} weights: give more samples, or use `ridge`"
        ));
    }
    let outputs = b.len() / rows;
    let largest = a.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    for j in 0..columns {
        let norm = (j..rows).map(|i| a[i * columns + j] * a[i * columns + j]).sum::<f64>().sqrt();
        if norm <= largest * rows as f64 * f64::EPSILON {
            return Err("the features depend on each other: leave some out, or use `ridge`".to_owned());
        }
        let diagonal = if a[j * columns + j] > 0.0 { -norm } else { norm };
        let mut v: Vec<f64> = (j..rows).map(|i| a[i * columns + j]).collect();
        v[0] -= diagonal;
        let scale = 2.0 / v.iter().map(|v| v * v).sum::<f64>();
        for (matrix, width, first) in [(&mut *a, columns, j), (&mut *b, outputs, 0)] {
            for column in first..width {
                let along: f64 =
                    v.iter().enumerate().map(|(k, v)| v * matrix[(j + k) * width + column]).sum();
                v.iter().enumerate().for_each(|(k, v)| matrix[(j + k) * width + column] -= scale * along * v);
            }
        }
    }
    let mut z = vec![0.0; columns * outputs];
    for output in 0..outputs {
        for i in (0..columns).rev() {
            let known: f64 = (i + 1..columns).map(|k| a[i * columns + k] * z[k * outputs + output]).sum();
            z[i * outputs + output] = (b[i * outputs + output] - known) / a[i * columns + i];
        }
    }
    Ok(z)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_rows_are_complete_whatever_the_shape() {
        for (rows, columns) in [(1, 1), (5, 7), (33, 40), (70, 1100)] {
            let x: Vec<f64> = (0..rows * columns).map(|k| (k % 17) as f64 - 8.0).collect();
            let gram = gram(&x, columns);
            for i in 0..rows {
                for j in 0..rows {
                    let right: f64 = (0..columns).map(|k| x[i * columns + k] * x[j * columns + k]).sum();
                    // Sums of small whole numbers are exact.
                    assert_eq!(gram[i * rows + j], right, "{i}, {j} of {rows} by {columns}");
                }
            }
        }
    }

    #[test]
    fn a_system_is_solved_by_both_ways() {
        let a = [4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 2.0];
        let right = [1.0, -2.0, 0.5, 3.0, -1.0, 0.25];
        let mut b = [0.0; 6];
        for i in 0..3 {
            for o in 0..2 {
                b[i * 2 + o] = (0..3).map(|k| a[i * 3 + k] * right[k * 2 + o]).sum();
            }
        }
        let mut z = b;
        solve_positive(&mut a.clone(), 3, &mut z).expect("it is positive definite");
        let least = least_squares(&mut a.clone(), 3, &mut b.clone()).expect("it is regular");
        for k in 0..6 {
            assert!(
                (z[k] - right[k]).abs() < 1e-14 && (least[k] - right[k]).abs() < 1e-14,
                "{z:?}, {least:?}"
            );
        }
        assert!(solve_positive(&mut [1.0, 1.0, 1.0, 1.0], 2, &mut [1.0, 1.0]).is_err(), "a singular matrix");
        assert!(least_squares(&mut [1.0, 1.0, 1.0, 1.0], 2, &mut [1.0, 1.0]).is_err(), "equal columns");
        assert!(least_squares(&mut [1.0, 2.0], 2, &mut [1.0]).is_err(), "one row for two columns");
    }
}
