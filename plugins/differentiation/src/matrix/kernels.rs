//! Kernels: rows of a matrix added to what arrives, and multiplied with what comes back. Every sum has one order.

use std::ops::Range;

use ecs_core::dispatch;
use ecs_core::number::{Float, Num, Real};

/// Partial sums of a product; a multiple of the widest vector.
const LANES: usize = 16;

/// Replicas whose products share one pass over a row.
pub const TOGETHER: usize = 4;

/// Rows of a dense matrix, `[pre, post]`, and who fired by how much.
pub struct Rows<'a, T> {
    /// The matrix.
    pub weights: &'a [T],
    /// The neuron of the first row.
    pub first: u32,
    /// Neurons that fired, each with a row.
    pub fired: &'a [u32],
    /// What each fired by; empty where all by one.
    pub by: &'a [T],
}

dispatch!(
    /// Adds the row of every neuron that fired: `to` is `[post]`.
    pub fn add_rows<T: Float>(rows: &Rows<'_, T>, to: &mut [T])
    where
        Num<T>: Real,
    {
        let n = to.len();
        for (k, pre) in rows.fired.iter().enumerate() {
            let row = &rows.weights[(*pre - rows.first) as usize * n..][..n];
            match rows.by.get(k) {
                None => to.iter_mut().zip(row).for_each(|(x, w)| *x = (Num(*x) + Num(*w)).0),
                Some(by) => {
                    let by = Num(*by);
                    to.iter_mut().zip(row).for_each(|(x, w)| *x = (Num(*x) + Num(*w) * by).0);
                }
            }
        }
    }
);

/// What came back to the receivers, `[post]`, and who fired by how much.
pub struct Back<'a, T> {
    /// Cotangents of what arrived.
    pub cotangent: &'a [T],
    /// The neuron of the first row.
    pub first: u32,
    /// Neurons that fired, each with a row.
    pub fired: &'a [u32],
    /// What each fired by; empty where all by one.
    pub by: &'a [T],
}

dispatch!(
    /// Adds what came back to the gradient's rows of every neuron that fired: `to` is `[pre, post]`.
    pub fn add_gradient<T: Float>(back: &Back<'_, T>, to: &mut [T])
    where
        Num<T>: Real,
    {
        let n = back.cotangent.len();
        for (k, pre) in back.fired.iter().enumerate() {
            let row = &mut to[(*pre - back.first) as usize * n..][..n];
            match back.by.get(k) {
                None => row.iter_mut().zip(back.cotangent).for_each(|(x, c)| *x = (Num(*x) + Num(*c)).0),
                Some(by) => {
                    let by = Num(*by);
                    row.iter_mut().zip(back.cotangent).for_each(|(x, c)| *x = (Num(*x) + Num(*c) * by).0);
                }
            }
        }
    }
);

/// The sum of partial sums, in halves. Plain arrays of fixed length here and below, for those stay in registers.
#[inline(always)]
fn total<T: Float>(sums: [T; LANES]) -> T
where
    Num<T>: Real,
{
    let eight: [T; 8] = std::array::from_fn(|l| (Num(sums[l]) + Num(sums[l + 8])).0);
    let four: [T; 4] = std::array::from_fn(|l| (Num(eight[l]) + Num(eight[l + 4])).0);
    (Num(four[0]) + Num(four[2]) + (Num(four[1]) + Num(four[3]))).0
}

/// `sums` + `a` × `b`, lane by lane.
#[inline(always)]
fn multiply_add<T: Float>(sums: [T; LANES], a: &[T; LANES], b: &[T; LANES]) -> [T; LANES]
where
    Num<T>: Real,
{
    std::array::from_fn(|l| (Num(sums[l]) + Num(a[l]) * Num(b[l])).0)
}

/// The lanes that are left over at the end of a row, the missing ones zero.
#[inline(always)]
fn rest<T: Float>(row: &[T], from: usize) -> [T; LANES] {
    let mut lanes = [T::default(); LANES];
    lanes[..row.len() - from].copy_from_slice(&row[from..]);
    lanes
}

/// The products of a row with `R` vectors as long as it is.
#[inline(always)]
fn products<T: Float, const R: usize>(row: &[T], vectors: [&[T]; R]) -> [T; R]
where
    Num<T>: Real,
{
    let mut sums = [[T::default(); LANES]; R];
    let whole = row.len() / LANES;
    let vectors = vectors.map(|v| &v[..row.len()]);
    for c in 0..whole {
        let lanes = |of: &[T]| *of[c * LANES..].first_chunk::<LANES>().expect("the chunk is whole");
        let w = lanes(row);
        for r in 0..R {
            sums[r] = multiply_add(sums[r], &w, &lanes(vectors[r]));
        }
    }
    if whole * LANES < row.len() {
        let w = rest(row, whole * LANES);
        for r in 0..R {
            sums[r] = multiply_add(sums[r], &w, &rest(vectors[r], whole * LANES));
        }
    }
    sums.map(total)
}

/// A dense matrix, `[pre, post]`, and what it is multiplied with.
pub struct Product<'a, T> {
    /// The matrix.
    pub weights: &'a [T],
    /// Vectors, one for each replica.
    pub vectors: &'a [T],
    /// Senders that are wanted, as indices of `to`, ascending.
    pub wanted: &'a [u32],
    /// Senders of the matrix, among those of a replica.
    pub senders: Range<usize>,
    /// Receivers of the matrix, among those of a replica.
    pub receivers: Range<usize>,
    /// All senders of a replica.
    pub pre: usize,
    /// All receivers of a replica.
    pub post: usize,
}

