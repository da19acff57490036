//! Poisson: weighted events at random times, independent for each neuron.
//!
//! ```text
//! events of neuron k in a step ~ Poisson(rate_k dt), all acting at the beginning of the step
//! ```
//!
//! Three ways, chosen by the rates alone: counts for 64 neurons at a time where all have one mean; the same with a distribution
//! for each where rates differ; and where fewer than 1 in 32 neurons has an event in a step, counts for blocks of 64 neurons,
//! each event then falling on one of the block with equal chance (the superposition of Poisson processes), and kept with the
//! chance of that neuron's rate over the highest: the cost follows the events.
//!
//! Cost on one core of an EPYC with AVX-512: see `examples/poisson_speed.rs`. Source: NEST 3, `poisson_generator`; Kingman (1993), Poisson
//! Processes, sections 2.2 (superposition) and 5.1 (thinning).

use std::ops::Range;

use ecs_core::dispatch;
use ecs_core::model::{Instructions, instructions};
use ecs_core::network::{Clock, Inbox, Reach, Stimulus, StimulusPlan, Values};
use ecs_core::number::{Float, Num, Real};
use ecs_core::random::{Key, Purpose};
use ecs_core::registry::{Bound, Drive, Field};

use crate::counts::{Counts, GROUP, Means, Table, first_term, parts};
use crate::numbers::values;
use crate::reached::{members, position};
use crate::window::{START, STOP, Window};

/// Its scenario table.
pub const PARAMS: &[Field] =
    &[Field::number("rate", f64::NAN, "Hz", "mean rate of events to a neuron").within(Bound::NonNegative), START, STOP];
/// It makes events.
pub const DRIVE: Option<Drive> = None;

/// Below this mean, counts for blocks are the faster way.
const SPARSE_BELOW: f64 = 1.0 / 32.0;
/// Draws of a neuron grow with its mean; beyond this a step would take milliseconds.
const LARGEST_MEAN: f64 = 10_000.0;
/// Marks the words that place events in a block; parts of a count never reach it.
const PLACES: u64 = 1 << 63;

/// How counts are drawn.
enum Law {
    /// One mean for all.
    Same(Table),
    /// A mean for each neuron reached, over the number of parts, with its first term.
    Each { terms: Vec<(f64, f64)>, parts: u32 },
    /// Counts of blocks; the chance of an event to be kept, over 2⁻³², one or for each neuron reached.
    Sparse { block: Table, kept: Vec<f64> },
}

struct Poisson {
    reach: Reach,
    weight: f64,
    key: Key,
    window: Window,
    /// None where no events ever come.
    law: Option<Law>,
    add_f32: fn(&mut Shard<'_, f32>),
    add_f64: fn(&mut Shard<'_, f64>),
}

/// Makes the stimulus.
///
/// # Errors
/// On rates that are negative, not finite, above 10 000 events in a step, or not as many as the neurons; on a `stop` before
/// `start`; and on a weight that is not finite.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    build_for(plan, instructions())
}

/// The same for an instruction set that this machine has.
///
/// # Errors
/// Those of [`build`].
pub fn build_for(plan: &StimulusPlan, level: Instructions) -> Result<Box<dyn Stimulus>, String> {
    if !plan.weight.is_finite() {
        return Err(format!("`weight` is {}; a finite number is allowed", plan.weight));
    }
    Ok(Box::new(Poisson {
        reach: plan.reach.clone(),
        weight: plan.weight,
        key: Key::new(plan.clock.seed, plan.stream, Purpose::Poisson),
        window: Window::new(plan, 1)?,
        law: law(&values(plan, &PARAMS[0], 0, 0.0)?, plan.clock.dt)?,
        add_f32: add_at(level),
        add_f64: add_at(level),
    }))
}

fn law(rates: &Values, dt: f64) -> Result<Option<Law>, String> {
    let mean = |rate: &f64| rate * dt * 1e-3;
    let highest = rates.as_slice().iter().map(mean).fold(0.0, f64::max);
    if highest > LARGEST_MEAN {
        return Err(format!(
            "`rate` makes {highest} events in a step of {dt} ms; up to {LARGEST_MEAN} are allowed; use the stimulus `noise` instead"
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

impl Stimulus for Poisson {
    fn acts(&self, clock: &Clock) -> bool {
        self.law.is_some() && self.window.contains(clock.step)
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        let (poisson, neurons, step) = (self, shard.start as u32..shard.end as u32, clock.step);
        match input {
            Inbox::Sum32(input) => (self.add_f32)(&mut Shard { poisson, step, neurons, input }),
            Inbox::Sum64(input) => (self.add_f64)(&mut Shard { poisson, step, neurons, input }),
            Inbox::Count8(_) | Inbox::Count16(_) => unreachable!("a stimulus asks for sums"),
        }
    }
}

/// A shard of a population at a step.
struct Shard<'a, T> {
    poisson: &'a Poisson,
    step: u64,
    /// Indices in the population.
    neurons: Range<u32>,
    /// `[neuron]`
    input: &'a mut [T],
}

dispatch!(
    /// The loop over a shard for an instruction set.
    fn add_at<T: Float>(&mut Shard<'_, T>) = add where Num<T>: Real
);

#[inline(always)]
fn add<T: Float>(shard: &mut Shard<'_, T>)
where
    Num<T>: Real,
{
    let Poisson { reach, key, law: Some(law), .. } = shard.poisson else { return };
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
        let weight = Num(T::of(self.poisson.weight));
        let start = group * GROUP as u32;
        let more = |x: &mut T, count: u32| *x = (Num(*x) + Num(T::of_count(count as u16)) * weight).0;
        let whole = reached.start <= start && start + GROUP as u32 <= reached.end;
        if whole && matches!(self.poisson.reach, Reach::Range(_)) {
            let at = (start - self.neurons.start) as usize;
            self.input[at..at + GROUP].iter_mut().zip(counts).for_each(|(x, count)| more(x, *count));
            return;
        }
        let within = start.max(reached.start)..(start + GROUP as u32).min(reached.end);
        for (_, neuron) in members(&self.poisson.reach, within) {
            more(&mut self.input[(neuron - self.neurons.start) as usize], counts[(neuron - start) as usize]);
        }
    }

    /// Adds `events` to neurons of a block, each where chance puts it, if it is kept there.
    fn scatter(&mut self, block: u32, events: u32, kept: &[f64]) {
        let weight = Num(T::of(self.poisson.weight));
        let mut words = [0; 4];
        for event in 0..events {
            if event % 2 == 0 {
                let index = PLACES | u64::from(event) << 31 | u64::from(block);
                words = self.poisson.key.block(index, self.step);
            }
            let at = 2 * (event as usize % 2);
            let neuron = block * GROUP as u32 + words[at] / (u32::MAX / GROUP as u32 + 1);
            let Some(position) = position(&self.poisson.reach, neuron) else { continue };
            let kept = f64::from(words[at + 1]) < kept[if kept.len() == 1 { 0 } else { position }];
            if kept && self.neurons.contains(&neuron) {
                let x = &mut self.input[(neuron - self.neurons.start) as usize];
                *x = (Num(*x) + weight).0;
            }
        }
    }
}
