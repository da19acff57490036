//! Estimate: what a scenario will cost in memory and work, before anything is built.

use ecs_core::network::{ConnectPlan, ConnectorModel, Cost, OperatorModel, Space};
use ecs_core::random::Distribution;
use ecs_core::registry::Kind;

use crate::assemble::{Borrowed, Link, coupled, edges_of, numbers_of, plan_of, plans, spaces, threads};
use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::schema::{Members, Observable, Pick, Precision, Receptor, Scenario, Storage};

/// Bytes of an entity besides its components and its lists: its place in the table, and the ticks of the markers it always has.
const ENTITY_BYTES: f64 = 24.0;
/// Bytes of an entity in the list of all; every place is written, also those of entities still to come.
const KNOWN_BYTES: f64 = 24.0;
/// Bytes of an entity in each of two lists of its population: its archetype's, and which neuron of which population it is.
const LISTED_BYTES: f64 = 16.0;
/// Bytes from which a block of memory stands on huge pages, and the bytes of one.
const HUGE: [f64; 2] = [4_194_304.0, 2_097_152.0];
/// Bytes of a component besides its data: two change ticks.
const TICK_BYTES: f64 = 8.0;
/// What a network of ten neurons takes, measured: the program's own pages.
const PROGRAM_BYTES: f64 = 10.8e6;
/// What a recording holds before it is handed to the system.
const RECORDING_BYTES: f64 = 1_048_576.0;
/// Bytes of an initial value before it is stored.
const DRAWN: f64 = 8.0;
/// Scratch of the part of a population that a thread advances.
const SHARD_BYTES: f64 = 60e3;
/// Steps of a list of spikes cost a page each, of 4 KiB or, from a million neurons on, of 2 MiB.
const PAGES: [f64; 2] = [4096.0, 2_097_152.0];

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
    /// Bytes that building needs for a while.
    pub building_bytes: f64,
    /// Name, synapses and bytes of each projection and coupling.
    pub projections: Vec<(String, f64, f64)>,
    /// How synapses are kept and why, with the number of projections that do so.
    pub layouts: Vec<(String, usize)>,
    /// Neuron updates of the whole run.
    pub updates: f64,
    /// Synaptic events in a second if every neuron fired once in it.
    pub events_per_hz: f64,
    /// Synapses that are read in every step.
    pub reads_per_step: f64,
}

impl Estimate {
    fn add(&mut self, name: &str, cost: &Cost) {
        self.synapses += cost.synapses;
        self.synapse_bytes += cost.bytes;
        self.projections.push((name.to_owned(), cost.synapses, cost.bytes));
    }

    /// Everything.
    pub fn bytes(&self) -> f64 {
        PROGRAM_BYTES + self.state_bytes + self.synapse_bytes + self.building_bytes
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
    let threads = threads(scenario.run.threads, usize::try_from(estimate.neurons).unwrap_or(usize::MAX));
    let mut inboxes = Inboxes::default();
    // What building needs is gone when the next projection is built, so only that of a late one adds to the peak.
    let mut most = 0.0_f64;
    let mut refused = Diagnostics::new(scenario.origin.clone());
    let spaces = spaces(scenario)?;
    for pair in plans(scenario) {
        let projection = pair.projection;
        let held = estimate.synapse_bytes;
        let seen = &mut |plan: &ConnectPlan<'_>, cost: &Cost| {
            inboxes.add(scenario, (&projection.receptor, pair.to), plan, cost.synapses);
            let size = plan.sizes.1 as f64;
            let rows = projection.state.iter().filter(|(_, value)| value.as_constant().is_none());
            let drawn = rows.count() as f64 * size * DRAWN;
            most = most.max(held + cost.bytes + cost.building.max(drawn));
        };
        match cost(scenario, &pair.link(), (&spaces, threads), seen) {
            Ok(cost) => {
                match estimate.layouts.iter_mut().find(|(layout, _)| *layout == cost.layout) {
                    Some((_, projections)) => *projections += 1,
                    None => estimate.layouts.push((cost.layout.clone(), 1)),
                }
                estimate.events_per_hz += cost.synapses;
                estimate.add(&projection.name, &cost);
            }
            Err((span, found)) => {
                let place = format!("projection `{}`", projection.name);
                refused.error(span.unwrap_or(projection.span), Problem::new(place, found));
            }
        }
    }
    for (coupling, link) in coupled(scenario) {
        match cost(scenario, &link, (&spaces, threads), &mut |_, _| ()) {
            Ok(cost) => {
                let ways = if coupling.symmetric { 2.0 } else { 1.0 };
                let synapses = ways * cost.synapses;
                let number = if scenario.run.precision == Precision::F64 { 8.0 } else { 4.0 };
                estimate.reads_per_step += synapses;
                // The matrix of the rule goes once its synapses are known; then each has a place and a weight.
                estimate.add(&coupling.name, &Cost { synapses, bytes: synapses * (4.0 + number), ..cost });
            }
            Err((span, found)) => {
                let place = format!("coupling `{}`", coupling.name);
                refused.error(span.unwrap_or(coupling.span), Problem::new(place, found));
            }
        }
    }
    most = most.max(drawn_bytes(scenario));
    estimate.building_bytes = (most - estimate.synapse_bytes).max(0.0);
    estimate.state_bytes += inboxes.bytes() + recording_bytes(scenario);
    if refused.has_errors() { Err(refused) } else { Ok(estimate) }
}

