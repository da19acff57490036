//! Kernels: the three products of a stencil. Every sum has one order, at every level of instructions.

use std::ops::Range;

use super::Stencil;
use crate::dispatch;
use crate::number::{Float, Num, Real};

/// Partial sums of a product; a multiple of the widest vector.
const LANES: usize = 16;

/// Spikes of senders, each by so much, to some of the receivers.
#[derive(Debug)]
pub struct Scatter<'a, T, B> {
    /// The synapses.
    pub stencil: &'a Stencil,
    /// Their weights.
    pub weights: &'a [T],
    /// Who fired.
    pub fired: &'a [u32],
    /// What each fired by; empty where all by one.
    pub by: &'a [B],
    /// The receivers.
    pub receivers: Range<usize>,
}

dispatch!(
    /// Adds what spikes bring: `to` is `[receiver]`. The product of a weight and what it counts is rounded once.
    pub fn scatter<T: Float, B: Float>(x: &Scatter<'_, T, B>, to: &mut [T])
    where
        Num<T>: Real,
    {
        let length = x.stencil.length();
        let Range { start, end } = x.receivers;
        for (k, pre) in x.fired.iter().enumerate() {
            let by = x.by.get(k).map(|by| by.to_f64());
            for run in x.stencil.runs(*pre as usize) {
                let (first, past) = (run.target.max(start), (run.target + length).min(end));
                if first >= past {
                    continue;
                }
                let weights = &x.weights[run.weight + first - run.target..][..past - first];
                let cells = to[first - start..past - start].iter_mut().zip(weights);
                match by {
                    None => cells.for_each(|(x, w)| *x = (Num(*x) + Num(*w)).0),
                    Some(by) => cells.for_each(|(x, w)| *x = (Num(*x) + Num(T::of(w.to_f64() * by))).0),
                }
            }
        }
    }
);

/// Senders that are asked for, and vectors over receivers.
#[derive(Debug)]
pub struct Gather<'a, T> {
    /// The synapses.
    pub stencil: &'a Stencil,
    /// Their weights.
    pub weights: &'a [T],
    /// Who is asked for, as indices of `[replica, pre]`, ascending.
    pub wanted: &'a [u32],
    /// What each receiver holds, `[replica, post]`.
    pub vectors: &'a [T],
}

dispatch!(
    /// Adds the transposed product for those that are wanted: `to` is `[replica, pre]`.
    pub fn gather<T: Float>(x: &Gather<'_, T>, to: &mut [T])
    where
        Num<T>: Real,
    {
        let [pre, post] = x.stencil.sizes();
        let length = x.stencil.length();
        for cell in x.wanted {
            let (replica, sender) = (*cell as usize / pre, *cell as usize % pre);
            let vector = &x.vectors[replica * post..][..post];
            let (mut sums, mut rest) = ([T::default(); LANES], Num::lit(0.0));
            for run in x.stencil.runs(sender) {
                let (w, w_rest) = x.weights[run.weight..][..length].as_chunks::<LANES>();
                let (v, v_rest) = vector[run.target..][..length].as_chunks::<LANES>();
                for (w, v) in w.iter().zip(v) {
                    for l in 0..LANES {
                        sums[l] = (Num(sums[l]) + Num(w[l]) * Num(v[l])).0;
                    }
                }
                for (w, v) in w_rest.iter().zip(v_rest) {
                    rest = rest + Num(*w) * Num(*v);
                }
            }
            for half in [8, 4, 2, 1] {
                for l in 0..half {
                    sums[l] = (Num(sums[l]) + Num(sums[l + half])).0;
                }
            }
            let to = &mut to[*cell as usize];
            *to = (Num(*to) + (Num(sums[0]) + rest)).0;
        }
    }
);

/// Spikes of senders, each by so much, and what came back to the receivers.
#[derive(Debug)]
pub struct Grow<'a, T> {
    /// The synapses.
    pub stencil: &'a Stencil,
    /// Who fired.
    pub fired: &'a [u32],
    /// What each fired by; empty where all by one.
    pub by: &'a [T],
    /// What each receiver holds, `[post]`.
    pub vector: &'a [T],
}

dispatch!(
    /// Adds the gradient of the weights, `to`.
    pub fn grow<T: Float>(x: &Grow<'_, T>, to: &mut [T])
    where
        Num<T>: Real,
    {
        let length = x.stencil.length();
        for (k, pre) in x.fired.iter().enumerate() {
            let by = x.by.get(k);
            for run in x.stencil.runs(*pre as usize) {
                let sums = to[run.weight..][..length].iter_mut().zip(&x.vector[run.target..][..length]);
                match by {
                    None => sums.for_each(|(x, v)| *x = (Num(*x) + Num(*v)).0),
                    Some(by) => sums.for_each(|(x, v)| *x = (Num(*x) + Num(*v) * Num(*by)).0),
                }
            }
        }
    }
);
