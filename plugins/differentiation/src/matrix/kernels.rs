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

/// `sums` + `a` × `b`, lane by lane.
#[inline(always)]
fn multiply_add<T: Float>(sums: [T; LANES], a: &[T; LANES], b: &[T; LANES]) -> [T; LANES]
where
    Num<T>: Real,
{
    std::array::from_fn(|l| (Num(sums[l]) + Num(a[l]) * Num(b[l])).0)
}

/// The sum of partial sums, in halves.
#[inline(always)]
fn total<T: Float>(mut sums: [T; LANES]) -> T
where
    Num<T>: Real,
{
    for l in 0..8 {
        sums[l] = (Num(sums[l]) + Num(sums[l + 8])).0;
    }
    for l in 0..4 {
        sums[l] = (Num(sums[l]) + Num(sums[l + 4])).0;
    }
    (Num(sums[0]) + Num(sums[2]) + (Num(sums[1]) + Num(sums[3]))).0
}

/// The lanes that are left over at the end of a row, the missing ones zero.
#[inline(always)]
fn rest<T: Float>(row: &[T]) -> [T; LANES] {
    let mut lanes = [T::default(); LANES];
    let rest = row.as_chunks::<LANES>().1;
    lanes[..rest.len()].copy_from_slice(rest);
    lanes
}

/// The products of a row with `R` vectors as long as it is: 49 billion terms a second on one core, where two operations
/// for each of 16 lanes in a cycle would be 58.
#[inline(always)]
fn products<T: Float, const R: usize>(row: &[T], vectors: [&[T]; R]) -> [T; R]
where
    Num<T>: Real,
{
    let n = row.len() / LANES;
    let mut sums = [[T::default(); LANES]; R];
    let whole: &[[T; LANES]] = &row.as_chunks().0[..n];
    let lanes: [&[[T; LANES]]; R] = vectors.map(|vector| &vector.as_chunks().0[..n]);
    for c in 0..n {
        let w = whole[c];
        for r in 0..R {
            sums[r] = multiply_add(sums[r], &w, &lanes[r][c]);
        }
    }
    if n * LANES < row.len() {
        let w = rest(row);
        for r in 0..R {
            sums[r] = multiply_add(sums[r], &w, &rest(vectors[r]));
        }
    }
    let mut products = [T::default(); R];
    for r in 0..R {
        products[r] = total(sums[r]);
    }
    products
}

/// A dense matrix, `[pre, post]`, and what it is multiplied with.
pub struct Product<'a, T> {
    /// The matrix.
    pub weights: &'a [T],
    /// Vectors, one for each replica.
    pub vectors: &'a [T],
    /// The replicas in which each sender is wanted, a bit for each, `[pre]`.
    pub wanted: &'a [u8],
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
    /// Adds, for each sender in each replica in which it is wanted, the product of its row with the replica's vector: `to` is
    /// `[replica, pre]`.
    /// Four replicas share a pass over a row, if any of them wants it.
    pub fn multiply<T: Float>(x: &Product<'_, T>, to: &mut [T])
    where
        Num<T>: Real,
    {
        let replicas = to.len() / x.pre.max(1);
        let n = x.receivers.len();
        // Of short rows all are multiplied: looking who is wanted would take longer.
        if n < LANES {
            for (replica, to) in to.chunks_exact_mut(x.pre).enumerate() {
                let vector = x.vector(replica);
                for (to, row) in to[x.senders.clone()].iter_mut().zip(x.weights.chunks_exact(n)) {
                    let mut sum = Num(T::default());
                    for (w, v) in row.iter().zip(vector) {
                        sum = sum + Num(*w) * Num(*v);
                    }
                    *to = (Num(*to) + sum).0;
                }
            }
            return;
        }
        for pre in x.senders.clone() {
            let wanted = x.wanted[pre];
            if wanted == 0 {
                continue;
            }
            let row = x.row(pre);
            let mut add = |replica: usize, sum: T| {
                let to = &mut to[replica * x.pre + pre];
                *to = (Num(*to) + Num(sum)).0;
            };
            for first in (0..replicas).step_by(TOGETHER) {
                let mut some = wanted >> first & ((1 << TOGETHER) - 1);
                // One product takes about as long as four: its sums wait for each other.
                if some != 0 && first + TOGETHER <= replicas {
                    let sums = products(row, std::array::from_fn::<_, TOGETHER, _>(|k| x.vector(first + k)));
                    (first..).zip(sums).for_each(|(replica, sum)| add(replica, sum));
                    continue;
                }
                while some != 0 {
                    let replica = first + some.trailing_zeros() as usize;
                    let [sum] = products(row, [x.vector(replica)]);
                    add(replica, sum);
                    some &= some - 1;
                }
            }
        }
    }
);

#[cfg(test)]
mod tests {
    use super::*;
    use ecs_core::model::Instructions;

    #[test]
    fn products_are_right_and_have_the_same_bits_at_every_level_whoever_else_is_wanted() {
        let (pre, replicas) = (7, 6);
        for post in [1, 3, 16, 37] {
            let number = |k: usize| ((k * 7919 % 1009) as f32 - 500.0) / 337.0;
            let weights: Vec<f32> = (0..pre * post).map(number).collect();
            let vectors: Vec<f32> = (0..replicas * post).map(|k| number(k + 31)).collect();
            let run = |level: Instructions, wanted: u8| {
                let (senders, receivers, wanted) = (0..pre, 0..post, vec![wanted; pre]);
                let (weights, vectors) = (&weights[..], &vectors[..]);
                let x = Product { weights, vectors, wanted: &wanted, senders, receivers, pre, post };
                let mut to = vec![0.0f32; pre * replicas];
                multiply(level)(&x, &mut to);
                to
            };
            let all = run(Instructions::Baseline, 63);
            for level in Instructions::available() {
                assert_eq!(all, run(*level, 63));
                let one = run(*level, 4);
                assert_eq!(one[2 * pre..3 * pre], all[2 * pre..3 * pre]);
                assert!(post < LANES || one[4 * pre..].iter().all(|x| *x == 0.0));
            }
            for (k, sum) in all.iter().enumerate() {
                let (r, p) = (k / pre, k % pre);
                let term = |j: usize| f64::from(weights[p * post + j]) * f64::from(vectors[r * post + j]);
                let exact: f64 = (0..post).map(term).sum();
                assert!((f64::from(*sum) - exact).abs() < 1e-4, "{sum} against {exact}");
            }
        }
    }
}
