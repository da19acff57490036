//! Building a [`Csr`] from a rule: rows are made in blocks that stay in the cache, by as many threads as there are, and
//! appended in order.
//!
//! The delay of the synapse of rank k in row i is draw (i, k) of `Delay`. Its weight is draw k of row i of `Weight`, in the numbering
//! of [`Key::draws`]; where a [`Law`](crate::law::Law) draws the row, k counts the draws of a part instead. So neither threads nor
//! shards nor the rest of the projection change them.

use ecs_core::network::Pairs;
use ecs_core::random::{Distribution, Key, Purpose, Sampler};

use crate::blocks::{Maker, Source, append_all};
use crate::csr::{Csr, Delays, Targets, Weights};
use crate::ends::Ends;
use crate::rules::{ConnectError, Pattern, Progress, Rule, Stream, with_room};

/// What a projection's synapses are besides who is connected to whom.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// Seed and number of the projection.
    pub stream: Stream,
    /// Weights in the unit of the synapse.
    pub weight: Distribution,
    /// Delays in ms; rounded to steps, at least one.
    pub delay: Distribution,
    /// Weights and delays that follow from the pair, in place of the laws.
    pub pairs: [Option<&'a dyn Pairs>; 2],
    /// The time step in ms.
    pub dt: f64,
    /// How weights are stored where they differ.
    pub precision: Precision,
    /// First post-neuron of each shard, and the size of the post-population at the end; `[shard + 1]`.
    pub bounds: &'a [u32],
    /// Threads to build with. The result does not depend on it.
    pub threads: usize,
}

impl Plan<'_> {
    /// Whether weights, and whether delays, differ between synapses.
    #[must_use]
    pub fn varies(&self) -> [bool; 2] {
        let [weight, delay] = self.pairs.map(|pairs| pairs.is_some());
        [weight || self.weight.constant().is_none(), delay || self.delay.constant().is_none()]
    }
}

/// How weights are stored where they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// `f32`.
    Single,
    /// `f64`, for validation.
    Double,
}

/// Connects `ends` by `rule`. `report(done, total)` is called now and then with the work done, of a total that stays the same.
///
/// # Errors
/// [`ConnectError`] for impossible requests and where memory does not suffice.
///
/// # Panics
/// Where `plan.bounds` does not ascend from 0 to the size of the post-population.
pub fn build(
    rule: &dyn Rule,
    ends: &Ends,
    plan: &Plan<'_>,
    report: &mut dyn FnMut(u64, u64),
) -> Result<Csr, ConnectError> {
    ends.check()?;
    rule.check(ends)?;
    let covers =
        plan.bounds.first() == Some(&0) && plan.bounds.last().map(|&n| u64::from(n)) == Some(ends.post_size);
    assert!(covers && plan.bounds.is_sorted(), "shards partition the post-population");
    let values = Values::new(plan)?;
    let mut progress = Progress::new(rule.preparation(ends) + ends.n_pre(), report);
    let expected = rule.expected(ends);
    let first_pre = ends.pre.start as u32;
    match rule.pattern(ends, plan.stream, plan.threads, &mut progress)? {
        Pattern::Law(law) => {
            let mut csr = values.empty(ends, plan, true, expected)?;
            let maker = Maker { source: Source::Law(&law), values: &values, bounds: plan.bounds, first_pre };
            append_all(&mut csr, &maker, plan.threads, expected, &mut progress)?;
            Ok(csr)
        }
        Pattern::Rows(rows) => {
            let mut csr = values.empty(ends, plan, true, expected)?;
            let maker =
                Maker { source: Source::Rows(&*rows), values: &values, bounds: plan.bounds, first_pre };
            append_all(&mut csr, &maker, plan.threads, expected, &mut progress)?;
            Ok(csr)
        }
        Pattern::Whole(mut whole) => {
            let (weights, delays) = (whole.weights.take(), whole.delays.take());
            let values = Values {
                weight: values.weight.filter(|_| weights.is_none()),
                delay: values.delay.filter(|_| delays.is_none()),
                ..values
            };
            let mut csr = values.empty(ends, plan, false, expected)?;
            let maker =
                Maker { source: Source::Whole(&whole), values: &values, bounds: plan.bounds, first_pre };
            append_all(&mut csr, &maker, plan.threads, expected, &mut progress)?;
            csr.targets = whole.targets;
            if let Some(weights) = weights {
                csr.weights = plan.precision.store(weights);
            }
            if let Some(delays) = delays {
                csr.delays = Delays::U8(with_room(delays.len() as u64)?);
                csr.delays.append(&to_steps(&delays, plan.dt)?);
            }
            Ok(csr)
        }
    }
}

