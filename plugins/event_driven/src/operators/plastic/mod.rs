//! Plastic: stored synapses whose weights learn from the spikes on both sides.
//!
//! Costs a visit of each synapse of a neuron that fired, in which what its receiver did since the last one is made up for;
//! nothing where nobody fires, and no list of the synapses that end on a neuron. A synapse takes its target and its weight, and
//! what state its rule has.

mod columns;
mod history;
mod modulation;
mod shard;
mod times;

use std::any::Any;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ecs_core::model::{Decay, Rule};
use ecs_core::network::{Arrivals, Inbox, Learner, Learning, Operator, Target, Transfer};
use ecs_core::number::{Float, Num, Real};

use self::shard::{Pass, Shard};
use super::inbox::Cell;
use crate::csr::{Csr, Delays, Targets, Weights};
use crate::with_cells;

/// Spikes kept of each receiver where nothing else is asked for: with 7 spikes a second, two seconds.
pub const KEPT: usize = 16;

/// Steps kept of each receiver where a rule follows voltages: what two seconds of 7 spikes a second let synapses see.
pub const FOLLOWED: usize = 256;

/// A projection whose weights learn.
pub struct Plastic<T> {
    rule: Box<dyn Rule<T>>,
    pre_offset: u32,
    bounds: Vec<u32>,
    dt: f64,
    decay: Decay<T>,
    /// Each locked by the member whose it is, whom nobody disturbs during a step.
    shards: Vec<Mutex<Shard<T>>>,
    transfer: Transfer,
}

impl<T: Float> Plastic<T>
where
    Num<T>: Real,
{
    /// The operator over these synapses, with steps of `dt` ms, that keeps so many spikes of each receiver.
    ///
    /// # Errors
    /// Synapses have delays of their own.
    pub fn new(csr: Csr, rule: Box<dyn Rule<T>>, dt: f64, kept: usize) -> Result<Self, String> {
        let Delays::Shared(delay) = csr.delays else {
            return Err(
                "synapses that learn share one delay; draws are not possible: give `delay` as one value"
                    .into(),
            );
        };
        let kept = kept.max(2).next_power_of_two();
        if kept as u64 * u64::from(csr.n_post) > u64::from(u32::MAX) {
            return Err(format!(
                "{} neurons whose synapses learn; up to {} are possible; divide the population",
                csr.n_post,
                u32::MAX / kept as u32
            ));
        }
        let (synapses, most_per_neuron) = (csr.synapses(), u64::from(csr.max_indegree()));
        let (pre_offset, bounds) = (csr.pre_offset, csr.bounds.clone());
        let make = |(k, part)| Mutex::new(Shard::new(&*rule, bounds[k]..bounds[k + 1], part, kept, dt));
        let shards: Vec<Mutex<Shard<T>>> = split(csr).into_iter().enumerate().map(make).collect();
        let mut plastic = Self {
            rule,
            pre_offset,
            bounds,
            dt,
            decay: Decay::new(),
            shards,
            transfer: Transfer {
                synapses,
                bytes: 0,
                shared_weight: None,
                most_per_neuron,
                delay,
                own_delays: false,
            },
        };
        let bytes = plastic.shards().iter().map(|shard| shard.bytes()).sum();
        plastic.transfer.bytes = bytes;
        Ok(plastic)
    }

    fn shard(&self, shard: usize) -> MutexGuard<'_, Shard<T>> {
        self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shards(&self) -> Vec<MutexGuard<'_, Shard<T>>> {
        (0..self.shards.len()).map(|k| self.shard(k)).collect()
    }

    fn pass(&self, step: u64) -> Pass<'_, T> {
        Pass { rule: &*self.rule, decay: self.decay, dt: self.dt, step }
    }

    /// Calls `f` with sender, receiver and weight of every synapse, in `[pre, post]` order.
    fn each(&self, mut f: impl FnMut(usize, usize, f64)) {
        let (mut shards, pass) = (self.shards(), self.pass(0));
        let rows = shards.first().map_or(0, |shard| shard.starts.len() - 1);
        for row in 0..rows {
            let pre = self.pre_offset as usize + row;
            for shard in &mut shards {
                shard.read(&pass, row, &mut |post, w| f(pre, post as usize, w.to_f64()));
            }
        }
    }
}

/// The weights themselves where they are of the type wanted, so that they are not held twice.
fn taken<T: Float>(weights: &mut Weights) -> Option<Vec<T>> {
    let each: &mut dyn Any = match weights {
        Weights::Shared(_) => return None,
        Weights::F32(each) => each,
        Weights::F64(each) => each,
    };
    each.downcast_mut::<Vec<T>>().map(std::mem::take)
}

