//! Diffusion: the normal numbers that white noise in a neuron's equations takes in a step.

use crate::number::Float;
use crate::random::{Distribution, Key, Sampler};

/// Neurons whose numbers are drawn together, and the bits that hold the number of such a group.
const GROUP: usize = 64;
const GROUP_BITS: u32 = 26;

/// The white noises of a population. A number is known by neuron, step and noise, whoever draws it.
pub struct WhiteNoise {
    count: usize,
    key: Key,
    normal: Sampler,
}

impl WhiteNoise {
    /// `count` independent noises for each neuron.
    pub fn new(count: usize, key: Key) -> Self {
        let infinite = f64::INFINITY;
        let normal = Distribution::Normal { mean: 0.0, sd: 1.0, min: -infinite, max: infinite };
        Self { count, key, normal: normal.sampler() }
    }

    /// Whether there are none.
    pub fn is_silent(&self) -> bool {
        self.count == 0
    }

    /// Numbers for `n` neurons from `first` on, `[noise, neuron]`; what is left of `out` stays as it is.
    pub fn fill<'a, T: Float>(&self, (first, n): (usize, usize), step: u64, out: &'a mut [T]) -> &'a [T] {
        let out = &mut out[..self.count * n];
        let mut drawn = [0.0; GROUP];
        for (j, column) in out.chunks_exact_mut(n.max(1)).enumerate() {
            let turn = step * self.count as u64 + j as u64;
            let mut k = 0;
            while k < n {
                let (group, offset) = ((first + k) / GROUP, (first + k) % GROUP);
                self.normal.fill(self.key, turn << GROUP_BITS | group as u64, &mut drawn);
                let part = &mut column[k..n.min(k + GROUP - offset)];
                part.iter_mut().zip(&drawn[offset..]).for_each(|(x, d)| *x = T::of(*d));
                k += part.len();
            }
        }
        out
    }
}
