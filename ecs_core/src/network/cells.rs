//! Cells: the numbers of a population and the loop that advances them, block by block, so that a block stays in the cache.

use std::ops::Range;

use arrayvec::ArrayVec;
use bevy_ecs::prelude::*;

use super::accumulator::{Accumulator, Inbox, Summed, Target};
use super::build::{Grow, Kept};
use super::diffusion::WhiteNoise;
use super::neurons::RawColumns;
use super::phase::Clock;
use super::rest::Turn;
use super::shard::{
    BLOCK, COLUMNS, FUSED, Param, Pass, ReceptorKernel, SAVE, Scratch, Shard, clamped, inject, numbers,
};
use super::team::{Member, PerMember};
use crate::model::{
    Arriving, Block, Column, Factors, Gather, Kernel, Lane, NotFinite, Received, STAGES, instructions,
};
use crate::number::{Num, Real};

/// State of the receptors and what arrives for them, as in [`Shard`].
type Receiving<'a, T> = (&'a mut [Vec<Vec<T>>], &'a mut [Vec<Accumulator<T>>]);

/// A population's numbers in one precision.
pub struct CellsOf<T: 'static> {
    /// The neurons' loop.
    pub kernel: Kernel<T>,
    /// The white noises of its equations.
    pub noise: WhiteNoise,
    /// Moments the integrator looks at.
    pub stages: usize,
    /// State variables.
    pub states: usize,
    /// Parameters.
    pub params: Vec<Param<T>>,
    /// The same as a kernel takes them, where all neurons share them.
    pub uniform: Option<Vec<Column<'static, T>>>,
    /// Receptors.
    pub receptors: Vec<ReceptorKernel<T>>,
    /// Whether any receptor is a conductance.
    pub conducts: bool,
    /// Sums arriving jumps.
    pub gather: Gather<T>,
    /// Step, in ms.
    pub dt: f64,
    /// One for each member of the team.
    pub shards: PerMember<Shard<T>>,
}

