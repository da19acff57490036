//! Events: Poisson counts given to the neurons of a shard, times a weight.
//!
//! Three ways, chosen by the rates alone: counts for 128 neurons at a time where all have one mean; the same with a
//! distribution for each where rates differ; and where no neuron expects as much as 1/16 event in a step, counts for blocks
//! of 128 neurons, each event then falling on any of the block with equal chance (superposition), and kept with the chance of
//! that neuron's rate over the highest (thinning): the cost follows the events.
//!
//! Groups and blocks begin at multiples of 128 in the population, whatever the shard: what lies outside is drawn and dropped.
//!
//! Source: Kingman (1993), Poisson Processes, sections 2.2 (superposition) and 5.1 (thinning).

use std::ops::Range;

use ecs_core::dispatch;
use ecs_core::network::{Reach, Values};
use ecs_core::number::{Float, Num, Real};
use ecs_core::random::Key;

use crate::counts::{Counts, GROUP, Means, Table, first_term, parts};
use crate::reached::{members, position};

/// Below this mean, counts for blocks are the faster way.
const SPARSE_BELOW: f64 = 1.0 / 16.0;
/// Draws of a neuron grow with its mean; beyond this a step would take milliseconds.
const LARGEST_MEAN: f64 = 10_000.0;
/// Marks the words that place events in a block; parts of a count never reach it.
const PLACES: u64 = 1 << 63;

/// How counts are drawn.
pub(crate) enum Law {
    /// One mean for all.
    Same(Table),
    /// A mean for each neuron reached, over the number of parts, with its first term.
    Each { terms: Vec<(f64, f64)>, parts: u32 },
    /// Counts of blocks; the chance of an event to be kept, over 2⁻³², one or for each neuron reached.
    Sparse { block: Table, kept: Vec<f64> },
}

/// What reaches whom.
pub(crate) struct Events {
    pub(crate) reach: Reach,
    pub(crate) weight: f64,
    pub(crate) key: Key,
    pub(crate) law: Law,
}

/// How to draw at these rates, in Hz; None where all are 0.
pub(crate) fn law(rates: &Values, dt: f64) -> Result<Option<Law>, String> {
    let mean = |rate: &f64| rate * dt * 1e-3;
    let highest = rates.as_slice().iter().map(mean).fold(0.0, f64::max);
    if highest > LARGEST_MEAN {
        return Err(format!(
            "`rate` makes {highest} events in a step of {dt} ms; up to {LARGEST_MEAN} are allowed; use `noise` instead"
        ));
    }
    let law = match rates {
        _ if highest == 0.0 => return Ok(None),
        _ if highest < SPARSE_BELOW => Law::Sparse {
            block: Table::new(highest * GROUP as f64),
            kept: rates.as_slice().iter().map(|rate| mean(rate) / highest * 2f64.powi(32)).collect(),
        },
        Values::Uniform(_) => Law::Same(Table::new(highest)),
        Values::Each(rates) => {
            let parts = parts(highest);
            let term = |rate: &f64| {
                let mean = mean(rate) / f64::from(parts);
                (mean, first_term(mean))
            };
            Law::Each { terms: rates.iter().map(term).collect(), parts }
        }
    };
    Ok(Some(law))
}

/// A shard of a population at a step.
pub(crate) struct Shard<'a, T> {
    pub(crate) events: &'a Events,
    pub(crate) step: u64,
    /// Indices in the population.
    pub(crate) neurons: Range<u32>,
    /// `[neuron]`
    pub(crate) input: &'a mut [T],
}

