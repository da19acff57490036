//! Connect: the projections of a scenario, each pair of selections one operator.

use bevy_ecs::prelude::*;
use ecs_core::network::{ConnectPlan, ConnectorModel, Edges, OperatorModel, ProjectionPlan};
use ecs_core::random::Distribution;

use super::{Builder, Progress, values};
use crate::diagnostic::Diagnostics;
use crate::schema::{Members, Part, Pick, Precision, Projection, Scenario, Value};

/// A pair of members that a projection joins, with its number among all such pairs.
pub struct Pair<'s> {
    /// The projection.
    pub projection: &'s Projection,
    /// Senders.
    pub from: Members,
    /// Receivers.
    pub to: Members,
    /// Number among all pairs of the scenario, which tells their random numbers apart.
    pub stream: u32,
}

/// Every pair of members that is joined.
pub fn plans(scenario: &Scenario) -> Vec<Pair<'_>> {
    let mut pairs = Vec::new();
    for projection in &scenario.projections {
        for from in &projection.from.members {
            for to in &projection.to.members {
                pairs.push(Pair { projection, from: *from, to: *to, stream: pairs.len() as u32 });
            }
        }
    }
    pairs
}

fn range(pick: Pick, size: usize) -> Option<std::ops::Range<u64>> {
    match pick {
        Pick::All => Some(0..size as u64),
        Pick::Range { start, end } => Some(start as u64..end as u64),
        Pick::Share(_) => None,
    }
}

/// Names that a column may have, ours first, then those of connectomes as they are published: the fly's of Shiu et al. (2024).
const PRE: &[&str] = &["pre", "Presynaptic_Index"];
const POST: &[&str] = &["post", "Postsynaptic_Index"];
const COUNT: &[&str] = &["count", "Excitatory x Connectivity"];

/// The synapses of a data file, where the rule reads one: columns `pre` and `post`, and if present `weight`, in the unit of
/// the projection's weights, or `count`, which multiplies the projection's one weight, and `delay_ms`.
pub fn edges_of(connect: &Part, weight: Option<&Value>) -> Result<Option<Edges>, String> {
    let Some(file) = connect.params.iter().find_map(|s| s.file()) else { return Ok(None) };
    let table = tables::read(file).map_err(|e| e.to_string())?;
    let has = |name: &str| table.columns().iter().any(|(n, _)| n == name);
    let called = |names: &[&'static str]| names.iter().copied().find(|name| has(name));
    let indices = |names: &[&'static str]| {
        let name = called(names).unwrap_or(names[0]);
        table.indices(name).map(|c| c.into_owned()).map_err(|e| e.to_string())
    };
    let optional = |name: Option<&str>| {
        name.map(|name| table.numbers(name).map(|c| c.into_owned()).map_err(|e| e.to_string())).transpose()
    };
    let mut weights = optional(Some("weight").filter(|name| has(name)))?;
    if let (None, Some(name)) = (&weights, called(COUNT)) {
        let Some(unit) = weight.and_then(Value::as_constant) else {
            return Err(format!(
                "column `{name}` of the file multiplies one `weight`, so give the projection one number"
            ));
        };
        weights = optional(Some(name))?.map(|counts| counts.into_iter().map(|n| n * unit).collect());
    }
    Ok(Some(Edges {
        pre: indices(PRE)?,
        post: indices(POST)?,
        weight: weights,
        delay: optional(Some("delay_ms").filter(|name| has(name)))?,
    }))
}

/// Neuron and time in ms of the spikes in a source's data file: columns `neuron` and `time_ms`.
pub fn events_of(source: &Part) -> Result<Vec<(u32, f64)>, String> {
    let Some(file) = source.params.iter().find_map(|s| s.file()) else { return Ok(Vec::new()) };
    let table = tables::read(file).map_err(|e| e.to_string())?;
    let neurons = table.indices("neuron").map_err(|e| e.to_string())?.into_owned();
    let times = table.numbers("time_ms").map_err(|e| e.to_string())?.into_owned();
    Ok(neurons.into_iter().zip(times).collect())
}

/// What the connector is told of a pair; `None` where an end is a random share.
pub fn plan_of<'a>(
    scenario: &Scenario,
    pair: &Pair<'_>,
    params: &'a [f64],
    bounds: &'a [u32],
) -> Option<ConnectPlan<'a>> {
    let size = |m: Members| scenario.populations[m.population].size;
    let law = |value: &Option<Value>, missing: f64| {
        value.as_ref().map_or(Distribution::Constant(missing), |v| v.into())
    };
    Some(ConnectPlan {
        pre: range(pair.from.pick, size(pair.from))?,
        post: range(pair.to.pick, size(pair.to))?,
        sizes: (size(pair.from) as u64, size(pair.to) as u64),
        recurrent: pair.from.population == pair.to.population,
        weight: law(&pair.projection.weight, 0.0),
        delay: law(&pair.projection.delay, scenario.run.dt),
        dt: scenario.run.dt,
        seed: scenario.run.seed,
        stream: pair.stream,
        double: scenario.run.precision == Precision::F64,
        bounds,
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        params,
        edges: None,
    })
}

impl Builder<'_> {
    pub(super) fn projections(&self, world: &mut World, progress: Progress<'_>) -> Result<(), Diagnostics> {
        for pair in plans(self.scenario) {
            let projection = pair.projection;
            let place = format!("projection `{}`", projection.name);
            let error = |found: String| self.error(projection.connect.span, &place, found);
            let connector = self.scenario.registry.of::<ConnectorModel>(&projection.connect.entry);
            let bounds = self.network(world).bounds(self.scenario.populations[pair.to.population].size);
            let params = values::constants(&projection.connect.params);
            let plan = plan_of(self.scenario, &pair, &params, &bounds).ok_or_else(|| {
                let found = "a random share of neurons cannot be an end of a projection; name a range such as `exc[0..100]`";
                self.error(projection.span, &place, found)
            })?;
            let edges = edges_of(&projection.connect, projection.weight.as_ref()).map_err(error)?;
            let mut report = |done, total| progress(&projection.name, done, total);
            let storage = self.scenario.registry.of::<OperatorModel>(&projection.storage);
            let made = (storage.connect)(connector, ConnectPlan { edges, ..plan }, &mut report);
            let operator = made.map_err(|found| self.error(projection.storage_span, &place, found))?;
            self.network(world).project(ProjectionPlan {
                name: projection.name.clone(),
                pre: self.populations[pair.from.population],
                post: self.populations[pair.to.population],
                receptor: self.receptor(&projection.receptor),
                state: values::receptor_state(
                    &projection.state,
                    self.clock.seed,
                    pair.stream,
                    bounds.last().map_or(0, |n| *n as usize),
                ),
                operator,
            });
        }
        Ok(())
    }
}
