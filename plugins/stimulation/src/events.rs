//! Events: Poisson counts given to the neurons of a shard, times a weight.
//!
//! Ways, chosen by the rates alone: counts for 128 neurons at a time where all have one mean; the same with a
//! distribution for each where rates differ; and where no neuron expects as much as 1/16 event in a step, counts for blocks
//! of 128 neurons, each event then falling on any of the block with equal chance (superposition), and kept with the chance of
//! that neuron's rate over the highest (thinning): the cost follows the events. A rate that changes with time thins the blocks
//! likewise, or has its distribution added up in every step.
//!
//! Groups and blocks begin at multiples of 128 in the population, whatever the shard: what lies outside is drawn and dropped.
//!
//! Source: Kingman (1993), Poisson Processes, sections 2.2 (superposition) and 5.1 (thinning).

use std::ops::Range;

use ecs_core::dispatch;
use ecs_core::model::Instructions;
use ecs_core::network::{Clock, Inbox, Reach, StimulusPlan, Values};
use ecs_core::number::{Float, Num, Real};
use ecs_core::random::{Key, Purpose};

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
    /// The highest mean that all have, to be scaled in each step, and its parts.
    Scaled { mean: f64, parts: u32 },
    /// Counts of blocks; the chance of an event to be kept, over 2⁻³², one or for each neuron reached.
    Sparse { block: Table, kept: Vec<f64> },
}

/// What reaches whom.
struct Events {
    reach: Reach,
    weight: f64,
    key: Key,
    law: Law,
}

/// Events with the loops that give them.
pub(crate) struct Giver {
    events: Events,
    add_f32: Add<f32>,
    add_f64: Add<f64>,
}

impl Giver {
    /// Events drawn by `law`.
    pub(crate) fn new(plan: &StimulusPlan, law: Law, level: Instructions) -> Result<Self, String> {
        if !plan.weight.is_finite() {
            return Err(format!("`weight` is {}; a finite number is allowed", plan.weight));
        }
        let key = Key::new(plan.clock.seed, plan.stream, Purpose::Poisson);
        let events = Events { reach: plan.reach.clone(), weight: plan.weight, key, law };
        Ok(Self { events, add_f32: add_at(level), add_f64: add_at(level) })
    }

    /// Adds the events of a step to a shard; `part` is the rate over the highest, 1 where it does not change.
    pub(crate) fn give(&self, part: f64, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        let (events, step, neurons) = (&self.events, clock.step, shard.start as u32..shard.end as u32);
        match input {
            Inbox::Sum32(input) => (self.add_f32)(&mut Shard { events, part, step, neurons, input }),
            Inbox::Sum64(input) => (self.add_f64)(&mut Shard { events, part, step, neurons, input }),
            Inbox::Count8(_) | Inbox::Count16(_) => unreachable!("a stimulus asks for sums"),
        }
    }
}

/// How to draw at these rates, in Hz; None where all are 0.
pub(crate) fn law(rates: &Values, dt: f64) -> Result<Option<Law>, String> {
    let mean = |rate: &f64| rate * dt * 1e-3;
    let highest = rates.as_slice().iter().map(mean).fold(0.0, f64::max);
    not_too_many(highest, dt, "`rate` makes")?;
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

/// How to draw at rates up to this, in Hz; None where it is 0.
pub(crate) fn modulated_law(highest: f64, dt: f64, keys: &str) -> Result<Option<Law>, String> {
    let mean = highest * dt * 1e-3;
    not_too_many(mean, dt, &format!("{keys} make"))?;
    Ok(match mean {
        0.0 => None,
        _ if mean < SPARSE_BELOW => {
            Some(Law::Sparse { block: Table::new(mean * GROUP as f64), kept: vec![2f64.powi(32)] })
        }
        _ => Some(Law::Scaled { mean, parts: parts(mean) }),
    })
}

fn not_too_many(mean: f64, dt: f64, who: &str) -> Result<(), String> {
    if mean <= LARGEST_MEAN {
        return Ok(());
    }
    Err(format!(
        "{who} {mean} events in a step of {dt} ms; up to {LARGEST_MEAN} are allowed; use `noise` instead"
    ))
}

/// A shard of a population at a step.
struct Shard<'a, T> {
    events: &'a Events,
    /// The rate over the highest.
    part: f64,
    step: u64,
    /// Indices in the population.
    neurons: Range<u32>,
    /// `[neuron]`
    input: &'a mut [T],
}

/// A loop over a shard.
type Add<T> = fn(&mut Shard<'_, T>);

dispatch!(
    /// The loop over a shard for an instruction set.
    fn add_at<T: Float>(&mut Shard<'_, T>) = add where Num<T>: Real
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
        Law::Scaled { mean, parts } => {
            let mean = mean * shard.part / f64::from(*parts);
            let means = Means { mean: [mean; GROUP], first: [first_term(mean); GROUP], parts: *parts };
            for g in groups {
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
            let chance = kept[if kept.len() == 1 { 0 } else { position }] * self.part;
            let kept = f64::from(words[at + 1]) < chance;
            if kept && self.neurons.contains(&neuron) {
                let x = &mut self.input[(neuron - self.neurons.start) as usize];
                *x = (Num(*x) + weight).0;
            }
        }
    }
}