impl<'a, T> Product<'a, T> {
    #[inline(always)]
    fn row(&self, pre: usize) -> &'a [T] {
        let n = self.receivers.len();
        &self.weights[(pre - self.senders.start) * n..][..n]
    }

    #[inline(always)]
    fn vector(&self, replica: usize) -> &'a [T] {
        &self.vectors[replica * self.post..][self.receivers.clone()]
    }
}

dispatch!(
    /// Adds, for each sender that is wanted, the product of its row with its replica's vector: `to` is `[replica, pre]`.
    pub fn multiply_each<T: Float>(x: &Product<'_, T>, to: &mut [T])
    where
        Num<T>: Real,
    {
        for k in x.wanted {
            let (replica, pre) = (*k as usize / x.pre, *k as usize % x.pre);
            if x.senders.contains(&pre) {
                let [sum] = products(x.row(pre), [x.vector(replica)]);
                let to = &mut to[*k as usize];
                *to = (Num(*to) + Num(sum)).0;
            }
        }
    }
);

dispatch!(
    /// The same for all senders of all replicas, `wanted` or not: replicas share a pass over each row.
    pub fn multiply_all<T: Float>(x: &Product<'_, T>, to: &mut [T])
    where
        Num<T>: Real,
    {
        let replicas = to.len() / x.pre.max(1);
        let mut add = |replica: usize, pre: usize, sum: T| {
            let to = &mut to[replica * x.pre + pre];
            *to = (Num(*to) + Num(sum)).0;
        };
        let shared = replicas - replicas % TOGETHER;
        for pre in x.senders.clone() {
            let row = x.row(pre);
            for r in (0..shared).step_by(TOGETHER) {
                let sums = products(row, std::array::from_fn::<_, TOGETHER, _>(|k| x.vector(r + k)));
                (r..).zip(sums).for_each(|(r, sum)| add(r, pre, sum));
            }
            for r in shared..replicas {
                let [sum] = products(row, [x.vector(r)]);
                add(r, pre, sum);
            }
        }
    }
);

#[cfg(test)]
mod tests {
    use super::*;
    use ecs_core::model::Instructions;

    #[test]
    fn products_of_some_and_of_all_have_the_same_bits_at_every_level() {
        let (pre, post, replicas) = (7, 37, 6);
        let number = |k: usize| ((k * 7919 % 1009) as f32 - 500.0) / 337.0;
        let weights: Vec<f32> = (0..pre * post).map(number).collect();
        let vectors: Vec<f32> = (0..replicas * post).map(|k| number(k + 31)).collect();
        let wanted: Vec<u32> = (0..(pre * replicas) as u32).collect();
        let (senders, receivers) = (0..pre, 0..post);
        let x = Product { weights: &weights, vectors: &vectors, wanted: &wanted, senders, receivers, pre, post };
        let run = |level: Instructions, all: bool| {
            let mut to = vec![0.0f32; pre * replicas];
            if all {
                multiply_all(level)(&x, &mut to)
            } else {
                multiply_each(level)(&x, &mut to)
            }
            to
        };
        let first = run(Instructions::Baseline, false);
        for level in Instructions::available() {
            assert_eq!(first, run(*level, false));
            assert_eq!(first, run(*level, true));
        }
        for (k, sum) in first.iter().enumerate() {
            let (r, p) = (k / pre, k % pre);
            let exact: f64 =
                (0..post).map(|j| f64::from(weights[p * post + j]) * f64::from(vectors[r * post + j])).sum();
            assert!((f64::from(*sum) - exact).abs() < 1e-4, "{sum} against {exact}");
        }
    }
}
