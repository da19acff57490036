//! Stored: the synapses of each neuron that fired, read from compressed sparse rows.
//!
//! Costs one addition for each synapse of a neuron that fired, and nothing otherwise.

use std::ops::Range;

use ecs_core::network::{Arrivals, Operator, Target, Transfer, Wire};

use super::inbox::Cell;
use super::prefetch;
use crate::csr::{Csr, Delays, Targets, Weights};
use crate::with_cells;

/// Spikes ahead whose rows are asked for; where those rows begin is asked for as early again.
const AHEAD: usize = 4;
/// Synapses up to which they are not asked for: their targets take half a megabyte, or one.
const NEAR: usize = 1 << 18;
/// Synapses whose cells of a ring are asked for together, a chunk ahead: a ring is larger than the second-level cache.
const CHUNK: usize = 32;

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
            own_delays: !matches!(csr.delays, Delays::Shared(_)),
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

/// Targets and delays as indices.
trait Index: Copy {
    fn index(self) -> usize;
}

impl Index for u8 {
    #[inline(always)]
    fn index(self) -> usize {
        self.into()
    }
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
        // A gain of one is left out, because a product of singles costs more than their sum.
        match (&self.csr.weights, self.spikes.gains.is_empty()) {
            (Weights::Shared(w), true) => self.delayed(targets, &Same(*w), |w, _| w),
            (Weights::Shared(w), false) => self.delayed(targets, &Same(*w), |w, gain| w * gain),
            (Weights::F32(each), true) => self.delayed(targets, &each[..], |w, _| w),
            (Weights::F32(each), false) => self.delayed(targets, &each[..], |w, gain| w * gain),
            (Weights::F64(each), true) => self.delayed(targets, &each[..], |w, _| w),
            (Weights::F64(each), false) => self.delayed(targets, &each[..], |w, gain| w * gain),
        }
    }

    fn delayed<I: Index, W: Row + ?Sized>(self, targets: &[I], weights: &W, scale: impl Fn(f64, f64) -> f64) {
        match &self.csr.delays {
            Delays::Shared(_) => {
                let Place { first, neurons, slot, .. } = *self.target;
                let now = &mut self.cells[slot * neurons..][..neurons];
                rows(self.csr, self.shard, self.spikes, (targets, weights, &[0u8; 0][..]), |row, gain| {
                    weights.each(&targets[row.clone()], row, |post, w| {
                        now[post.index() - first].spike(scale(w, gain));
                    });
                });
            }
            Delays::U8(delays) => self.ring(targets, weights, delays, scale),
            Delays::U16(delays) => self.ring(targets, weights, delays, scale),
        }
    }

    /// Spikes come one step after they were fired, so a delay of k steps acts k - 1 steps from now.
    fn ring<I: Index, W: Row + ?Sized, D: Index>(
        self,
        targets: &[I],
        weights: &W,
        delays: &[D],
        scale: impl Fn(f64, f64) -> f64,
    ) {
        let Place { first, neurons, slot, slots } = *self.target;
        let cells = self.cells;
        // The ring is longer than the longest delay. A division here would take as long as all the rest.
        let cell = |post: I, delay: D| {
            let ahead = slot + delay.index() - 1;
            let due = if ahead < slots { ahead } else { ahead - slots };
            due * neurons + post.index() - first
        };
        let mut coming = [[0; CHUNK]; 2];
        rows(self.csr, self.shard, self.spikes, (targets, weights, delays), |row, gain| {
            let chunks = (row.start..row.end).step_by(CHUNK).map(|k| k..row.end.min(k + CHUNK));
            let mut last: Option<Range<usize>> = None;
            for (turn, chunk) in chunks.map(Some).chain([None]).enumerate() {
                if let Some(chunk) = chunk.clone() {
                    let synapses = targets[chunk.clone()].iter().zip(&delays[chunk]);
                    for (place, (post, delay)) in coming[turn % 2].iter_mut().zip(synapses) {
                        *place = cell(*post, *delay);
                        prefetch::cell(cells, *place);
                    }
                }
                if let Some(last) = last {
                    let places = &coming[(turn + 1) % 2][..last.len()];
                    weights.each(places, last, |place, w| cells[place].spike(scale(w, gain)));
                }
                last = chunk;
            }
        });
    }
}

