//! Shard: the synapses onto one member's neurons, and the passes over a row of them.
//!
//! A row is only touched when its sender's spike arrives. Its synapses are then led through the receivers' spikes since the last
//! visit, each in its order, and through the arriving one. Where a receiver's spikes can be kept no longer, the rows that have
//! not seen them are visited in between; since every synapse goes through the same sequence, this changes no bit.

use std::ops::Range;

use arrayvec::ArrayVec;
use ecs_core::model::{Decay, Rule, Synapses};
use ecs_core::network::COLUMNS;
use ecs_core::number::{Float, Num, Real};

use super::columns::{BLOCK, Columns, latest};
use super::history::{History, not_before};
use super::modulation::Modulation;
use super::times::Times;
use crate::csr::Targets;

/// The synapses of a shard.
pub(super) struct Shard<T> {
    /// The first neuron.
    pub first: u32,
    /// Where rows begin, and the number of synapses at the end.
    pub starts: Vec<u64>,
    /// Receivers, `[synapse]`, counted from the first of the population.
    pub targets: Targets,
    /// `[synapse]`
    pub weights: Vec<T>,
    /// `[variable, synapse]`
    pub state: Vec<Vec<T>>,
    /// What receivers did.
    pub history: History<T>,
    /// What the modulator did, where the rule has one.
    modulation: Option<Modulation<T>>,
    rows: Rows<T>,
    columns: Box<Columns<T>>,
}

/// What is known of each row.
struct Rows<T> {
    /// Spikes of receivers before this step were seen, `[row]`.
    seen: Vec<u32>,
    /// No row has seen less.
    least: u32,
    /// Step at which the last spike arrived, `[row]`; the first step where none did.
    last: Vec<u32>,
    /// Traces before and after it, `[row, trace]`.
    before: Vec<T>,
    after: Vec<T>,
    /// How fast they decay, per step.
    rates: Vec<T>,
}

/// A rule on its way through a shard.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a, T> {
    pub rule: &'a dyn Rule<T>,
    pub decay: Decay<T>,
    /// Step, in ms.
    pub dt: f64,
    /// Spikes of receivers before this step are seen.
    pub step: u64,
}

/// Gets receivers, counted from the first of the shard, and their weights.
pub(super) type Arrive<'a, T> = &'a mut dyn FnMut(&[u32], &[T]);

