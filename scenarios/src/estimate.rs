//! Estimate: what a scenario will cost in memory and work, before anything is built.

use ecs_core::network::{ConnectPlan, ConnectorModel, OperatorModel};
use ecs_core::registry::Kind;

use crate::assemble::{edges_of, plan_of, plans};
use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::schema::{Precision, Scenario, Storage};

/// Bytes of an entity besides its components: its place in the tables, and the ticks of the markers it always has.
const ENTITY_BYTES: f64 = 72.0;
/// Bytes of a component besides its data: two change ticks.
const TICK_BYTES: f64 = 8.0;
/// What the program holds before it builds anything.
const PROGRAM_BYTES: f64 = 12e6;

/// What a scenario will cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Neurons, sources included.
    pub neurons: u64,
    /// Synapses expected.
    pub synapses: f64,
    /// Bytes of neurons, receptors and what arrives for them.
    pub state_bytes: f64,
    /// Bytes of connectivity.
    pub synapse_bytes: f64,
    /// Name, synapses and bytes of each projection.
    pub projections: Vec<(String, f64, f64)>,
    /// Neuron updates of the whole run.
    pub updates: f64,
    /// Synaptic events in a second if every neuron fired once in it.
    pub events_per_hz: f64,
}

impl Estimate {
    /// Everything.
    pub fn bytes(&self) -> f64 {
        PROGRAM_BYTES + self.state_bytes + self.synapse_bytes
    }
}

/// What neurons alone will cost: this can be told of any size, also where connecting them is out of the question.
pub fn neurons_alone(scenario: &Scenario) -> Estimate {
    let neurons: u64 = scenario.populations.iter().map(|p| p.size as u64).sum();
    let updates = neurons as f64 * scenario.run.steps as f64;
    Estimate { neurons, state_bytes: state_bytes(scenario), updates, ..Estimate::default() }
}

/// Estimates a scenario, and finds what its connectors refuse, all of it at once.
///
/// # Errors
/// Impossible connections, and data files that cannot be read.
pub fn estimate(scenario: &Scenario) -> Result<Estimate, Diagnostics> {
    let mut estimate = neurons_alone(scenario);
    let mut refused = Diagnostics::new(scenario.origin.clone());
    for pair in plans(scenario) {
        let connect = &pair.projection.connect;
        let place = format!("projection `{}`", pair.projection.name);
        let mut refuse = |span: Span, found: String| refused.error(span, Problem::new(place.clone(), found));
        let bounds = [0, u32::try_from(scenario.populations[pair.to.population].size).unwrap_or(u32::MAX)];
        let params = crate::assemble::constants(&connect.params);
        let Some(plan) = plan_of(scenario, &pair, &params, &bounds) else {
            refuse(
                pair.projection.span,
                "a random share cannot be an end of a projection; name a range".into(),
            );
            continue;
        };
        let edges = match edges_of(connect, pair.projection.weight.as_ref()) {
            Ok(edges) => edges,
            Err(found) => {
                refuse(connect.span, found);
                continue;
            }
        };
        let connector = scenario.registry.of::<ConnectorModel>(&connect.entry);
        let operator = scenario.registry.of::<OperatorModel>(&pair.projection.storage);
        let plan = ConnectPlan { edges, ..plan };
        match (operator.check)(connector, &plan) {
            Ok(cost) => {
                estimate.synapses += cost.synapses;
                estimate.synapse_bytes += cost.bytes;
                estimate.projections.push((pair.projection.name.clone(), cost.synapses, cost.bytes));
            }
            Err(found) => match (connector.check)(&plan) {
                Ok(_) => refuse(pair.projection.storage_span, found),
                Err(_) => refuse(connect.span, found),
            },
        }
    }
    estimate.events_per_hz = estimate.synapses;
    if refused.has_errors() { Err(refused) } else { Ok(estimate) }
}

fn state_bytes(scenario: &Scenario) -> f64 {
    let number = if scenario.run.precision == Precision::F64 { 8.0 } else { 4.0 };
    let mut bytes = 0.0;
    for (index, population) in scenario.populations.iter().enumerate() {
        if population.neuron.entry.kind != Kind::Neuron {
            continue;
        }
        let size = population.size as f64;
        let variables = population.neuron.entry.state.len() as f64;
        let packed = number == 8.0
            || population.storage == Storage::Packed
            || population.storage == Storage::Auto && size > 1e6;
        let own = if packed { 0.0 } else { ENTITY_BYTES + TICK_BYTES * (variables + 1.0) };
        bytes += size * (own + number * (variables + 1.0));
        let varying = population.neuron.params.iter().filter(|p| p.content.varies()).count() as f64;
        bytes += size * number * varying;
        bytes += size * receptor_bytes(scenario, index, number);
    }
    bytes
}

/// Bytes of the receptors of a neuron of population `index`: one for each kind of synapse and output.
fn receptor_bytes(scenario: &Scenario, index: usize, number: f64) -> f64 {
    let mut kinds: Vec<String> = Vec::new();
    let mut bytes = 0.0;
    for projection in
        scenario.projections.iter().filter(|p| p.to.members.iter().any(|m| m.population == index))
    {
        let receptor = &projection.receptor;
        let output = receptor.output.as_ref().map(|o| o.entry.name);
        let kind = format!("{:?} {output:?}", receptor.synapse.params);
        if !kinds.contains(&kind) {
            bytes += number * receptor.synapse.entry.state.len() as f64 + 1.0;
            kinds.push(kind);
        }
    }
    bytes
}

/// Refuses a scenario that would not fit into the machine's memory.
///
/// # Errors
/// It does not fit; the message says what takes how much.
pub fn fits(scenario: &Scenario, estimate: &Estimate, memory: u64) -> Result<(), Diagnostics> {
    let need = estimate.bytes();
    if memory == 0 || need <= 0.9 * memory as f64 {
        return Ok(());
    }
    let largest = scenario.populations.iter().max_by_key(|p| p.size);
    let found = format!(
        "the network needs {} (synapses {}, state {}), and the machine has {}",
        bytes(need),
        bytes(estimate.synapse_bytes),
        bytes(estimate.state_bytes),
        bytes(memory as f64)
    );
    let problem = Problem::new("memory", found)
        .allowed(format!("up to {}, nine tenths of it", bytes(0.9 * memory as f64)))
        .advice("make populations smaller or connections sparser, or insist with `--force`");
    Err(Diagnostics::at(&scenario.origin, largest.map_or(Span::default(), |p| p.size_span), problem))
}

/// A number of bytes as people read it.
pub fn bytes(n: f64) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];
    let power = if n < 1000.0 { 0 } else { ((n.log10() / 3.0) as usize).min(units.len() - 1) };
    let scaled = n / 1000f64.powi(power as i32);
    format!("{scaled:.*} {}", if power == 0 || scaled >= 100.0 { 0 } else { 1 }, units[power])
}