/// A loop over a shard.
pub(crate) type Add<T> = fn(&mut Shard<'_, T>);

dispatch!(
    /// The loop over a shard for an instruction set.
    pub(crate) fn add_at<T: Float>(&mut Shard<'_, T>) = add where Num<T>: Real
);

#[inline(always)]
fn add<T: Float>(shard: &mut Shard<'_, T>)
where
    Num<T>: Real,
{
    let Events { reach, key, law, .. } = shard.events;
    let (from, to) = match reach {
        Reach::Range(r) => (r.start, r.end),
        Reach::List(list) => (list.first().map_or(0, |k| *k), list.last().map_or(0, |k| k + 1)),
    };
    let reached = from.max(shard.neurons.start)..to.min(shard.neurons.end);
    if reached.is_empty() {
        return;
    }
    let groups = reached.start / GROUP as u32..(reached.end - 1) / GROUP as u32 + 1;
    match law {
        Law::Same(table) => {
            for g in groups {
                shard.give(g, &reached, &table.draw(*key, g, shard.step));
            }
        }
        Law::Each { terms, parts } => {
            for g in groups {
                let means = means(reach, g, terms, *parts);
                shard.give(g, &reached, &means.draw(*key, g, shard.step));
            }
        }
        Law::Sparse { block, kept } => {
            for g in groups.start / GROUP as u32..(groups.end - 1) / GROUP as u32 + 1 {
                let counts = block.draw(*key, g, shard.step);
                let some = (g * GROUP as u32..).zip(counts).filter(|(b, n)| *n > 0 && groups.contains(b));
                some.for_each(|(b, n)| shard.scatter(b, n, kept));
            }
        }
    }
}

/// The means of a group; of neurons that are not reached, 0.
#[inline(always)]
fn means(reach: &Reach, group: u32, terms: &[(f64, f64)], parts: u32) -> Means {
    let start = group * GROUP as u32;
    let mut means = Means { mean: [0.0; GROUP], first: [first_term(0.0); GROUP], parts };
    for (at, neuron) in members(reach, start..start + GROUP as u32) {
        let lane = (neuron - start) as usize;
        (means.mean[lane], means.first[lane]) = terms[at];
    }
    means
}

impl<T: Float> Shard<'_, T>
where
    Num<T>: Real,
{
    /// Adds the events of a group to those that are reached.
    #[inline(always)]
    fn give(&mut self, group: u32, reached: &Range<u32>, counts: &Counts) {
        let weight = Num(T::of(self.events.weight));
        let start = group * GROUP as u32;
        let more = |x: &mut T, count: u32| *x = (Num(*x) + Num(T::of_count(count as u16)) * weight).0;
        let whole = reached.start <= start && start + GROUP as u32 <= reached.end;
        if whole && matches!(self.events.reach, Reach::Range(_)) {
            let at = (start - self.neurons.start) as usize;
            self.input[at..at + GROUP].iter_mut().zip(counts).for_each(|(x, count)| more(x, *count));
            return;
        }
        let within = start.max(reached.start)..(start + GROUP as u32).min(reached.end);
        for (_, neuron) in members(&self.events.reach, within) {
            more(&mut self.input[(neuron - self.neurons.start) as usize], counts[(neuron - start) as usize]);
        }
    }

    /// Adds `events` to neurons of a block, each where chance puts it, if it is kept there.
    fn scatter(&mut self, block: u32, events: u32, kept: &[f64]) {
        let weight = Num(T::of(self.events.weight));
        let mut words = [0; 4];
        for event in 0..events {
            if event % 2 == 0 {
                let index = PLACES | u64::from(event) << 31 | u64::from(block);
                words = self.events.key.block(index, self.step);
            }
            let at = 2 * (event as usize % 2);
            let neuron = block * GROUP as u32 + words[at] / (u32::MAX / GROUP as u32 + 1);
            let Some(position) = position(&self.events.reach, neuron) else { continue };
            let kept = f64::from(words[at + 1]) < kept[if kept.len() == 1 { 0 } else { position }];
            if kept && self.neurons.contains(&neuron) {
                let x = &mut self.input[(neuron - self.neurons.start) as usize];
                *x = (Num(*x) + weight).0;
            }
        }
    }
}