impl<T: Float> Shard<T>
where
    Num<T>: Real,
{
    /// Synapses that have not seen anything yet. `kept` is the number of spikes kept of each receiver.
    pub fn new(
        rule: &dyn Rule<T>,
        neurons: Range<u32>,
        (starts, targets, weights): (Vec<u64>, Targets, Vec<T>),
        kept: usize,
        dt: f64,
    ) -> Self {
        let pre = rule.pre();
        let rows = starts.len() - 1;
        let start: Vec<T> = pre.iter().map(|x| T::of(x.start)).collect();
        let starting = start.repeat(rows);
        Self {
            first: neurons.start,
            state: rule.state().iter().map(|x| vec![*x; weights.len()]).collect(),
            columns: Box::new(Columns::new(rule)),
            rows: Rows {
                seen: vec![0; rows],
                least: 0,
                last: vec![0; rows],
                before: starting.clone(),
                after: starting,
                rates: pre.iter().map(|x| T::of(x.rate * dt)).collect(),
            },
            history: History::new(neurons.len(), kept, rule, dt),
            // As many bytes as the spikes of some receivers take, and so few looks at all rows.
            modulation: rule.modulator().map(|modulator| Modulation::new(modulator, 64 * kept, dt)),
            starts,
            targets,
            weights,
        }
    }

    /// Positions of the synapses of a row.
    pub fn row(&self, row: usize) -> Range<usize> {
        self.starts[row] as usize..self.starts[row + 1] as usize
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        let row = 2 * size_of::<u32>() + 2 * self.rows.rates.len() * size_of::<T>();
        let synapse = (1 + self.state.len()) * size_of::<T>();
        let held = size_of_val(&self.starts[..]) + self.rows.seen.len() * row + self.weights.len() * synapse;
        let held = held + self.modulation.as_ref().map_or(0, Modulation::bytes);
        held as u64 + self.targets.memory_bytes() + self.history.bytes()
    }

    /// A spike of a row's sender arrives: `arrive` gets the weights it is delivered with.
    pub fn arrive(&mut self, pass: &Pass<'_, T>, row: usize, arrive: Arrive<'_, T>) {
        self.history.refresh(pass.step);
        let (rows, traces) = (&self.rows, self.rows.rates.len());
        let own = row * traces..(row + 1) * traces;
        let since = u64::from((pass.step as u32).wrapping_sub(rows.last[row]));
        let mut now: ArrayVec<T, COLUMNS> = ArrayVec::new();
        now.extend(
            rows.after[own.clone()].iter().zip(&rows.rates).map(|(x, r)| pass.decay.one(*x, since, *r)),
        );
        self.visit(pass, row, Some(arrive), &now);
        let rows = &mut self.rows;
        rows.before[own.clone()].copy_from_slice(&now);
        pass.rule.pre_jump(&mut now);
        rows.after[own].copy_from_slice(&now);
        rows.last[row] = pass.step as u32;
    }

    /// The receivers' spikes are seen by all rows that have not seen those of step `due`.
    pub fn settle(&mut self, pass: &Pass<'_, T>, due: u32) {
        for row in 0..self.rows.seen.len() {
            if not_before(due, self.rows.seen[row]) {
                self.visit(pass, row, None, &[]);
            }
        }
        let now = pass.step as u32;
        let behind = self.rows.seen.iter().map(|seen| now.wrapping_sub(*seen)).max().unwrap_or(0);
        self.rows.least = now.wrapping_sub(behind);
    }

    /// Receivers fire, counted from the first of the shard.
    pub fn fire(&mut self, pass: &Pass<'_, T>, neurons: impl Iterator<Item = usize> + Clone) {
        let now = pass.step as u32;
        let must = neurons.clone().filter_map(|k| self.history.must_be_seen(k));
        let due =
            must.filter(|step| not_before(*step, self.rows.least)).min_by_key(|step| now.wrapping_sub(*step));
        if let Some(due) = due {
            // Rows that are nearly as far behind come along, so that not every spike has to look for them.
            let ahead = now.wrapping_sub(due) / 8;
            self.settle(pass, due.wrapping_add(ahead));
        }
        for neuron in neurons {
            self.history.push(pass.rule, neuron, pass.step);
        }
    }

    /// So many neurons of the modulator fire, or a reward is given that counts like them.
    pub fn modulate(&mut self, pass: &Pass<'_, T>, amount: f64) {
        if self.modulation.as_ref().is_some_and(Modulation::is_full) {
            self.settle(pass, (pass.step as u32).wrapping_sub(1));
            self.modulation.iter_mut().for_each(Modulation::forget);
        }
        self.modulation.iter_mut().for_each(|modulation| modulation.push(pass.step, amount));
    }

    /// Receivers have these voltages at the end of a step, `[neuron]`; what they let synapses see is due like a spike.
    pub fn follow(&mut self, pass: &Pass<'_, T>, v: impl Iterator<Item = T>) {
        let seen = self.history.follow(pass.rule, v, pass.dt);
        self.fire(pass, (0..seen.len()).filter(|k| seen[*k] > T::default()));
        self.history.seen = seen;
    }

    /// Calls `f` with receivers and weights of a row, as they are when it was last visited.
    pub fn read(&mut self, pass: &Pass<'_, T>, row: usize, f: &mut dyn FnMut(u32, T)) {
        let (all, seen) = (self.row(row), self.rows.seen[row]);
        if !pass.rule.drifts() {
            return all.for_each(|k| f(self.targets.at(k), self.weights[k]));
        }
        let pass = Pass { step: u64::from(seen), ..*pass };
        for start in all.clone().step_by(BLOCK) {
            let block = start..all.end.min(start + BLOCK);
            self.locate(block.clone());
            let Self { history, modulation, columns, rows, weights, state, .. } = self;
            let last = (rows.last[row], modulation.as_ref().and_then(|m| last_before(m, seen)));
            for k in 0..block.len() {
                let target = columns.targets[k] as usize;
                let spike = history.first_since(target, seen).checked_sub(1);
                columns.times.from[k] = latest(seen, last, spike.map(|spike| history.spike(target, spike).0));
            }
            let state: ArrayVec<&[T], COLUMNS> = state.iter().map(|s| &s[block.clone()]).collect();
            let now = columns.drifted(&pass, modulation.as_ref(), (&weights[block.clone()], &state));
            block.zip(now).for_each(|(k, w)| f(self.targets.at(k), *w));
        }
    }

    fn visit(&mut self, pass: &Pass<'_, T>, row: usize, mut arrive: Option<Arrive<'_, T>>, now: &[T]) {
        let (all, seen, end) = (self.row(row), self.rows.seen[row], pass.step as u32);
        for start in all.clone().step_by(BLOCK) {
            let block = start..all.end.min(start + BLOCK);
            self.locate(block.clone());
            if seen != end {
                self.catch_up(pass, row, block.clone());
            }
            if pass.rule.drifts() && (arrive.is_some() || self.modulation.is_some() && seen != end) {
                self.drift(pass, row, block.clone());
            }
            if let Some(arrive) = &mut arrive {
                self.columns.pre.iter_mut().zip(now).for_each(|(column, x)| column[..block.len()].fill(*x));
                self.on_pre(pass, block.clone());
                arrive(&self.columns.targets[..block.len()], &self.weights[block]);
            }
        }
        self.rows.seen[row] = end;
    }

    fn locate(&mut self, block: Range<usize>) {
        let (first, to) = (self.first, &mut self.columns.targets);
        match &self.targets {
            Targets::U16(all) => {
                to.iter_mut().zip(&all[block]).for_each(|(to, j)| *to = u32::from(*j) - first)
            }
            Targets::U32(all) => to.iter_mut().zip(&all[block]).for_each(|(to, j)| *to = *j - first),
        }
    }

    /// Leads the synapses of a block through the spikes of their receivers that they have not seen, one of each at a time.
    fn catch_up(&mut self, pass: &Pass<'_, T>, row: usize, block: Range<usize>) {
        let Self { history, modulation, columns, rows, weights, state, .. } = self;
        let mut state: ArrayVec<&mut [T], COLUMNS> =
            state.iter_mut().map(|s| &mut s[block.clone()]).collect();
        let weights = &mut weights[block];
        let modulated = modulation.as_ref().and_then(|m| last_before(m, rows.seen[row]));
        let (own, last) = (row * rows.rates.len(), rows.last[row]);
        let traces = (&rows.before[own..], &rows.after[own..]);
        let mut left = columns.find(history, weights.len(), rows.seen[row]);
        while left > 0 {
            columns.meet(history, left, last);
            columns.gather(traces, weights, &state, left);
            if pass.rule.drifts() {
                columns.drift(pass, (history, modulation.as_ref()), left, (last, modulated));
            }
            columns.on_post(pass, &rows.rates, left);
            columns.scatter(weights, &mut state, left);
            left = columns.next(history, left);
        }
    }

    /// Leads the synapses of a block through the modulator's spikes that they have not seen, and says how long ago their last
    /// event then was.
    fn drift(&mut self, pass: &Pass<'_, T>, row: usize, block: Range<usize>) {
        let Self { history, modulation, columns, rows, weights, state, .. } = self;
        let Columns { targets, times, scratch, .. } = &mut **columns;
        let Times { from, to, .. } = times;
        let (now, n) = (pass.step as u32, block.len());
        let modulated = modulation.as_ref().and_then(|m| last_before(m, rows.seen[row]));
        for (from, target) in from.iter_mut().zip(&targets[..n]) {
            let newest = history.newest[*target as usize];
            *from = latest(now, (rows.last[row], modulated), Some(newest));
        }
        to[..n].fill(now);
        let mut state: ArrayVec<&mut [T], COLUMNS> =
            state.iter_mut().map(|s| &mut s[block.clone()]).collect();
        times.lead(pass, modulation.as_ref(), (&mut weights[block], &mut state, scratch), n);
    }

    /// A spike of the sender arrives at the synapses of a block.
    fn on_pre(&mut self, pass: &Pass<'_, T>, block: Range<usize>) {
        let Self { history, columns, weights, state, .. } = self;
        let Columns { targets, times, pre, post, scratch, .. } = &mut **columns;
        let (targets, n) = (&targets[..block.len()], block.len());
        for (column, now) in post.iter_mut().zip(&history.now) {
            column.iter_mut().zip(targets).for_each(|(y, target)| *y = now[*target as usize]);
        }
        let mut state: ArrayVec<&mut [T], COLUMNS> =
            state.iter_mut().map(|s| &mut s[block.clone()]).collect();
        let pre: ArrayVec<&[T], COLUMNS> = pre.iter().map(|x| &x[..n]).collect();
        let post: ArrayVec<&[T], COLUMNS> = post.iter().map(|y| &y[..n]).collect();
        pass.rule.on_pre(&mut Synapses {
            w: &mut weights[block],
            state: &mut state,
            pre: &pre,
            post: &post,
            elapsed: &times.elapsed[..n],
            level: &times.level[..n],
            scratch,
        });
    }
}

/// Step of the modulator's last spike before `step`.
fn last_before<T: Float>(modulation: &Modulation<T>, step: u32) -> Option<u32>
where
    Num<T>: Real,
{
    modulation.before(step).checked_sub(1).map(|k| modulation.steps()[k])
}
