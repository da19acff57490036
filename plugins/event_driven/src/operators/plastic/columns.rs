//! Columns: synapses of a block that have a spike of their receiver to see, gathered so that a rule runs over many at once.

use arrayvec::ArrayVec;
use ecs_core::model::{Rule, Synapses};
use ecs_core::network::COLUMNS;
use ecs_core::number::{Float, Num, Real};

use super::history::{History, not_before};
use super::modulation::Modulation;
use super::shard::Pass;
use super::times::Times;

/// Synapses led through a spike at a time: their columns then stay in the first-level cache.
pub(super) const BLOCK: usize = 256;

type Column<X> = [X; BLOCK];

/// A block of synapses.
pub(super) struct Columns<T> {
    /// Receivers of the whole block, counted from the first of the shard.
    pub targets: Column<u32>,
    /// Places in the block of those that have a spike to see.
    lanes: Column<u16>,
    /// Number of that spike among those of its receiver, and where its traces are.
    spikes: Column<u32>,
    slots: Column<u32>,
    /// Steps from the sender's last spike to it.
    steps: Column<T>,
    w: Column<T>,
    state: Vec<Column<T>>,
    pub pre: Vec<Column<T>>,
    pub post: Vec<Column<T>>,
    pub times: Times<T>,
    /// The rule's own room.
    pub scratch: Vec<T>,
}

