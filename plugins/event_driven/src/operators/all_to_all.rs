//! All-to-all with one weight: every neuron gets the number of spikes; nothing is stored.
//!
//! Costs one addition for each neuron and spike, without reading a synapse.

use ecs_core::network::{Arrivals, Operator, Target, Transfer, Wire};

use super::inbox::Cell;
use crate::ends::Ends;
use crate::with_cells;

/// A full matrix of one weight, with or without its diagonal.
pub struct AllToAllOperator {
    ends: Ends,
    self_connections: bool,
    weight: f64,
    delay: u32,
}

impl AllToAllOperator {
    /// All pairs between `ends`; without `self_connections` a neuron does not meet itself.
    pub fn new(ends: &Ends, self_connections: bool, weight: f64, delay: u32) -> Self {
        Self { ends: ends.clone(), self_connections: self_connections || !ends.recurrent, weight, delay }
    }

    /// Calls `f` with every pair that is connected.
    fn each(&self, mut f: impl FnMut(usize, usize)) {
        for i in self.ends.pre.clone() {
            for j in self.ends.post.clone().filter(|j| self.self_connections || *j != i) {
                f(i as usize, j as usize);
            }
        }
    }
}

impl Operator for AllToAllOperator {
    fn deliver(&self, _: usize, spikes: Arrivals<'_>, target: &mut Target<'_>) {
        let pre = self.ends.pre.start as u32..self.ends.pre.end as u32;
        let base = target.offset(0);
        let shard = u64::from(target.first)..u64::from(target.first) + target.neurons as u64;
        let posts = self.ends.post.start.max(shard.start)..self.ends.post.end.min(shard.end);
        with_cells!(&mut target.inbox, cells => for (spike, gain) in spikes.of(pre).each() {
            for post in posts.clone() {
                if self.self_connections || post != u64::from(spike) {
                    cells[base + (post - shard.start) as usize].spike(self.weight * gain);
                }
            }
        });
    }

    fn forward(&self, pre: &[f32], post: &mut [f32]) {
        self.each(|i, j| post[j] += pre[i] * self.weight as f32);
    }

    fn transposed(&self, post: &[f32], pre: &mut [f32]) {
        self.each(|i, j| pre[i] += post[j] * self.weight as f32);
    }

    fn weight_gradient(&self, pre: &[f32], post: &[f32], add: &mut dyn FnMut(u64, f32)) {
        let mut k = 0;
        self.each(|i, j| {
            add(k, pre[i] * post[j]);
            k += 1;
        });
    }

    fn wires(&self, add: &mut dyn FnMut(Wire)) -> bool {
        let (weight, delay) = (self.weight, self.delay);
        self.each(|i, j| add(Wire { pre: i as u32, post: j as u32, weight, delay }));
        true
    }

    fn transfer(&self) -> Transfer {
        let excluded = if self.self_connections { 0 } else { self.ends.self_pairs() };
        Transfer {
            synapses: self.ends.n_pre() * self.ends.n_post() - excluded,
            bytes: 0,
            shared_weight: Some(self.weight),
            most_per_neuron: self.ends.n_pre(),
            delay: self.delay,
            own_delays: false,
        }
    }
}