impl Precision {
    fn store(self, weights: Vec<f64>) -> Weights {
        match self {
            Self::Single => Weights::F32(weights.into_iter().map(|weight| weight as f32).collect()),
            Self::Double => Weights::F64(weights),
        }
    }
}

/// Most steps of a stored delay.
pub(crate) const MOST_STEPS: f64 = u16::MAX as f64;

fn to_steps(delays: &[f64], dt: f64) -> Result<Vec<u16>, ConnectError> {
    delays.iter().map(|&delay| steps_within(delay, dt, MOST_STEPS).map(|steps| steps as u16)).collect()
}

pub(crate) fn steps_within(delay: f64, dt: f64, most: f64) -> Result<f64, ConnectError> {
    let steps = (delay / dt).round();
    if steps <= most && delay >= 0.0 {
        Ok(steps.max(1.0))
    } else {
        Err(ConnectError::Delay { found: delay, most: most * dt })
    }
}

/// Where a value comes from.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'a> {
    Drawn(Sampler, Key),
    Pairs(&'a dyn Pairs),
}

/// Weights and delays as they are made; `None` where there is one for all.
pub(crate) struct Values<'a> {
    pub(crate) weight: Option<Origin<'a>>,
    pub(crate) delay: Option<Origin<'a>>,
    shared_weight: f64,
    shared_delay: u32,
    pub(crate) dt: f64,
}

impl<'a> Values<'a> {
    fn new(plan: &Plan<'a>) -> Result<Self, ConnectError> {
        plan.weight.check().map_err(|reason| ConnectError::Law { field: "weight", reason })?;
        plan.delay.check().map_err(|reason| ConnectError::Law { field: "delay", reason })?;
        let origin = |law: &Distribution, pairs: Option<&'a dyn Pairs>, purpose| match pairs {
            Some(pairs) => Some(Origin::Pairs(pairs)),
            None => law.constant().is_none().then(|| Origin::Drawn(law.sampler(), plan.stream.key(purpose))),
        };
        let shared_delay = steps_within(plan.delay.constant().unwrap_or(0.0), plan.dt, f64::from(u32::MAX))?;
        Ok(Self {
            weight: origin(&plan.weight, plan.pairs[0], Purpose::Weight),
            delay: origin(&plan.delay, plan.pairs[1], Purpose::Delay),
            shared_weight: plan.weight.constant().unwrap_or(0.0),
            shared_delay: shared_delay as u32,
            dt: plan.dt,
        })
    }

    /// A projection without synapses, with room for the `expected` ones. A count of independent chances exceeds its mean by eight
    /// standard deviations once in 10^15 projections, and then only copies; memory that is not touched costs nothing.
    fn empty(&self, ends: &Ends, plan: &Plan<'_>, targets: bool, expected: f64) -> Result<Csr, ConnectError> {
        let room = ((expected + 8.0 * expected.sqrt()) as u64).saturating_add(64);
        let mut indptr = with_room(ends.n_pre().saturating_mul(plan.bounds.len() as u64 - 1) + 1)?;
        indptr.push(0);
        Ok(Csr {
            pre_offset: ends.pre.start as u32,
            n_pre: ends.n_pre() as u32,
            n_post: ends.post_size as u32,
            bounds: plan.bounds.to_vec(),
            indptr,
            targets: match Targets::narrowest(ends.post_size) {
                Targets::U16(_) if targets => Targets::U16(with_room(room)?),
                Targets::U32(_) if targets => Targets::U32(with_room(room)?),
                none => none,
            },
            weights: match (self.weight, plan.precision) {
                (None, _) => Weights::Shared(self.shared_weight),
                (Some(_), Precision::Single) => Weights::F32(with_room(room)?),
                (Some(_), Precision::Double) => Weights::F64(with_room(room)?),
            },
            delays: match self.delay {
                None => Delays::Shared(self.shared_delay),
                Some(_) => Delays::U8(with_room(room)?),
            },
        })
    }
}
