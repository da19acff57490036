//! Stored: the synapses of each neuron that fired, read from compressed sparse rows.
//!
//! Costs one addition for each synapse of a neuron that fired, and nothing otherwise.

use ecs_core::network::{Arrivals, Operator, Target, Transfer};

use super::inbox::Cell;
use super::prefetch;
use crate::csr::{Csr, Delays, Targets, Weights};
use crate::with_cells;

/// Spikes ahead whose rows are asked for; where those rows begin is asked for as early again.
const AHEAD: usize = 4;

/// A projection whose synapses are stored.
pub struct Stored {
    csr: Csr,
    transfer: Transfer,
}

impl Stored {
    /// The operator over these synapses.
    pub fn new(csr: Csr) -> Self {
        let transfer = Transfer {
            synapses: csr.synapses(),
            bytes: csr.memory_bytes(),
            shared_weight: match csr.weights {
                Weights::Shared(w) => Some(w),
                _ => None,
            },
            most_per_neuron: u64::from(csr.max_indegree()),
            delay: csr.max_delay(),
            own_delays: matches!(csr.delays, Delays::Each(_)),
        };
        Self { csr, transfer }
    }

    /// The synapses.
    pub fn csr(&self) -> &Csr {
        &self.csr
    }

    fn weight(&self, synapse: usize) -> f64 {
        match &self.csr.weights {
            Weights::Shared(w) => *w,
            Weights::F32(each) => f64::from(each[synapse]),
            Weights::F64(each) => each[synapse],
        }
    }

    /// Calls `f` with row, target and position of every synapse, in order.
    fn each(&self, mut f: impl FnMut(usize, usize, usize)) {
        for row in 0..self.csr.n_pre {
            for k in self.csr.row(row) {
                f((self.csr.pre_offset + row) as usize, self.csr.targets.at(k) as usize, k);
            }
        }
    }
}

/// Targets as indices.
trait Index: Copy {
    fn index(self) -> usize;
}

impl Index for u16 {
    #[inline(always)]
    fn index(self) -> usize {
        self.into()
    }
}

impl Index for u32 {
    #[inline(always)]
    fn index(self) -> usize {
        self as usize
    }
}

/// One delivery: the spikes, the shard, and its cells.
struct Delivery<'a, 'b, C> {
    csr: &'a Csr,
    shard: usize,
    spikes: Arrivals<'a>,
    target: &'a Place,
    cells: &'b mut [C],
}

/// Where a shard's cells lie in its ring.
struct Place {
    first: usize,
    neurons: usize,
    slot: usize,
    slots: usize,
}

impl<C: Cell> Delivery<'_, '_, C> {
    fn run(self) {
        match &self.csr.targets {
            Targets::U16(targets) => self.weighted(targets),
            Targets::U32(targets) => self.weighted(targets),
        }
    }

    fn weighted<I: Index>(self, targets: &[I]) {
        match (&self.csr.weights, self.spikes.gains.is_empty()) {
            (Weights::Shared(w), true) => self.delayed(targets, |_, _| *w),
            (Weights::Shared(w), false) => self.delayed(targets, |_, gain| *w * gain),
            (Weights::F32(each), true) => self.delayed(targets, |k, _| f64::from(each[k])),
            (Weights::F32(each), false) => self.delayed(targets, |k, gain| f64::from(each[k]) * gain),
            (Weights::F64(each), true) => self.delayed(targets, |k, _| each[k]),
            (Weights::F64(each), false) => self.delayed(targets, |k, gain| each[k] * gain),
        }
    }

    fn delayed<I: Index>(self, targets: &[I], weight: impl Fn(usize, f64) -> f64) {
        let Place { first, neurons, slot, slots } = *self.target;
        match &self.csr.delays {
            Delays::Shared(_) => {
                let now = &mut self.cells[slot * neurons..][..neurons];
                rows(self.csr, self.shard, self.spikes, targets, |k, post, gain| {
                    now[post - first].spike(weight(k, gain))
                });
            }
            // Spikes come one step after they were fired, so a delay of k steps acts k − 1 steps from now.
            Delays::Each(delays) => rows(self.csr, self.shard, self.spikes, targets, |k, post, gain| {
                let due = (slot + usize::from(delays[k]) - 1) % slots;
                self.cells[due * neurons + post - first].spike(weight(k, gain));
            }),
        }
    }
}

/// Calls `add(synapse, post, gain)` for every synapse of `spikes` that ends in the shard.
#[inline(always)]
fn rows<I: Index>(
    csr: &Csr,
    shard: usize,
    spikes: Arrivals<'_>,
    targets: &[I],
    mut add: impl FnMut(usize, usize, f64),
) {
    for (n, (spike, gain)) in spikes.each().enumerate() {
        if let Some(later) = spikes.neurons.get(n + 2 * AHEAD) {
            prefetch::cell(&csr.indptr, (later - csr.pre_offset) as usize * csr.shards() + shard);
        }
        if let Some(next) = spikes.neurons.get(n + AHEAD) {
            prefetch::rows(&targets[csr.segment(next - csr.pre_offset, shard)]);
        }
        let segment = csr.segment(spike - csr.pre_offset, shard);
        for (k, post) in segment.clone().zip(&targets[segment]) {
            add(k, post.index(), gain);
        }
    }
}

impl Operator for Stored {
    fn deliver(&self, shard: usize, spikes: Arrivals<'_>, target: &mut Target<'_>) {
        let place = Place {
            first: target.first as usize,
            neurons: target.neurons,
            slot: target.slot,
            slots: target.slots,
        };
        let csr = &self.csr;
        let spikes = spikes.of(csr.pre_offset..csr.pre_offset + csr.n_pre);
        with_cells!(&mut target.inbox, cells => Delivery { csr, shard, spikes, target: &place, cells }.run());
    }

    fn forward(&self, pre: &[f32], post: &mut [f32]) {
        self.each(|i, j, k| post[j] += pre[i] * self.weight(k) as f32);
    }

    fn transposed(&self, post: &[f32], pre: &mut [f32]) {
        self.each(|i, j, k| pre[i] += post[j] * self.weight(k) as f32);
    }

    fn weight_gradient(&self, pre: &[f32], post: &[f32], add: &mut dyn FnMut(u64, f32)) {
        self.each(|i, j, k| add(k as u64, pre[i] * post[j]));
    }

    fn transfer(&self) -> Transfer {
        self.transfer
    }
}
