//! A random orthogonal matrix: its rows, or the columns where there are fewer of these, are orthonormal, and all such matrices equally
//! likely.
//!
//! Independent normal vectors are made orthonormal by the modified Gram-Schmidt process, in double precision, which takes
//! 2 long short² operations; each vector is cleared of the finished ones by itself, so threads change nothing.
//!
//! Source: Saxe, McClelland & Ganguli 2014, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
//! ICLR, arXiv:1312.6120, section 3; the process after Golub & Van Loan 2013, "Matrix computations", section 5.2.8. Its diagonal is
//! positive, which makes the law uniform: Mezzadri 2007, "How to generate random matrices from the classical compact groups", Notices
//! AMS 54, 592-604.

use ecs_core::network::{Filling, InitialiserModel, Matrix, Pairs};
use ecs_core::random::Key;

use super::{GAIN, entry};

/// The shorter side may have so many neurons: a minute of work.
const MOST: u64 = 8192;

inventory::submit! {
    InitialiserModel {
        entry: entry("orthogonal", "A random orthogonal matrix times the gain (Saxe et al. 2014); for all-to-all.", &[GAIN]),
        check: |_, matrix| check("orthogonal", matrix),
        fill: |params, matrix| {
            let [pre, post] = [matrix.n_pre() as usize, matrix.n_post() as usize];
            let vectors = orthonormal(matrix.key, pre.min(post), pre.max(post), matrix.threads);
            let first = [matrix.pre.start as u32, matrix.post.start as u32];
            Filling::Pairs(Box::new(Orthogonal { gain: params[0], first, wide: pre <= post, vectors }))
        },
    }
}

fn check(name: &str, matrix: &Matrix<'_>) -> Result<(), String> {
    let (pre, post) = (matrix.n_pre(), matrix.n_post());
    if !matrix.full {
        return Err(format!(
            "`{name}`: not every pair is joined; a full matrix is needed; use `connect = \"all_to_all\"`"
        ));
    }
    match pre.min(post) {
        short if short > MOST => Err(format!(
            "`{name}`: a matrix of {pre} by {post}; up to {MOST} on the shorter side is allowed; use `xavier_normal`"
        )),
        _ => Ok(()),
    }
}

#[derive(Debug)]
struct Orthogonal {
    gain: f64,
    first: [u32; 2],
    /// Whether the vectors are the rows.
    wide: bool,
    vectors: Vec<Vec<f64>>,
}

impl Pairs for Orthogonal {
    fn value(&self, pre: u32, post: u32) -> f64 {
        let (i, j) = ((pre - self.first[0]) as usize, (post - self.first[1]) as usize);
        self.gain * if self.wide { self.vectors[i][j] } else { self.vectors[j][i] }
    }
}

/// `short` orthonormal vectors of `long` >= `short` numbers. Number k of vector i begins as draw (i, k).
pub(super) fn orthonormal(key: Key, short: usize, long: usize, threads: usize) -> Vec<Vec<f64>> {
    let vector = |i: usize| (0..long).map(|k| key.normal(i as u64, k as u64)).collect();
    let mut vectors: Vec<Vec<f64>> = (0..short).map(vector).collect();
    for i in 0..short {
        let (done, rest) = vectors.split_at_mut(i + 1);
        let unit = &mut done[i];
        let length = dot(unit, unit).sqrt();
        unit.iter_mut().for_each(|x| *x /= length);
        clear(rest, unit, threads);
    }
    vectors
}

/// Numbers of work below which a thread is not worth its start.
const WORK: usize = 100_000;

/// Takes from every vector what lies along `unit`.
fn clear(vectors: &mut [Vec<f64>], unit: &[f64], threads: usize) {
    let alone = |vectors: &mut [Vec<f64>]| {
        for vector in vectors {
            let along = dot(vector, unit);
            vector.iter_mut().zip(unit).for_each(|(x, u)| *x -= along * u);
        }
    };
    let threads = threads.clamp(1, 1 + vectors.len() * unit.len() / WORK);
    if threads == 1 {
        return alone(vectors);
    }
    let share = vectors.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        vectors.chunks_mut(share).for_each(|part| {
            scope.spawn(|| alone(part));
        });
    });
}

/// In eight sums side by side, which the compiler turns into vectors; the order is part of the result.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    for (a, b) in a.chunks(8).zip(b.chunks(8)) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}
