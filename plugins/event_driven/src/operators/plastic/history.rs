//! History: the last spikes of the receivers of a shard, with the traces each of them met, until all synapses have seen them.
//!
//! Steps are kept modulo 2³²: a comparison is right while a neuron is silent for less than 2³¹ steps.

use arrayvec::ArrayVec;
use ecs_core::model::{Decay, Rule};
use ecs_core::network::COLUMNS;
use ecs_core::number::{Float, Num, Real};

/// Whether step `a` is `b` or later.
#[inline(always)]
pub(super) fn not_before(a: u32, b: u32) -> bool {
    a.wrapping_sub(b).cast_signed() >= 0
}

/// What receivers of a shard did.
pub(super) struct History<T> {
    /// Spikes kept of each neuron, a power of two.
    kept: usize,
    /// Steps, `[neuron, slot]`.
    steps: Vec<u32>,
    /// Traces before the spike, `[neuron, slot, trace]`.
    met: Vec<T>,
    /// Spikes so far, `[neuron]`.
    count: Vec<u32>,
    /// Step of the last spike, `[neuron]`; before the first step where there was none.
    pub newest: Vec<u32>,
    /// Traces after the last spike, `[trace, neuron]`.
    after: Vec<Vec<T>>,
    /// Traces at step `fresh`, `[trace, neuron]`.
    pub now: Vec<Vec<T>>,
    fresh: Option<u64>,
    /// Steps since the last spike, `[neuron]`.
    since: Vec<T>,
    /// How fast traces decay, per step.
    rates: Vec<T>,
    decay: Decay<T>,
    /// Voltages, and which of them are seen like a spike, `[neuron]`; empty where the rule does not follow them.
    voltages: Vec<T>,
    pub seen: Vec<T>,
    followed: bool,
    /// The rule's own room for following.
    scratch: Vec<T>,
}

/// The first step is as long, in ms: filters of a voltage then start at that voltage.
const FOREVER: f64 = 1e9;

impl<T: Float> History<T>
where
    Num<T>: Real,
{
    /// Of `neurons` that have not fired yet, `kept` spikes each, a power of two, with steps of `dt` ms.
    pub fn new(neurons: usize, kept: usize, rule: &dyn Rule<T>, dt: f64) -> Self {
        let traces = rule.post();
        let followed = if rule.follows() { neurons } else { 0 };
        let column = |x: f64| vec![T::of(x); neurons];
        Self {
            kept,
            steps: vec![0; neurons * kept],
            met: vec![T::default(); neurons * kept * traces.len()],
            count: vec![0; neurons],
            newest: vec![u32::MAX; neurons],
            after: traces.iter().map(|y| column(y.start)).collect(),
            now: traces.iter().map(|y| column(y.start)).collect(),
            fresh: None,
            since: column(0.0),
            rates: traces.iter().map(|y| T::of(y.rate * dt)).collect(),
            decay: Decay::new(),
            voltages: vec![T::default(); followed],
            seen: vec![T::default(); followed],
            followed: false,
            scratch: vec![T::default(); if rule.follows() { rule.scratch() } else { 0 }],
        }
    }

    fn slot(&self, neuron: usize, spike: u32) -> usize {
        neuron * self.kept + (spike as usize & (self.kept - 1))
    }

    /// Spikes of a neuron so far.
    #[inline(always)]
    pub fn count(&self, neuron: usize) -> u32 {
        self.count[neuron]
    }

    /// The number of the first spike of a neuron that came at step `from` or later.
    #[inline(always)]
    pub fn first_since(&self, neuron: usize, from: u32) -> u32 {
        let count = self.count[neuron];
        let least = count.saturating_sub(self.kept as u32);
        let mut spike = count;
        while spike > least && not_before(self.steps[self.slot(neuron, spike - 1)], from) {
            spike -= 1;
        }
        spike
    }

    /// Step of a spike that is kept, and where its traces are.
    #[inline(always)]
    pub fn spike(&self, neuron: usize, spike: u32) -> (u32, usize) {
        let slot = self.slot(neuron, spike);
        (self.steps[slot], slot)
    }

    /// A trace that the spike in `slot` met.
    #[inline(always)]
    pub fn met(&self, slot: usize, trace: usize) -> T {
        self.met[slot * self.rates.len() + trace]
    }

    /// The step up to which all synapses must have seen a neuron's spikes before it may fire once more: one that they have seen
    /// stays, because the next one is told how long ago it was.
    pub fn must_be_seen(&self, neuron: usize) -> Option<u32> {
        let spike = (self.count[neuron] + 1).checked_sub(self.kept as u32)?;
        Some(self.steps[self.slot(neuron, spike)])
    }

    /// A neuron fires.
    pub fn push(&mut self, rule: &dyn Rule<T>, neuron: usize, step: u64) {
        let slot = self.slot(neuron, self.count[neuron]);
        let since = u64::from((step as u32).wrapping_sub(self.newest[neuron]));
        let traces = self.rates.len();
        let met = &mut self.met[slot * traces..][..traces];
        for ((x, column), rate) in met.iter_mut().zip(&self.after).zip(&self.rates) {
            *x = self.decay.one(column[neuron], since, *rate);
        }
        let mut after = ArrayVec::<T, COLUMNS>::new();
        after.extend(met.iter().copied());
        rule.post_jump(&mut after);
        self.after.iter_mut().zip(after).for_each(|(column, x)| column[neuron] = x);
        self.steps[slot] = step as u32;
        self.newest[neuron] = step as u32;
        self.count[neuron] += 1;
    }

    /// Takes the traces through a step at whose end these are the voltages; above 0 where it is seen like a spike, `[neuron]`,
    /// to be put back into [`seen`](Self::seen).
    pub fn follow(&mut self, rule: &dyn Rule<T>, v: impl Iterator<Item = T>, dt: f64) -> Vec<T> {
        let dt = if std::mem::replace(&mut self.followed, true) { dt } else { FOREVER };
        self.voltages.iter_mut().zip(v).for_each(|(to, v)| *to = v);
        let mut traces: ArrayVec<&mut [T], COLUMNS> = self.after.iter_mut().map(|y| &mut y[..]).collect();
        rule.follow(&self.voltages, &mut traces, T::of(dt), &mut self.seen, &mut self.scratch);
        let mut seen = std::mem::take(&mut self.seen);
        if dt == FOREVER {
            seen.fill(T::default());
        }
        seen
    }

    /// Makes [`now`](Self::now) the traces at `step`, once for all senders whose spikes arrive in it.
    pub fn refresh(&mut self, step: u64) {
        if self.fresh == Some(step) {
            return;
        }
        self.fresh = Some(step);
        for (since, newest) in self.since.iter_mut().zip(&self.newest) {
            *since = T::of(f64::from((step as u32).wrapping_sub(*newest)));
        }
        for ((now, after), rate) in self.now.iter_mut().zip(&self.after).zip(&self.rates) {
            now.copy_from_slice(after);
            self.decay.column(now, &self.since, *rate);
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        let columns = 1 + 2 * self.rates.len();
        (size_of_val(&self.steps[..])
            + size_of_val(&self.met[..])
            + (2 * self.voltages.len() + self.count.len() * columns) * size_of::<T>()
            + self.count.len() * 8) as u64
    }
}