fn at<T: Float>(weights: &Weights, synapse: usize) -> T {
    match weights {
        Weights::Shared(w) => T::of(*w),
        Weights::F32(each) => T::of(f64::from(each[synapse])),
        Weights::F64(each) => T::of(each[synapse]),
    }
}

/// So many values: a list that grew with them would for a while take three times as much.
fn gathered<X>(count: usize, values: impl Iterator<Item = X>) -> Vec<X> {
    let mut all = Vec::with_capacity(count);
    all.extend(values);
    all
}

/// Starts of rows, receivers and weights of each shard.
fn split<T: Float>(mut csr: Csr) -> Vec<(Vec<u64>, Targets, Vec<T>)> {
    let shards = csr.shards();
    if shards == 1 {
        let weights = taken(&mut csr.weights);
        let weights =
            weights.unwrap_or_else(|| (0..csr.targets.len()).map(|k| at(&csr.weights, k)).collect());
        return vec![(csr.indptr, csr.targets, weights)];
    }
    let part = |shard: usize| {
        let rows = || (0..csr.n_pre).map(|row| csr.segment(row, shard));
        let mut starts = vec![0];
        rows().for_each(|row| starts.push(starts[starts.len() - 1] + row.len() as u64));
        let synapses = starts[starts.len() - 1] as usize;
        let targets = match &csr.targets {
            Targets::U16(all) => Targets::U16(gathered(synapses, rows().flat_map(|row| &all[row]).copied())),
            Targets::U32(all) => Targets::U32(gathered(synapses, rows().flat_map(|row| &all[row]).copied())),
        };
        (starts, targets, gathered(synapses, rows().flatten().map(|k| at(&csr.weights, k))))
    };
    (0..shards).map(part).collect()
}

impl<T: Float> Operator for Plastic<T>
where
    Num<T>: Real,
{
    fn deliver(&self, shard: usize, spikes: Arrivals<'_>, target: &mut Target<'_>) {
        let (pass, base) = (self.pass(spikes.step), target.offset(0));
        let mut shard = self.shard(shard);
        let rows = shard.starts.len() as u32 - 1;
        let spikes = spikes.of(self.pre_offset..self.pre_offset + rows);
        with_cells!(&mut target.inbox, cells => for (spike, gain) in spikes.each() {
            let row = (spike - self.pre_offset) as usize;
            shard.arrive(&pass, row, &mut |targets, weights| {
                for (post, w) in targets.iter().zip(weights) {
                    cells[base + *post as usize].spike(w.to_f64() * gain);
                }
            });
        });
    }

    fn forward(&self, pre: &[f32], post: &mut [f32]) {
        self.each(|i, j, w| post[j] += pre[i] * w as f32);
    }

    fn transposed(&self, post: &[f32], pre: &mut [f32]) {
        self.each(|i, j, w| pre[i] += post[j] * w as f32);
    }

    fn weight_gradient(&self, pre: &[f32], post: &[f32], add: &mut dyn FnMut(u64, f32)) {
        let mut k = 0;
        self.each(|i, j, _| {
            add(k, pre[i] * post[j]);
            k += 1;
        });
    }

    fn transfer(&self) -> Transfer {
        self.transfer
    }

    fn learner(&self) -> Option<&dyn Learner> {
        Some(self)
    }
}

impl<T: Float> Learner for Plastic<T>
where
    Num<T>: Real,
{
    fn learn(&self, shard: usize, seen: Learning<'_>) {
        if seen.modulators != 0.0 {
            self.shard(shard).modulate(&self.pass(seen.step), seen.modulators);
        }
        if self.rule.follows() {
            return;
        }
        let (low, high) = (self.bounds[shard], self.bounds[shard + 1]);
        let at = |bound: u32| seen.neurons.partition_point(|neuron| *neuron < bound);
        let here = &seen.neurons[at(low)..at(high)];
        if !here.is_empty() {
            let pass = self.pass(seen.step);
            self.shard(shard).fire(&pass, here.iter().map(|neuron| (neuron - low) as usize));
        }
    }

    fn follows(&self) -> bool {
        self.rule.follows()
    }

    fn follow(&self, shard: usize, step: u64, v: Inbox<'_>) {
        let (mut shard, pass) = (self.shard(shard), self.pass(step));
        match v {
            Inbox::Sum32(v) => shard.follow(&pass, v.iter().map(|v| T::of(f64::from(*v)))),
            Inbox::Sum64(v) => shard.follow(&pass, v.iter().map(|v| T::of(*v))),
            Inbox::Count8(_) | Inbox::Count16(_) => {}
        }
    }

    fn settle(&self, shard: usize, step: u64) {
        self.shard(shard).settle(&self.pass(step), (step as u32).wrapping_sub(1));
    }

    fn weights(&self, visit: &mut dyn FnMut(u32, u32, f64)) {
        self.each(|pre, post, weight| visit(pre as u32, post as u32, weight));
    }
}