/// A column of the synapses that can be asked for ahead, and weights as they are read.
trait Row {
    /// Asks the cache for them.
    fn prefetch(&self, row: Range<usize>);
    /// Calls `f` with each of `posts` and the weight of its synapse, those in `row`.
    fn each<P: Copy>(&self, posts: &[P], row: Range<usize>, f: impl FnMut(P, f64));
}

/// One weight for all.
struct Same(f64);

impl Row for Same {
    #[inline(always)]
    fn prefetch(&self, _: Range<usize>) {}
    #[inline(always)]
    fn each<P: Copy>(&self, posts: &[P], _: Range<usize>, mut f: impl FnMut(P, f64)) {
        // Not a list of equal weights: counting them takes a sixth of the whole loop.
        posts.iter().for_each(|post| f(*post, self.0));
    }
}

impl<T: Copy + Into<f64>> Row for [T] {
    #[inline(always)]
    fn prefetch(&self, row: Range<usize>) {
        prefetch::rows(&self[row]);
    }
    #[inline(always)]
    fn each<P: Copy>(&self, posts: &[P], row: Range<usize>, mut f: impl FnMut(P, f64)) {
        posts.iter().zip(&self[row]).for_each(|(post, w)| f(*post, (*w).into()));
    }
}

/// Calls `add(synapses, gain)` for the rows of `spikes`, as far as they end in the shard.
#[inline(always)]
fn rows<I: Index, W: Row + ?Sized, D: Index>(
    csr: &Csr,
    shard: usize,
    spikes: Arrivals<'_>,
    (targets, weights, delays): (&[I], &W, &[D]),
    mut add: impl FnMut(Range<usize>, f64),
) {
    if is_near(csr) {
        spikes.each().for_each(|(spike, gain)| add(csr.segment(spike - csr.pre_offset, shard), gain));
        return;
    }
    for (n, (spike, gain)) in spikes.each().enumerate() {
        if let Some(later) = spikes.neurons.get(n + 2 * AHEAD) {
            prefetch::cell(&csr.indptr, (later - csr.pre_offset) as usize * csr.shards() + shard);
        }
        if let Some(next) = spikes.neurons.get(n + AHEAD) {
            let row = csr.segment(next - csr.pre_offset, shard);
            prefetch::rows(&targets[row.clone()]);
            weights.prefetch(row.clone());
            prefetch::rows(delays.get(row).unwrap_or(&[]));
        }
        add(csr.segment(spike - csr.pre_offset, shard), gain);
    }
}

/// Whether all targets stay in the second-level cache, so that asking for them ahead is a waste.
#[inline(always)]
fn is_near(csr: &Csr) -> bool {
    csr.targets.len() <= NEAR
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

    fn expect(&self, shard: usize, spikes: Arrivals<'_>) {
        let csr = &self.csr;
        if is_near(csr) {
            return;
        }
        for spike in spikes.of(csr.pre_offset..csr.pre_offset + csr.n_pre).neurons.iter().take(AHEAD) {
            let row = csr.segment(spike - csr.pre_offset, shard);
            match &csr.targets {
                Targets::U16(targets) => prefetch::rows(&targets[row.clone()]),
                Targets::U32(targets) => prefetch::rows(&targets[row.clone()]),
            }
            match &csr.weights {
                Weights::Shared(_) => {}
                Weights::F32(weights) => prefetch::rows(&weights[row.clone()]),
                Weights::F64(weights) => prefetch::rows(&weights[row.clone()]),
            }
            match &csr.delays {
                Delays::Shared(_) => {}
                Delays::U8(delays) => prefetch::rows(&delays[row]),
                Delays::U16(delays) => prefetch::rows(&delays[row]),
            }
        }
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

    fn wires(&self, add: &mut dyn FnMut(Wire)) -> bool {
        let delay = |k: usize| match &self.csr.delays {
            Delays::Shared(steps) => *steps,
            Delays::U8(steps) => steps[k].into(),
            Delays::U16(steps) => steps[k].into(),
        };
        self.each(|i, j, k| {
            add(Wire { pre: i as u32, post: j as u32, weight: self.weight(k), delay: delay(k) });
        });
        true
    }

    fn transfer(&self) -> Transfer {
        self.transfer
    }
}