/// A population's numbers in either precision.
pub trait AnyCells: Grow + Send + Sync {
    /// Advances the member's shard by one step; `columns` are those of neuron entities.
    fn integrate(&self, member: &mut Member, columns: Option<&RawColumns>, clock: &Clock);
    /// Calls `f` with an inbox of the member's shard.
    fn target(
        &self,
        member: &mut Member,
        inbox: (usize, usize),
        step: u64,
        f: &mut dyn FnMut(&mut Target<'_>),
    );
    /// Calls `f` with the injected current of the member's shard and the shard's neurons.
    fn current(&self, member: &mut Member, f: &mut dyn FnMut(Inbox<'_>, Range<usize>));
    /// Calls `f` with currents, conductances and room for sums of couplings of the member's shard, and the shard's neurons.
    fn coupled(&self, member: &mut Member, f: &mut dyn FnMut([Inbox<'_>; 3], Range<usize>));
    /// Calls `f` with pieces of the column of a state variable, and the first neuron of each.
    fn read(&mut self, variable: usize, columns: Option<&RawColumns>, f: &mut dyn FnMut(usize, Inbox<'_>));
    /// Calls `f` with the voltages of the member's shard; `columns` are those of neuron entities.
    fn voltages(&self, member: &mut Member, columns: Option<&RawColumns>, f: &mut dyn FnMut(Inbox<'_>));
    /// Appends the neurons that fired, ascending.
    fn collect(&mut self, spikes: &mut Vec<u32>);
    /// What stopped being finite, taken.
    fn take_bad(&mut self) -> Option<NotFinite>;
    /// Makes room for injected currents.
    fn allow_current(&mut self);
    /// Makes room for couplings; `conducts` if any of them is a conductance.
    fn allow_coupling(&mut self, conducts: bool);
    /// Holds the voltage of a neuron, or lets it go.
    fn clamp(&mut self, neuron: u32, v: Option<f64>);
    /// Sets the refractoriness of a packed neuron.
    fn refractory(&mut self, neuron: u32, steps: f64);
    /// Begins to skip blocks at rest; nobody but the engine may write state from now on.
    fn skip_at_rest(&mut self);
    /// Something was done to neurons, so that none is at rest.
    fn wake(&mut self);
    /// State variable of a packed neuron.
    fn value(&mut self, variable: usize, neuron: u32) -> Option<f64>;
}

/// The numbers of a population.
#[derive(Component)]
pub struct Cells(pub(super) Box<dyn AnyCells>);

impl<T: Summed> CellsOf<T>
where
    Num<T>: Real,
{
    fn advance(&self, shard: &mut Shard<T>, columns: Option<&RawColumns>, clock: &Clock) {
        shard.spikes.clear();
        let count = shard.neurons.len();
        let pass = self.pass(shard);
        let block = if pass == Pass::Apart { BLOCK } else { FUSED };
        for (k, from) in (0..count).step_by(block).enumerate() {
            let range = from..count.min(from + block);
            let Shard { rest, inboxes, clamps, coupled, .. } = &mut *shard;
            let quiet = || {
                let mut boxes = inboxes.iter().flatten();
                clamps.is_empty()
                    && coupled[0].is_empty()
                    && boxes.all(|inbox| inbox.is_quiet(range.clone(), clock.step))
            };
            match rest.turn(k, clock.step, quiet) {
                Turn::Skip => {}
                Turn::Advance => self.block(shard, range, (columns, clock, pass)),
                Turn::Watch => {
                    let whole = shard.neurons.start + range.start..shard.neurons.start + range.end;
                    let mut rest = std::mem::take(&mut shard.rest);
                    rest.remember(&numbers(shard, columns, &range, &whole));
                    self.block(shard, range.clone(), (columns, clock, pass));
                    rest.settle(k, &numbers(shard, columns, &range, &whole));
                    shard.rest = rest;
                }
            }
        }
    }

    /// Whether the loops that advance receptors in the same pass apply to what is connected, and which.
    fn pass(&self, shard: &Shard<T>) -> Pass {
        let Some((voltage, inboxes)) = shard.inboxes.split_first() else { return Pass::Apart };
        let fuses = self.kernel.fuses()
            && voltage.is_empty()
            && shard.coupled[0].is_empty()
            && (1..=2).contains(&inboxes.len())
            && self.receptors.iter().all(ReceptorKernel::is_simple);
        let bytes = |boxes: &Vec<Accumulator<T>>| boxes.len() == 1 && boxes[0].counts_bytes();
        match fuses {
            true if shard.current.is_empty() && inboxes.iter().all(bytes) => Pass::Counts,
            true if self.kernel.fuses_sums() => Pass::Sums,
            _ => Pass::Apart,
        }
    }

    fn block(
        &self,
        shard: &mut Shard<T>,
        range: Range<usize>,
        (columns, clock, pass): (Option<&RawColumns>, &Clock, Pass),
    ) {
        let first = shard.neurons.start;
        let whole = first + range.start..first + range.end;
        let alike = self.uniform.is_none() && shard.is_alike(&self.params, &range);
        let mut state: ArrayVec<&mut [T], COLUMNS> = ArrayVec::new();
        let refractory = match columns {
            Some(raw) => raw.slices(whole.clone(), &mut state),
            None => {
                state.extend(shard.state.iter_mut().map(|c| &mut c[range.clone()]));
                &mut shard.refractory[range.clone()]
            }
        };
        let n = range.len();
        for (k, v) in clamped(&shard.clamps, &range) {
            state[0][k] = v;
        }
        if pass == Pass::Apart {
            self.receive(
                (&mut shard.receptors, &mut shard.inboxes),
                &mut shard.scratch,
                state[0],
                &range,
                clock.step,
            );
            let mut fresh = self.receptors.is_empty();
            let [currents, conductances, _] = &shard.coupled;
            if !currents.is_empty() {
                inject(&mut shard.scratch.current[..self.stages], &currents[range.clone()], fresh);
                inject(&mut shard.scratch.conductance[..self.stages], &conductances[range.clone()], fresh);
                fresh = false;
            }
            if !shard.current.is_empty() {
                inject(&mut shard.scratch.current[..self.stages], &shard.current[range.clone()], fresh);
            }
        }
        let own: ArrayVec<Column<'_, T>, { 2 * COLUMNS }>;
        let params = match &self.uniform {
            Some(uniform) => &uniform[..],
            None => {
                own = self.params.iter().map(|p| p.of(whole.clone(), alike)).collect();
                &own
            }
        };
        let Scratch { current, conductance, jump, sums, still, marks, saved, noise, registers } =
            &mut *shard.scratch;
        let filled = if pass == Pass::Apart { n } else { 0 };
        let stage = |c: usize| (&current[c][..filled], &conductance[c][..filled]);
        let mut inputs = [stage(0), stage(1), stage(2)];
        if pass == Pass::Sums {
            let injected = if shard.current.is_empty() { &still[..n] } else { &shard.current[range.clone()] };
            inputs[0].0 = injected;
        }
        let mut block = Block {
            params,
            state: &mut state,
            refractory,
            inputs,
            conducts: self.conducts,
            jump: &jump[..filled],
            noise: self.noise.fill((whole.start, n), clock.step, noise),
            dt: self.dt,
            first: whole.start as u32,
            spikes: &mut shard.spikes,
            bad: &mut shard.bad,
            marks: &mut marks[..n],
            saved,
            save: clock.step.is_multiple_of(SAVE),
            registers,
        };
        let mut lanes: ArrayVec<Lane<'_, T>, 2> = ArrayVec::new();
        if pass != Pass::Apart {
            let receptors = shard.receptors.iter_mut().zip(&mut shard.inboxes[1..]).zip(sums);
            for (k, ((value, boxes), sums)) in receptors.enumerate() {
                let arriving = self.arriving(pass, boxes, (&range, clock.step), &mut sums[..]);
                lanes.push(self.lane(k, &mut value[0][range.clone()], arriving));
            }
        }
        self.kernel.advance(&mut block, &mut lanes);
        for (k, v) in clamped(&shard.clamps, &range) {
            state[0][k] = v;
        }
    }

    /// Receptors of a block, one after the other; what they and jumps make of their input goes to `scratch`.
    fn receive(
        &self,
        (columns, inboxes): Receiving<'_, T>,
        scratch: &mut Scratch<T>,
        v: &[T],
        range: &Range<usize>,
        step: u64,
    ) {
        let n = range.len();
        let (voltage, inboxes) = inboxes.split_first_mut().expect("the voltage has inboxes, if empty");
        for (k, ((receptor, columns), boxes)) in self.receptors.iter().zip(columns).zip(inboxes).enumerate() {
            let mut columns: ArrayVec<&mut [T], COLUMNS> =
                columns.iter_mut().map(|c| &mut c[range.clone()]).collect();
            let mut arriving: ArrayVec<_, COLUMNS> =
                boxes.iter_mut().map(|a| a.arriving(range.clone(), step)).collect();
            let stages = scratch.current[..self.stages].iter_mut().zip(&mut scratch.conductance);
            let mut inputs: ArrayVec<_, STAGES> = stages.map(|(i, g)| (&mut i[..n], &mut g[..n])).collect();
            (receptor.receive)(&mut Received {
                params: &receptor.params,
                system: &receptor.system,
                state: &mut columns,
                arriving: &mut arriving,
                v,
                inputs: &mut inputs,
                fresh: k == 0,
            });
        }
        if voltage.is_empty() {
            return;
        }
        if voltage.iter().all(|a| a.is_quiet(range.clone(), step)) {
            // Most blocks of a network that is nearly silent: reading alone is half of what summing and clearing cost.
            scratch.jump[..n].fill(T::default());
        } else {
            let mut arriving: ArrayVec<Arriving<'_, T>, COLUMNS> =
                voltage.iter_mut().map(|a| a.arriving(range.clone(), step)).collect();
            (self.gather)(&mut (&mut arriving, &mut scratch.jump[..n]));
        }
    }

    /// What arrives for a receptor's neurons, as a pass takes it; `sums` is room for what has to be summed first.
    fn arriving<'a>(
        &self,
        pass: Pass,
        boxes: &'a mut [Accumulator<T>],
        (range, step): (&Range<usize>, u64),
        sums: &'a mut [T],
    ) -> Arriving<'a, T> {
        if let [one] = &*boxes
            && (pass == Pass::Counts || one.sums())
        {
            return boxes[0].arriving(range.clone(), step);
        }
        let mut all: ArrayVec<_, COLUMNS> =
            boxes.iter_mut().map(|a| a.arriving(range.clone(), step)).collect();
        let sums = &mut sums[..range.len()];
        (self.gather)(&mut (&mut all, &mut *sums));
        Arriving::Sum(sums)
    }

    /// Receptor `k` as fused loops take it.
    fn lane<'a>(&self, k: usize, value: &'a mut [T], arriving: Arriving<'a, T>) -> Lane<'a, T> {
        let system = &self.receptors[k].system;
        let (current, conductance) = self.receptors[k].linear.unwrap_or_default();
        let factors = Factors {
            weight: if let Arriving::Count8(_, weight) = &arriving { *weight } else { T::of(1.0) },
            decay: system.step[0][0],
            current: (Num(current) * Num(system.value[0][0])).0,
            conductance: (Num(conductance) * Num(system.value[0][0])).0,
        };
        Lane { value, arriving, factors }
    }

    fn shard_of(&mut self, neuron: u32) -> &mut Shard<T> {
        let n = neuron as usize;
        self.shards.iter_mut().find(|s| s.neurons.contains(&n)).expect("the neuron is one of the population")
    }
}

impl<T: Kept> AnyCells for CellsOf<T>
where
    Num<T>: Real,
{
    fn integrate(&self, member: &mut Member, columns: Option<&RawColumns>, clock: &Clock) {
        self.shards.with(member, |shard| self.advance(shard, columns, clock));
    }

    fn target(
        &self,
        member: &mut Member,
        (receptor, inbox): (usize, usize),
        step: u64,
        f: &mut dyn FnMut(&mut Target<'_>),
    ) {
        self.shards.with(member, |shard| {
            let first = shard.neurons.start as u32;
            f(&mut shard.inboxes[receptor][inbox].target(first, step));
        });
    }

    fn current(&self, member: &mut Member, f: &mut dyn FnMut(Inbox<'_>, Range<usize>)) {
        self.shards.with(member, |shard| {
            shard.rest.wake();
            f(T::inbox(&mut shard.current), shard.neurons.clone());
        });
    }

    fn skip_at_rest(&mut self) {
        if self.noise.is_silent() {
            for shard in self.shards.iter_mut() {
                let n = shard.neurons.len();
                let columns = self.states + 1 + shard.receptors.iter().flatten().count();
                shard.rest.begin(n.div_ceil(BLOCK), columns * n.min(FUSED));
            }
        }
    }

    fn wake(&mut self) {
        self.shards.iter_mut().for_each(|shard| shard.rest.wake());
    }

    fn coupled(&self, member: &mut Member, f: &mut dyn FnMut([Inbox<'_>; 3], Range<usize>)) {
        self.shards.with(member, |shard| {
            f(shard.coupled.each_mut().map(|column| T::inbox(column)), shard.neurons.clone());
        });
    }

    fn read(&mut self, variable: usize, columns: Option<&RawColumns>, f: &mut dyn FnMut(usize, Inbox<'_>)) {
        for shard in self.shards.iter_mut() {
            let mut state: ArrayVec<&mut [T], COLUMNS> = ArrayVec::new();
            match columns {
                Some(raw) => drop(raw.slices(shard.neurons.clone(), &mut state)),
                None => state.extend(shard.state.iter_mut().map(|c| &mut c[..])),
            }
            // A voltage is held from the step on in which it is clamped, also for those who look at it.
            for (k, v) in &shard.clamps {
                state[0][*k as usize] = *v;
            }
            f(shard.neurons.start, T::inbox(&mut *state[variable]));
        }
    }

    fn voltages(&self, member: &mut Member, columns: Option<&RawColumns>, f: &mut dyn FnMut(Inbox<'_>)) {
        self.shards.with(member, |shard| {
            let mut state: ArrayVec<&mut [T], COLUMNS> = ArrayVec::new();
            match columns {
                Some(raw) => drop(raw.slices(shard.neurons.clone(), &mut state)),
                None => state.extend(shard.state.iter_mut().map(|c| &mut c[..])),
            }
            for (k, v) in &shard.clamps {
                state[0][*k as usize] = *v;
            }
            f(T::inbox(&mut *state[0]));
        });
    }

    fn collect(&mut self, spikes: &mut Vec<u32>) {
        self.shards.iter_mut().for_each(|s| spikes.extend_from_slice(&s.spikes));
    }

    fn take_bad(&mut self) -> Option<NotFinite> {
        self.shards.iter_mut().find_map(|s| s.bad.take())
    }

    fn allow_current(&mut self) {
        self.shards.iter_mut().for_each(|s| s.current = vec![T::default(); s.neurons.len()]);
    }

    fn allow_coupling(&mut self, conducts: bool) {
        self.conducts |= conducts;
        for shard in self.shards.iter_mut() {
            let n = shard.neurons.len();
            shard.coupled.iter_mut().for_each(|column| column.resize(n, T::default()));
        }
    }

    fn clamp(&mut self, neuron: u32, v: Option<f64>) {
        let shard = self.shard_of(neuron);
        shard.rest.wake();
        let local = neuron - shard.neurons.start as u32;
        shard.clamps.retain(|(k, _)| *k != local);
        shard.clamps.extend(v.map(|v| (local, T::of(v))));
    }

    fn refractory(&mut self, neuron: u32, steps: f64) {
        let shard = self.shard_of(neuron);
        let local = neuron as usize - shard.neurons.start;
        if let Some(r) = shard.refractory.get_mut(local) {
            *r = T::of(steps);
        }
    }

    fn value(&mut self, variable: usize, neuron: u32) -> Option<f64> {
        let shard = self.shard_of(neuron);
        let local = neuron as usize - shard.neurons.start;
        shard.state.get(variable).map(|column| column[local].to_f64())
    }
}

/// The loop that sums jumps, for this machine.
pub fn gather_kernel<T: Summed>() -> Gather<T>
where
    Num<T>: Real,
{
    crate::model::gather(instructions())
}
