//! Identity: the gain from the k-th pre-neuron to the k-th post-neuron of the projection's ranges, and zero for all other pairs.

use ecs_core::network::{Filling, InitialiserModel, Pairs};

use super::{GAIN, entry};

inventory::submit! {
    InitialiserModel {
        entry: entry("identity", "The gain from the k-th pre- to the k-th post-neuron, zero for all others.", &[GAIN]),
        check: |_, _| Ok(()),
        fill: |params, matrix| {
            let first = [matrix.pre.start, matrix.post.start];
            Filling::Pairs(Box::new(Identity { gain: params[0], first }))
        },
    }
}

#[derive(Debug)]
struct Identity {
    gain: f64,
    first: [u64; 2],
}

impl Pairs for Identity {
    fn value(&self, pre: u32, post: u32) -> f64 {
        let same = u64::from(pre) + self.first[1] == u64::from(post) + self.first[0];
        if same { self.gain } else { 0.0 }
    }
}