/// What a rule will cost between two ends, or what is wrong and, unless it is the ends, where; `seen` hears of what is planned.
fn cost(
    scenario: &Scenario,
    link: &Link<'_>,
    (spaces, threads): (&[Option<Space>], usize),
    seen: &mut dyn FnMut(&ConnectPlan<'_>, &Cost),
) -> Result<Cost, (Option<Span>, String)> {
    let connect = link.connect;
    // Only how many shards there are is looked at.
    let mut bounds = vec![0; threads + 1];
    bounds[threads] = u32::try_from(scenario.populations[link.to.population].size).unwrap_or(u32::MAX);
    let refuse = |found: String| (Some(connect.span), found);
    let numbers = numbers_of(scenario, link).map_err(refuse)?;
    let borrowed = Borrowed { numbers: &numbers, bounds: &bounds, spaces };
    let plan = plan_of(scenario, link, borrowed)
        .ok_or_else(|| (None, "a random share cannot be an end of a projection; name a range".to_owned()))?;
    let edges = edges_of(connect, link.weight.as_ref()).map_err(refuse)?;
    let connector = scenario.registry.of::<ConnectorModel>(&connect.entry);
    let plan = ConnectPlan { edges, ..plan };
    let cost = match link.storage {
        None => (connector.check)(&plan).map_err(refuse)?,
        Some((storage, span)) => {
            let operator = scenario.registry.of::<OperatorModel>(storage);
            // What the rule itself refuses is said of the rule.
            let refuse = |found| (connector.check)(&plan).map_or_else(refuse, |_| (Some(span), found));
            (operator.check)(connector, &plan).map_err(refuse)?
        }
    };
    seen(&plan, &cost);
    Ok(cost)
}

fn state_bytes(scenario: &Scenario) -> f64 {
    let number = if scenario.run.precision == Precision::F64 { 8.0 } else { 4.0 };
    let (mut bytes, mut entities) = (0.0, 0);
    let total = scenario.populations.iter().map(|p| p.size).fold(0, usize::saturating_add);
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
        if !packed {
            entities += population.size;
            bytes += 2.0 * list_bytes(population.size, LISTED_BYTES);
        }
        let varying = population.neuron.params.iter().filter(|p| p.content.varies()).count() as f64;
        bytes += size * number * varying;
        bytes += size * receptor_bytes(scenario, index, number);
        bytes += SHARD_BYTES * threads(scenario.run.threads, total) as f64;
        bytes += steps_kept(scenario, index) * PAGES[usize::from(size > 1e6)].min(4.0 * size);
    }
    bytes + KNOWN_BYTES * doubled(entities)
}

/// Places of a list that doubled until it held so many.
fn doubled(length: usize) -> f64 {
    if length == 0 { 0.0 } else { (length as f64).log2().ceil().exp2() }
}

/// Bytes in use of such a list, by the pages that it stands on.
fn list_bytes(length: usize, each: f64) -> f64 {
    let (used, [from, page]) = (each * length as f64, HUGE);
    if each * doubled(length) < from { used } else { (used / page).ceil() * page }
}

/// Initial values and parameters of the population that draws most of them, less what its receptors will take later.
fn drawn_bytes(scenario: &Scenario) -> f64 {
    let number = if scenario.run.precision == Precision::F64 { 8.0 } else { 4.0 };
    let bytes = scenario.populations.iter().enumerate().map(|(index, p)| {
        let varying = p.state.iter().chain(&p.neuron.params).filter(|s| s.content.varies()).count() as f64;
        p.size as f64 * (DRAWN * varying - receptor_bytes(scenario, index, number))
    });
    bytes.fold(0.0, f64::max)
}

