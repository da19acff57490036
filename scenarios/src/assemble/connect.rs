//! Connect: the projections of a scenario, each pair of selections one operator.

use bevy_ecs::prelude::*;
use ecs_core::model::{PlasticityModel, ShortTermModel};
use ecs_core::network::{
    ConnectPlan, ConnectorModel, Edges, Initialiser, InitialiserModel, Modulators, Operator, OperatorModel,
    Plastic, ProjectionPlan, Scale, ShortTermPlan, Space,
};
use ecs_core::random::Distribution;
use ecs_core::registry::{Entry, Form};

use super::{Builder, Progress, places, values};
use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::part::WEIGHT;
use crate::schema::{Members, Part, Pick, Precision, Projection, Scenario, Selection, Value};

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

impl<'s> Pair<'s> {
    /// What the connector is to hear of it.
    pub fn link(&self) -> Link<'s> {
        let Projection { connect, weight, delay, initialisers, plasticity, .. } = self.projection;
        let storage = Some((&self.projection.storage, self.projection.storage_span));
        let initialisers = initialisers.each_ref().map(Option::as_ref);
        let (plasticity, stream) = (plasticity.as_ref(), self.stream);
        Link {
            from: self.from,
            to: self.to,
            connect,
            storage,
            weight,
            delay,
            initialisers,
            plasticity,
            stream,
        }
    }
}

/// Two ends, and what the synapses between them are.
pub struct Link<'s> {
    /// Senders.
    pub from: Members,
    /// Receivers.
    pub to: Members,
    /// The rule.
    pub connect: &'s Part,
    /// How synapses are held and where that is said; none where they become something else.
    pub storage: Option<(&'s Entry, Span)>,
    /// Weights, unless the rule reads them.
    pub weight: &'s Option<Value>,
    /// Delays, unless the rule reads them or there are none.
    pub delay: &'s Option<Value>,
    /// What fills weights and delays, where they follow no law.
    pub initialisers: [Option<&'s Part>; 2],
    /// How weights learn.
    pub plasticity: Option<&'s Part>,
    /// Tells its random numbers apart.
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

/// The synapses of a data file, where the rule reads one: those of a matrix, or columns `pre` and `post`, and if present `weight`, in the unit of
/// the projection's weights, or `count`, which multiplies the projection's one weight, and `delay_ms`.
pub fn edges_of(connect: &Part, weight: Option<&Value>) -> Result<Option<Edges>, String> {
    let Some(file) = connect.params.iter().find_map(|s| s.file()) else { return Ok(None) };
    if let Some(matrix) = tables::read_matrix(file).map_err(|e| e.to_string())? {
        let (weight, shape) = (matrix.values, Some(matrix.shape));
        return Ok(Some(Edges { pre: matrix.rows, post: matrix.columns, weight, delay: None, shape }));
    }
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
        shape: None,
    }))
}

/// Neuron and time in ms of the spikes in a source's data file: columns `neuron` and `time_ms`.
pub fn events_of(source: &Part) -> Result<Vec<(u32, f64)>, String> {
    let events = source.params.iter().find(|s| s.field.form == Form::File);
    let Some(file) = events.and_then(|s| s.file()) else { return Ok(Vec::new()) };
    let table = tables::read(file).map_err(|e| e.to_string())?;
    let neurons = table.indices("neuron").map_err(|e| e.to_string())?.into_owned();
    let times = table.numbers("time_ms").map_err(|e| e.to_string())?.into_owned();
    Ok(neurons.into_iter().zip(times).collect())
}

/// The power of the weight that a unit such as `weight/mV` holds.
fn weights_in(unit: &str) -> i32 {
    let mut power = 0;
    let mut sign = 1;
    for factor in unit.split_inclusive(['*', '/']) {
        if factor.trim_end_matches(['*', '/']).trim() == WEIGHT {
            power += sign;
        }
        sign = if factor.ends_with('/') { -1 } else { 1 };
    }
    power
}

/// Numbers of a link at the scale of the scenario: parameters of its rule, of what fills its weights and its delays, and of how
/// it learns.
///
/// # Errors
/// The rule, or what fills its weights, has no meaning at another scale.
pub fn numbers_of(scenario: &Scenario, link: &Link<'_>) -> Result<[Vec<f64>; 4], String> {
    let [weights, delays] = link.initialisers;
    let [params, weights, delays, mut learning] = [Some(link.connect), weights, delays, link.plasticity]
        .map(|part| part.map_or_else(Vec::new, |part| values::constants(&part.params)));
    let learned = link.plasticity.into_iter().flat_map(|rule| rule.entry.params);
    for (number, field) in learning.iter_mut().zip(learned) {
        *number *= scenario.weight_factor().powi(weights_in(field.unit));
    }
    if scenario.scale == Scale::default() {
        return Ok([params, weights, delays, learning]);
    }
    let entry = &link.connect.entry;
    let scaled = (scenario.registry.of::<ConnectorModel>(entry).scaled)(&params, scenario.scale);
    match scaled {
        Some(params) if link.initialisers[0].is_none() => Ok([params, weights, delays, learning]),
        Some(_) => Err("`scale` changes weights, which must then be a number or a distribution".into()),
        None => Err(format!(
            "rule `{}` joins neurons of one network, which `scale` cannot make smaller; a number or a probability of \
             synapses can",
            entry.name
        )),
    }
}

