//! Shard: the numbers of a part of a population that one member of the team advances.

use std::ops::Range;

use arrayvec::ArrayVec;

use super::accumulator::{Accumulator, Summed};
use super::neurons::RawColumns;
use super::rest::Rest;
use crate::model::{Column, NotFinite, Propagator, Receive, STAGES};
use crate::number::{Num, Real};

/// Neurons advanced at a time where their input goes through scratch: what a block needs then fits the first-level cache.
pub(super) const BLOCK: usize = 512;

/// Neurons advanced at a time where receptors are advanced in the same pass; larger, because each block has a fixed cost.
pub(super) const FUSED: usize = 4096;

/// Steps between copies of the state that messages about numbers that are not finite take the last good value from.
pub(super) const SAVE: u64 = 32;

/// The most columns a model may have, and the most inboxes a receptor.
pub const COLUMNS: usize = 16;

/// A parameter, one for all or one for each neuron of the population.
#[derive(Clone, Debug)]
pub enum Param<T> {
    /// The same for all.
    Uniform(T),
    /// `[neuron]`.
    Each(Vec<T>),
}

/// A receptor's numbers, the same for all neurons.
pub struct ReceptorKernel<T> {
    /// Its linear system over a step.
    pub system: Propagator<T>,
    /// Parameters of its output.
    pub params: Vec<T>,
    /// Its loop.
    pub receive: Receive<T>,
    /// Current and conductance per unit of value, unless they depend on the voltage.
    pub linear: Option<(T, T)>,
}

impl<T: Summed> ReceptorKernel<T> {
    /// Whether the fused loop, which multiplies fewer factors, gives the same bits.
    pub(super) fn is_simple(&self) -> bool {
        let one = T::of(1.0);
        let plain = |x: T| x == one || x == T::default();
        let mean_is_one = self.system.value[0][0] == one;
        let factors = self.linear.is_some_and(|(i, g)| mean_is_one || plain(i) && plain(g));
        self.system.order == 1 && self.system.arrive[0] == one && factors
    }
}

/// What belongs to a shard of the neurons alone.
pub struct Shard<T> {
    /// The shard's neurons, as indices of the population.
    pub neurons: Range<usize>,
    /// State of a packed population, `[variable, neuron]`; empty where neurons are entities.
    pub state: Vec<Vec<T>>,
    /// Refractoriness of a packed population, `[neuron]`.
    pub refractory: Vec<T>,
    /// State of the receptors, `[receptor, variable, neuron]`.
    pub receptors: Vec<Vec<Vec<T>>>,
    /// What arrives, `[receptor, inbox]`; the first receptor is the voltage itself.
    pub inboxes: Vec<Vec<Accumulator<T>>>,
    /// Whether all parameters are the same for all neurons of a block of [`BLOCK`], `[block]`; empty where nobody asks.
    pub alike: Vec<bool>,
    /// Injected current, `[neuron]`; empty where there is none.
    pub current: Vec<T>,
    /// Currents, conductances and room for sums of couplings, each `[neuron]`; empty where there are none.
    pub coupled: [Vec<T>; 3],
    /// Neurons whose voltage is held, and at what.
    pub clamps: Vec<(u32, T)>,
    /// Neurons that fired in this step.
    pub spikes: Vec<u32>,
    /// What stopped being finite.
    pub bad: Option<NotFinite>,
    /// Which blocks are at rest.
    pub rest: Rest<T>,
    /// Room for a block.
    pub(super) scratch: Box<Scratch<T>>,
}

/// How a block's receptors are advanced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// Before the neurons, their input going through scratch.
    Apart,
    /// With the neurons, from counts in bytes.
    Counts,
    /// With the neurons, from sums; injected currents are added.
    Sums,
}

pub(super) struct Scratch<T> {
    pub(super) current: [[T; BLOCK]; STAGES],
    pub(super) conductance: [[T; BLOCK]; STAGES],
    pub(super) jump: [T; BLOCK],
    /// What several inboxes of a receptor sum up to, `[lane, neuron]`.
    pub(super) sums: [Vec<T>; 2],
    /// No current: of all numbers, only -0.0 changes no bit of what it is added to.
    pub(super) still: Vec<T>,
    pub(super) marks: [u8; FUSED],
    pub(super) saved: Vec<T>,
    pub(super) noise: Vec<T>,
    pub(super) registers: Vec<T>,
}