impl<T: Float> Columns<T>
where
    Num<T>: Real,
{
    pub fn new(rule: &dyn Rule<T>) -> Self {
        let columns = |n: usize| vec![[T::default(); BLOCK]; n];
        Self {
            targets: [0; BLOCK],
            lanes: [0; BLOCK],
            spikes: [0; BLOCK],
            slots: [0; BLOCK],
            steps: [T::default(); BLOCK],
            w: [T::default(); BLOCK],
            state: columns(rule.state().len()),
            pre: columns(rule.pre().len()),
            post: columns(rule.post().len()),
            times: Times::new(),
            scratch: vec![T::default(); rule.scratch()],
        }
    }

    /// Finds those of the first `n` synapses whose receivers fired at step `seen` or later; how many they are.
    pub fn find(&mut self, history: &History<T>, n: usize, seen: u32) -> usize {
        let mut left = 0;
        for (k, target) in self.targets[..n].iter().enumerate() {
            self.lanes[left] = k as u16;
            left += usize::from(not_before(history.newest[*target as usize], seen));
        }
        for (spike, lane) in self.spikes.iter_mut().zip(&self.lanes[..left]) {
            *spike = history.first_since(self.targets[usize::from(*lane) % BLOCK] as usize, seen);
        }
        left
    }

    /// Looks up the spikes of the first `left` lanes; `last` is the step of the sender's last one.
    pub fn meet(&mut self, history: &History<T>, left: usize, last: u32) {
        let lanes = self.lanes[..left].iter().zip(&self.spikes);
        for ((lane, spike), (steps, slot)) in lanes.zip(self.steps.iter_mut().zip(&mut self.slots)) {
            let (step, at) = history.spike(self.targets[usize::from(*lane) % BLOCK] as usize, *spike);
            *steps = T::of(f64::from(step.wrapping_sub(last)));
            *slot = at as u32;
        }
        for (t, column) in self.post.iter_mut().enumerate() {
            for (y, slot) in column.iter_mut().zip(&self.slots[..left]) {
                *y = history.met(*slot as usize, t);
            }
        }
    }

    /// Gathers weights, state, and the sender's traces before and after its last spike: one that came together with it does not
    /// see it.
    pub fn gather(&mut self, (before, after): (&[T], &[T]), weights: &[T], state: &[&mut [T]], left: usize) {
        let lanes = &self.lanes[..left];
        self.w.iter_mut().zip(lanes).for_each(|(w, lane)| *w = weights[usize::from(*lane)]);
        for (column, own) in self.state.iter_mut().zip(state) {
            column.iter_mut().zip(lanes).for_each(|(s, lane)| *s = own[usize::from(*lane)]);
        }
        for ((column, before), after) in self.pre.iter_mut().zip(before).zip(after) {
            for (x, steps) in column.iter_mut().zip(&self.steps[..left]) {
                *x = if *steps == T::default() { *before } else { *after };
            }
        }
    }

    /// For rules that drift: leads the first `left` lanes through the modulator's spikes before those that they meet. `last` are
    /// the sender's last spike and the modulator's last one that was seen.
    pub fn drift(
        &mut self,
        pass: &Pass<'_, T>,
        (history, modulation): (&History<T>, Option<&Modulation<T>>),
        left: usize,
        last: (u32, Option<u32>),
    ) {
        for a in 0..left {
            let target = self.targets[usize::from(self.lanes[a])] as usize;
            let step = history.spike(target, self.spikes[a]).0;
            let previous = self.spikes[a].checked_sub(1).map(|spike| history.spike(target, spike).0);
            (self.times.from[a], self.times.to[a]) = (latest(step, last, previous), step);
        }
        let n = left.next_multiple_of(pass.rule.lanes());
        let mut state: ArrayVec<&mut [T], COLUMNS> = self.state.iter_mut().map(|s| &mut s[..n]).collect();
        self.times.lead(pass, modulation, (&mut self.w[..n], &mut state, &mut self.scratch), left);
    }

    /// Weights of a block as they are at `pass.step`, to which its first `n` synapses drift from where `from` says.
    pub fn drifted(
        &mut self,
        pass: &Pass<'_, T>,
        modulation: Option<&Modulation<T>>,
        (weights, state): (&[T], &[&[T]]),
    ) -> &[T] {
        let n = weights.len();
        self.w[..n].copy_from_slice(weights);
        self.state.iter_mut().zip(state).for_each(|(column, own)| column[..n].copy_from_slice(own));
        self.times.to[..n].fill(pass.step as u32);
        let mut state: ArrayVec<&mut [T], COLUMNS> = self.state.iter_mut().map(|s| &mut s[..n]).collect();
        self.times.lead(pass, modulation, (&mut self.w[..n], &mut state, &mut self.scratch), n);
        pass.rule.drift(&mut Synapses {
            w: &mut self.w[..n],
            state: &mut state,
            pre: &[],
            post: &[],
            elapsed: &self.times.elapsed[..n],
            level: &self.times.level[..n],
            scratch: &mut self.scratch,
        });
        &self.w[..n]
    }

    /// Decays the sender's traces and lets the rule see a spike at each of the first `left` lanes.
    pub fn on_post(&mut self, pass: &Pass<'_, T>, rates: &[T], left: usize) {
        let n = left.next_multiple_of(pass.rule.lanes());
        for (column, rate) in self.pre.iter_mut().zip(rates) {
            pass.decay.column(&mut column[..n], &self.steps[..n], *rate);
        }
        let mut state: ArrayVec<&mut [T], COLUMNS> = self.state.iter_mut().map(|s| &mut s[..n]).collect();
        let pre: ArrayVec<&[T], COLUMNS> = self.pre.iter().map(|x| &x[..n]).collect();
        let post: ArrayVec<&[T], COLUMNS> = self.post.iter().map(|y| &y[..n]).collect();
        pass.rule.on_post(&mut Synapses {
            w: &mut self.w[..n],
            state: &mut state,
            pre: &pre,
            post: &post,
            elapsed: &self.times.elapsed[..n],
            level: &self.times.level[..n],
            scratch: &mut self.scratch,
        });
    }

    /// Puts weights and state back.
    pub fn scatter(&self, weights: &mut [T], state: &mut [&mut [T]], left: usize) {
        let lanes = &self.lanes[..left];
        lanes.iter().zip(&self.w).for_each(|(lane, w)| weights[usize::from(*lane)] = *w);
        for (column, own) in self.state.iter().zip(state) {
            lanes.iter().zip(column).for_each(|(lane, s)| own[usize::from(*lane)] = *s);
        }
    }

    /// Goes to the next spike of each lane; how many have one.
    pub fn next(&mut self, history: &History<T>, left: usize) -> usize {
        let mut kept = 0;
        for a in 0..left.min(BLOCK) {
            let (lane, spike) = (self.lanes[a], self.spikes[a] + 1);
            (self.lanes[kept], self.spikes[kept]) = (lane, spike);
            let target = self.targets[usize::from(lane) % BLOCK] as usize;
            kept += usize::from(spike != history.count(target));
        }
        kept
    }
}

/// The latest of the sender's last spike, of the modulator's and of the receiver's previous one, none of them after `step`.
pub(super) fn latest(step: u32, (sender, modulator): (u32, Option<u32>), receiver: Option<u32>) -> u32 {
    let ago = |spike: u32| step.wrapping_sub(spike);
    let others = [modulator, receiver].into_iter().flatten().map(ago);
    step.wrapping_sub(others.fold(ago(sender), u32::min))
}
