//! One-to-one: neuron k of one end to neuron k of the other; nothing is stored.

use ecs_core::network::{Arrivals, Operator, Target, Transfer, Wire};

use super::inbox::Cell;
use crate::ends::Ends;
use crate::with_cells;

/// A diagonal of one weight.
pub struct OneToOneOperator {
    pre: u32,
    post: u32,
    count: u32,
    weight: f64,
    delay: u32,
}

impl OneToOneOperator {
    /// The diagonal between `ends`, which are of one length.
    pub fn new(ends: &Ends, weight: f64, delay: u32) -> Self {
        Self {
            pre: ends.pre.start as u32,
            post: ends.post.start as u32,
            count: ends.n_pre() as u32,
            weight,
            delay,
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.count).map(|k| ((self.pre + k) as usize, (self.post + k) as usize))
    }
}

impl Operator for OneToOneOperator {
    fn deliver(&self, _: usize, spikes: Arrivals<'_>, target: &mut Target<'_>) {
        let base = target.offset(0);
        let (first, neurons) = (target.first, target.neurons as u32);
        with_cells!(&mut target.inbox, cells => for (spike, gain) in spikes.each() {
            let row = spike.wrapping_sub(self.pre);
            let local = (self.post + row).wrapping_sub(first);
            if row < self.count && local < neurons {
                cells[base + local as usize].spike(self.weight * gain);
            }
        });
    }

    fn forward(&self, pre: &[f32], post: &mut [f32]) {
        self.pairs().for_each(|(i, j)| post[j] += pre[i] * self.weight as f32);
    }

    fn transposed(&self, post: &[f32], pre: &mut [f32]) {
        self.pairs().for_each(|(i, j)| pre[i] += post[j] * self.weight as f32);
    }

    fn weight_gradient(&self, pre: &[f32], post: &[f32], add: &mut dyn FnMut(u64, f32)) {
        self.pairs().zip(0..).for_each(|((i, j), k)| add(k, pre[i] * post[j]));
    }

    fn wires(&self, add: &mut dyn FnMut(Wire)) -> bool {
        let (weight, delay) = (self.weight, self.delay);
        self.pairs().for_each(|(i, j)| add(Wire { pre: i as u32, post: j as u32, weight, delay }));
        true
    }

    fn transfer(&self) -> Transfer {
        Transfer {
            synapses: u64::from(self.count),
            bytes: 0,
            shared_weight: Some(self.weight),
            most_per_neuron: 1,
            delay: self.delay,
            own_delays: false,
        }
    }
}