/// What recordings hold: spikes, of which nobody knows how many there will be, and samples, of which one does.
fn recording_bytes(scenario: &Scenario) -> f64 {
    let (mut spikes, mut samples) = (0.0, 0.0);
    for record in &scenario.records {
        let neurons: f64 = record.of.members.iter().map(|m| picked(scenario, *m)).sum();
        let neurons = record.first.map_or(neurons, |first| neurons.min(first as f64));
        let times = scenario.run.steps as f64 * scenario.run.dt / record.every;
        for what in &record.what {
            match what {
                Observable::Spikes => spikes = RECORDING_BYTES,
                Observable::Variable(_) => samples += 8.0 * times * neurons,
            }
        }
    }
    spikes + f64::min(samples, RECORDING_BYTES)
}

/// How many neurons are picked.
fn picked(scenario: &Scenario, members: Members) -> f64 {
    let size = scenario.populations[members.population].size;
    match members.pick {
        Pick::All => size as f64,
        Pick::Range { start, end } => (end - start) as f64,
        Pick::Share(share) => share * size as f64,
    }
}

/// Steps whose spikes a population keeps for its projections, each a list.
fn steps_kept(scenario: &Scenario, index: usize) -> f64 {
    let from = scenario.projections.iter().filter(|p| p.from.members.iter().any(|m| m.population == index));
    let shared = from.filter_map(|p| Distribution::from(p.delay.as_ref()?).constant());
    1.0 + (shared.fold(0.0, f64::max) / scenario.run.dt).round().max(1.0)
}

/// Where spikes arrive: for each population, receptor and weight one number for each neuron and slot, or none where weights and
/// so numbers are the same as another's.
#[derive(Default)]
struct Inboxes {
    /// Population, receptor and weight; bytes of a cell, slots, neurons.
    all: Vec<(String, f64, f64, f64)>,
}

impl Inboxes {
    fn add(
        &mut self,
        scenario: &Scenario,
        (receptor, to): (&Receptor, Members),
        plan: &ConnectPlan<'_>,
        synapses: f64,
    ) {
        let neurons = plan.sizes.1 as f64;
        let delay = plan.delay.greatest_of(synapses) / plan.dt;
        let slots = if plan.delay.constant().is_some() { 1.0 } else { delay.round().max(1.0) + 1.0 };
        let weight = plan.weight.constant();
        let sum = if scenario.run.precision == Precision::F64 { 8.0 } else { 4.0 };
        // Five deviations above the mean of a Poisson law: what the busiest neuron may receive.
        let mean = synapses / neurons;
        let cell = match mean + 5.0 * mean.sqrt() {
            _ if weight.is_none() => sum,
            most if most <= 255.0 => 1.0,
            most if most <= 65_535.0 => 2.0,
            _ => sum,
        };
        let receptor = receptor_kind(receptor);
        let key = format!("{} {receptor} {weight:?} {}", to.population, slots > 1.0);
        match self.all.iter_mut().find(|(known, ..)| *known == key) {
            Some((_, bytes, most, _)) => (*bytes, *most) = (bytes.max(cell), most.max(slots)),
            None => self.all.push((key, cell, slots, neurons)),
        }
    }

    fn bytes(&self) -> f64 {
        self.all.iter().map(|(_, cell, slots, neurons)| cell * slots * neurons).sum()
    }
}

fn receptor_kind(receptor: &Receptor) -> String {
    let output = receptor.output.as_ref().map(|o| (o.entry.name, crate::assemble::constants(&o.params)));
    let synapse = (receptor.synapse.entry.name, crate::assemble::constants(&receptor.synapse.params));
    format!("{synapse:?} {output:?}")
}

/// Bytes of the receptors of a neuron of population `index`: one for each kind of synapse and output.
fn receptor_bytes(scenario: &Scenario, index: usize, number: f64) -> f64 {
    let mut kinds: Vec<String> = Vec::new();
    let mut bytes = 0.0;
    for projection in
        scenario.projections.iter().filter(|p| p.to.members.iter().any(|m| m.population == index))
    {
        let receptor = &projection.receptor;
        let kind = receptor_kind(receptor);
        if !kinds.contains(&kind) {
            bytes += number * receptor.synapse.entry.state.len() as f64;
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
