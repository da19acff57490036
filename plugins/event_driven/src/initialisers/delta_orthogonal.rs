//! Between two grids whose last axis counts channels: a random orthogonal matrix between the channels of one place, the same at every
//! place, and zero between places. As a convolution it is an orthogonal matrix at the centre of the kernel.
//!
//! Source: Xiao, Bahri, Sohl-Dickstein, Schoenholz & Pennington 2018, "Dynamical isometry and a mean field theory of CNNs", ICML,
//! arXiv:1806.05393, section 3 and algorithm 1.

use ecs_core::network::{Filling, InitialiserModel, Matrix, Pairs, Space};

use super::orthogonal::orthonormal;
use super::{GAIN, entry};

inventory::submit! {
    InitialiserModel {
        entry: entry(
            "delta_orthogonal",
            "Orthogonal between the channels (last axis) of one place of two grids, zero between places (Xiao et al. 2018).",
            &[GAIN],
        ),
        check: |_, matrix| channels(matrix).map(drop),
        fill: |params, matrix| {
            let channels = channels(matrix).expect("`check` comes first");
            let vectors = orthonormal(matrix.key, channels[0] as usize, channels[1] as usize, 1);
            Filling::Pairs(Box::new(Delta { gain: params[0], channels, vectors }))
        },
    }
}

/// Channels of the two ends.
fn channels(matrix: &Matrix<'_>) -> Result<[u64; 2], String> {
    let [pre, post] = matrix.spaces.map(|space| space.map(split));
    match (pre.flatten(), post.flatten()) {
        (Some((places, from)), Some((same, to))) if places == same && from <= to => Ok([from, to]),
        _ => Err("`delta_orthogonal`: the populations are no grids of the same places with at least as many channels \
                  behind as before; `grid = [ROWS, COLUMNS, CHANNELS]` is needed at both ends; give such grids"
            .into()),
    }
}

/// Places along the axes and channels at each, or channels along the last axis of a grid that has none.
fn split(space: &Space) -> Option<([u64; 3], u64)> {
    let mut places = space.counts();
    if space.channels > 1 {
        return Some((places, space.channels));
    }
    let channels = std::mem::replace(&mut places[space.axes - 1], 1);
    (channels > 0 && space.axes > 1).then_some((places, channels))
}

#[derive(Debug)]
struct Delta {
    gain: f64,
    channels: [u64; 2],
    vectors: Vec<Vec<f64>>,
}

impl Pairs for Delta {
    fn value(&self, pre: u32, post: u32) -> f64 {
        let [from, to] = self.channels;
        let (pre, post) = (u64::from(pre), u64::from(post));
        if pre / from != post / to {
            return 0.0;
        }
        self.gain * self.vectors[(pre % from) as usize][(post % to) as usize]
    }
}