impl<T: Summed> Shard<T> {
    /// A shard without anything connected yet, for a model with so many noises and a kernel that wants so much room.
    pub fn new(neurons: Range<usize>, noises: usize, registers: usize) -> Self {
        let (zero, most) = (T::default(), FUSED.min(neurons.len()));
        Self {
            state: Vec::new(),
            refractory: Vec::new(),
            receptors: Vec::new(),
            inboxes: vec![Vec::new()],
            alike: Vec::new(),
            current: Vec::new(),
            coupled: [const { Vec::new() }; 3],
            clamps: Vec::new(),
            spikes: Vec::with_capacity(neurons.len()),
            bad: None,
            rest: Rest::default(),
            scratch: Box::new(Scratch {
                current: [[zero; BLOCK]; STAGES],
                conductance: [[zero; BLOCK]; STAGES],
                jump: [zero; BLOCK],
                sums: [vec![zero; most], vec![zero; most]],
                still: vec![T::of(-0.0); most],
                marks: [0; FUSED],
                saved: vec![zero; COLUMNS * FUSED.min(neurons.len().max(BLOCK))],
                noise: vec![zero; noises * BLOCK],
                registers: vec![zero; registers],
            }),
            neurons,
        }
    }
}

/// All numbers of a block that a step may change.
pub(super) type Numbers<'a, T> = ArrayVec<&'a [T], { 3 * COLUMNS }>;

pub(super) fn numbers<'a, T: 'static>(
    shard: &'a mut Shard<T>,
    columns: Option<&'a RawColumns>,
    range: &Range<usize>,
    whole: &Range<usize>,
) -> Numbers<'a, T> {
    let mut state: ArrayVec<&mut [T], COLUMNS> = ArrayVec::new();
    let refractory = match columns {
        Some(raw) => raw.slices(whole.clone(), &mut state),
        None => {
            state.extend(shard.state.iter_mut().map(|c| &mut c[range.clone()]));
            &mut shard.refractory[range.clone()]
        }
    };
    let receptors = shard.receptors.iter().flatten().map(|column| &column[range.clone()]);
    state.into_iter().map(|column| &*column).chain([&*refractory]).chain(receptors).collect()
}

impl<T: Summed> Param<T> {
    /// The parameter of the neurons in `range`, one for all of them where they are said to be alike.
    pub(super) fn of(&self, range: Range<usize>, alike: bool) -> Column<'_, T> {
        match self {
            Param::Uniform(x) => Column::Uniform(*x),
            Param::Each(column) if alike => Column::Uniform(column[range.start]),
            Param::Each(column) => Column::Each(&column[range]),
        }
    }

    /// Whether it has the same bits for all these neurons.
    fn same(&self, mut neurons: impl Iterator<Item = usize>) -> bool {
        let Param::Each(column) = self else { return true };
        let bits = |k: usize| column[k].to_f64().to_bits();
        let Some(first) = neurons.next() else { return true };
        neurons.all(|k| bits(k) == bits(first))
    }
}

impl<T: Summed> Shard<T> {
    /// Finds the blocks whose neurons share all of `params`.
    pub(super) fn compare(&mut self, params: &[Param<T>]) {
        let blocks = self.neurons.clone().step_by(BLOCK).map(|k| k..self.neurons.end.min(k + BLOCK));
        self.alike = blocks.map(|block| params.iter().all(|p| p.same(block.clone()))).collect();
    }

    /// Whether the neurons of `range`, counted from the shard's first and beginning with a block, share all of `params`.
    pub(super) fn is_alike(&self, params: &[Param<T>], range: &Range<usize>) -> bool {
        let blocks = self.alike.get(range.start / BLOCK..range.end.div_ceil(BLOCK));
        let firsts = || range.clone().step_by(BLOCK).map(|k| self.neurons.start + k);
        blocks.is_some_and(|blocks| blocks.iter().all(|alike| *alike))
            && params.iter().all(|p| p.same(firsts()))
    }
}

/// The clamped neurons of a block, counted from its start.
pub(super) fn clamped<T: Copy>(
    clamps: &[(u32, T)],
    range: &Range<usize>,
) -> impl Iterator<Item = (usize, T)> {
    let range = range.clone();
    let start = range.start;
    let all = clamps.iter().map(|(k, v)| (*k as usize, *v));
    all.filter(move |(k, _)| range.contains(k)).map(move |(k, v)| (k - start, v))
}

pub(super) fn inject<T: Summed>(stages: &mut [[T; BLOCK]], current: &[T], fresh: bool)
where
    Num<T>: Real,
{
    for stage in stages {
        for (i, extra) in stage.iter_mut().zip(current) {
            *i = if fresh { *extra } else { (Num(*i) + Num(*extra)).0 };
        }
    }
}