/// What a plan borrows.
#[derive(Clone, Copy)]
pub struct Borrowed<'a> {
    /// Those of [`numbers_of`].
    pub numbers: &'a [Vec<f64>; 4],
    /// First post-neuron of each shard, and the size of the population at the end.
    pub bounds: &'a [u32],
    /// The spaces of all populations.
    pub spaces: &'a [Option<Space>],
}

/// What the connector is told of two ends; `None` where an end is a random share.
pub fn plan_of<'a>(scenario: &Scenario, link: &Link<'_>, borrowed: Borrowed<'a>) -> Option<ConnectPlan<'a>> {
    let size = |m: Members| scenario.populations[m.population].size;
    let Borrowed { numbers: [params, weights, delays, learning], bounds, spaces } = borrowed;
    let filled = |at: usize, params: &'a [f64]| {
        let part = link.initialisers[at];
        part.map(|part| Initialiser { model: scenario.registry.of::<InitialiserModel>(&part.entry), params })
    };
    let law = |value: &Option<Value>, missing: f64, factor: f64| {
        value.as_ref().map_or(Distribution::Constant(missing), |v| (&v.times(factor)).into())
    };
    Some(ConnectPlan {
        pre: range(link.from.pick, size(link.from))?,
        post: range(link.to.pick, size(link.to))?,
        sizes: (size(link.from) as u64, size(link.to) as u64),
        recurrent: link.from.population == link.to.population,
        spaces: [link.from, link.to].map(|members| spaces[members.population].as_ref()),
        weight: law(link.weight, 0.0, scenario.weight_factor()),
        delay: law(link.delay, scenario.run.dt, 1.0),
        initialisers: [filled(0, weights), filled(1, delays)],
        dt: scenario.run.dt,
        seed: scenario.run.seed,
        stream: link.stream,
        double: scenario.run.precision == Precision::F64,
        bounds,
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        params,
        edges: None,
        plasticity: link.plasticity.map(|rule| Plastic {
            model: scenario.registry.of::<PlasticityModel>(&rule.entry),
            params: learning,
        }),
    })
}

impl Builder<'_> {
    /// Refuses plasticity that the operator does not have.
    fn refuse(&self, projection: &Projection, operator: &dyn Operator) -> Result<(), Diagnostics> {
        let place = format!("projection `{}`", projection.name);
        let rule = &projection.connect.entry.name;
        let refused = |part: &Part, found: String, advice: &str| {
            let problem = Problem::new(&place, found)
                .allowed("connection rules whose synapses are stored by this program")
                .advice(advice);
            Err(Diagnostics::at(&self.scenario.origin, part.span, problem))
        };
        match (&projection.plasticity, &projection.short_term) {
            (Some(part), _) if operator.learner().is_none() => refused(
                part,
                format!("the synapses of connection rule `{rule}` cannot learn"),
                "remove the key `plasticity`, or connect by another rule",
            ),
            (_, Some(part)) if !operator.scales() => refused(
                part,
                format!("the synapses of connection rule `{rule}` give every spike its full strength"),
                "remove the key `short_term`, or connect by another rule",
            ),
            _ => Ok(()),
        }
    }

    fn modulators(&self, selection: &Selection) -> Modulators {
        let of = |member: &Members| {
            let range = range(member.pick, self.scenario.populations[member.population].size)?;
            Some((self.populations[member.population], range.start as u32..range.end as u32))
        };
        Modulators::of(selection.members.iter().filter_map(of).collect())
    }

    pub(super) fn projections(&self, world: &mut World, progress: Progress<'_>) -> Result<(), Diagnostics> {
        let spaces = places::spaces(self.scenario)?;
        for pair in plans(self.scenario) {
            let projection = pair.projection;
            let place = format!("projection `{}`", projection.name);
            let error = |found: String| self.error(projection.connect.span, &place, found);
            let connector = self.scenario.registry.of::<ConnectorModel>(&projection.connect.entry);
            let bounds = self.network(world).bounds(self.scenario.populations[pair.to.population].size);
            let numbers = numbers_of(self.scenario, &pair.link()).map_err(error)?;
            let borrowed = Borrowed { numbers: &numbers, bounds: &bounds, spaces: &spaces };
            let plan = plan_of(self.scenario, &pair.link(), borrowed).ok_or_else(|| {
                let found = "a random share of neurons cannot be an end of a projection; name a range such as `exc[0..100]`";
                self.error(projection.span, &place, found)
            })?;
            let edges = edges_of(&projection.connect, projection.weight.as_ref()).map_err(error)?;
            let mut report = |done, total| progress(&projection.name, done, total);
            let storage = self.scenario.registry.of::<OperatorModel>(&projection.storage);
            let made = (storage.connect)(connector, ConnectPlan { edges, ..plan }, &mut report);
            let operator = made.map_err(|found| self.error(projection.storage_span, &place, found))?;
            self.refuse(projection, &*operator)?;
            let entity = self.network(world).project(ProjectionPlan {
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
                short_term: projection.short_term.as_ref().map(|rule| ShortTermPlan {
                    model: self.scenario.registry.of::<ShortTermModel>(&rule.entry),
                    params: values::constants(&rule.params),
                }),
                back: projection.back_propagation,
            });
            if let Some((modulator, _)) = &projection.modulator {
                let modulators = self.modulators(modulator);
                self.network(world).modulate(entity, modulators);
            }
        }
        Ok(())
    }
}
