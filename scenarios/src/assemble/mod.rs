//! Assemble: a checked scenario becomes entities, systems and recorders, reached through the registry by name.

mod balance;
mod connect;
mod couplings;
mod environment;
mod places;
mod records;
mod stimuli;
mod values;

use std::time::Instant;

use bevy_app::App;
use bevy_ecs::prelude::*;
use ecs_core::model::{NeuronModel, OutputModel, Precision, SynapseModel};
use ecs_core::network::{
    Clock, Coupled, EnginePlugin, KeepPlans, Network, PopulationPlan, Projection, ReceptorPlan, Runner,
    SourceModel, SourcePlan, Storage, SystemModel, Team,
};
use ecs_core::registry::Kind;
use libraries::LibrariesPlugin;
use recording::{RecordingPlugin, RunFolder};
use training::data::Inputs;

use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::protocol::{Protocol, ProtocolPlugin};
use crate::schema::{self, Scenario};
use crate::weights::Samples;

pub use connect::{Borrowed, Link, edges_of, numbers_of, plan_of, plans};
pub use couplings::coupled;
pub use environment::world_of;
pub use places::spaces;
pub use records::{Kept, traced};
pub use values::{constants, lists, reach};

/// Below this many neurons a second thread costs more than it brings.
const NEURONS_FOR_A_TEAM: usize = 10_000;

/// Streams of selections of stimuli begin here, so that they never meet those of populations.
const SELECTIONS: u32 = 1 << 24;

/// A network that is ready to run.
pub struct Simulation {
    /// World and plugins.
    pub app: App,
    /// Goes from step to step.
    pub runner: Runner,
    /// The entity of each population of the scenario.
    pub populations: Vec<Entity>,
    /// Weights that are recorded on the way.
    pub weights: Option<Samples>,
    /// Threads that compute.
    pub threads: usize,
    /// Time that building took, in s.
    pub build_s: f64,
}

/// How far building is: what is built, and how much of how much is done.
pub type Progress<'a> = &'a mut dyn FnMut(&str, u64, u64);

/// The threads a network of that size is run by, where the scenario leaves the choice.
pub fn threads(asked: usize, neurons: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    match asked {
        0 if neurons < NEURONS_FOR_A_TEAM => 1,
        0 => cores,
        n => n,
    }
}

/// Builds the network. Recordings go to `folder`; without one nothing is recorded.
///
/// # Errors
/// What only building can find out: impossible connections, data files, a recording that cannot begin.
pub fn assemble(
    scenario: &Scenario,
    folder: Option<&RunFolder>,
    progress: Progress<'_>,
) -> Result<Simulation, Diagnostics> {
    let made = network(scenario, (folder, false, None), progress);
    // What a library said is worth more than what the engine then missed.
    let said = scenario.libraries.iter().find_map(|library| library.failures.take());
    match said {
        Some(said) => Err(Diagnostics::at(&scenario.origin, Span::default(), Problem::new("plugins", said))),
        None => made,
    }
}

/// Builds the network so that a tape can be made of it: populations keep what they are made from, and nothing is recorded.
///
/// # Errors
/// As [`assemble`] has them.
pub fn keeping_plans(scenario: &Scenario, progress: Progress<'_>) -> Result<Simulation, Diagnostics> {
    network(scenario, (None, true, None), progress)
}

/// The same, for data whose first sample the population of that number is shown.
///
/// # Errors
/// As [`assemble`] has them.
pub fn to_train(
    scenario: &Scenario,
    shown: Option<(usize, &Inputs)>,
    progress: Progress<'_>,
) -> Result<Simulation, Diagnostics> {
    network(scenario, (None, true, shown), progress)
}

fn network(
    scenario: &Scenario,
    (folder, keeps_plans, shown): (Option<&RunFolder>, bool, Option<(usize, &Inputs)>),
    progress: Progress<'_>,
) -> Result<Simulation, Diagnostics> {
    let start = Instant::now();
    let neurons = scenario.populations.iter().map(|p| p.size).sum();
    let threads = threads(scenario.run.threads, neurons);
    let clock = Clock { step: 0, dt: scenario.run.dt, seed: scenario.run.seed };
    let mut app = App::empty();
    app.add_plugins(EnginePlugin);
    app.insert_resource(clock).insert_resource(Team::new(threads));
    if keeps_plans {
        app.insert_resource(KeepPlans);
    }
    let mut builder = Builder { scenario, clock, threads, shown, env: None, populations: Vec::new() };
    builder.env = builder.environment(app.world_mut())?;
    builder.populations(app.world_mut())?;
    builder.projections(app.world_mut(), &mut *progress)?;
    builder.couplings(app.world_mut(), progress)?;
    builder.balance(app.world_mut())?;
    builder.stimuli(app.world_mut())?;
    builder.close(&mut app)?;
    // A library is watched for failures also where it brings models alone.
    if !scenario.libraries.is_empty() {
        app.add_plugins(LibrariesPlugin { libraries: scenario.libraries.clone() });
    }
    builder.systems(app.world_mut())?;
    // What comes from outside may write state, or keep time of its own.
    if scenario.run.skip_at_rest && scenario.systems.is_empty() && scenario.libraries.is_empty() {
        builder.network(app.world_mut()).skip_at_rest();
    }
    // A system costs some 50 ns in every step, so only those with something to do are added.
    let protocol = Protocol::of(scenario, &builder.populations);
    if !protocol.is_empty() {
        app.insert_resource(protocol).add_plugins(ProtocolPlugin);
    }
    if let Some(folder) = folder {
        app.add_plugins(RecordingPlugin);
        builder.records(app.world_mut(), folder)?;
    }
    let weights = match folder {
        Some(folder) => Samples::begin(scenario, folder)
            .map_err(|error| builder.error(Span::default(), "record", error.to_string()))?,
        None => None,
    };
    let populations = builder.populations;
    let runner = Runner::new(app.world_mut());
    Ok(Simulation { app, runner, populations, weights, threads, build_s: start.elapsed().as_secs_f64() })
}

impl Simulation {
    /// Synapses of the network.
    pub fn synapses(&mut self) -> u64 {
        let world = self.app.world_mut();
        let spiking: u64 = world.query::<&Projection>().iter(world).map(|p| p.transfer.synapses).sum();
        spiking + world.query::<&Coupled>().iter(world).map(|c| c.synapses).sum::<u64>()
    }
}

struct Builder<'s> {
    scenario: &'s Scenario,
    clock: Clock,
    threads: usize,
    /// The source that is shown samples.
    shown: Option<(usize, &'s Inputs)>,
    /// The world it acts in.
    env: Option<Entity>,
    populations: Vec<Entity>,
}

impl Builder<'_> {
    /// An error at a place of the scenario, found while building.
    fn error(&self, span: Span, place: &str, found: impl Into<String>) -> Diagnostics {
        Diagnostics::at(&self.scenario.origin, span, Problem::new(place, found))
    }

    fn network<'w>(&self, world: &'w mut World) -> Network<'w> {
        let precision = match self.scenario.run.precision {
            schema::Precision::F32 => Precision::F32,
            schema::Precision::F64 => Precision::F64,
        };
        Network::new(world, precision, self.threads)
    }

    fn populations(&mut self, world: &mut World) -> Result<(), Diagnostics> {
        for (index, population) in self.scenario.populations.iter().enumerate() {
            if u32::try_from(population.size).is_err() {
                let found = "a population holds at most 4,294,967,295 neurons; split it";
                return Err(self.error(
                    population.size_span,
                    &format!("population.{}", population.name),
                    found,
                ));
            }
            let entity = match population.neuron.entry.kind {
                Kind::Source => self.source(world, index, population)?,
                _ => self.neurons(world, index, population)?,
            };
            self.populations.push(entity);
        }
        Ok(())
    }

    fn neurons(
        &self,
        world: &mut World,
        index: usize,
        p: &schema::Population,
    ) -> Result<Entity, Diagnostics> {
        let model = self.scenario.registry.of::<NeuronModel>(&p.neuron.entry);
        let mut params = values::params(&p.neuron.params, &self.clock, index, p.size);
        let mut state = values::state(&p.state, &self.clock, index, p.size);
        values::set(self.scenario, index, &mut params, &mut state);
        let plan = PopulationPlan {
            name: p.name.clone(),
            size: p.size,
            params,
            state,
            integrator: p.integrator.clone(),
            storage: match p.storage {
                schema::Storage::Auto => Storage::Auto,
                schema::Storage::Entities => Storage::Entities,
                schema::Storage::Packed => Storage::Packed,
            },
        };
        let place = format!("population.{}", p.name);
        self.network(world).population(model, plan).map_err(|found| self.error(p.span, &place, found))
    }

    fn source(&self, world: &mut World, index: usize, p: &schema::Population) -> Result<Entity, Diagnostics> {
        let model = self.scenario.registry.of::<SourceModel>(&p.neuron.entry);
        let place = format!("population.{}", p.name);
        let error = |found: String| self.error(p.neuron.span, &place, found);
        let mut plan = SourcePlan {
            size: p.size,
            params: values::params(&p.neuron.params, &self.clock, index, p.size),
            lists: values::lists(&p.neuron.params),
            events: connect::events_of(&p.neuron).map_err(error)?,
            frames: values::frames(&p.neuron.params).map_err(error)?,
            stream: index as u32,
            heard: self.heard(world, index)?,
            clock: self.clock,
        };
        if let Some((_, inputs)) = self.shown.filter(|(shown, _)| *shown == index) {
            inputs.fill(0, self.scenario.run.steps as usize, &mut plan).map_err(error)?;
        }
        self.network(world).source(model, &p.name, &plan).map_err(|found| self.error(p.span, &place, found))
    }

    fn systems(&self, world: &mut World) -> Result<(), Diagnostics> {
        for system in &self.scenario.systems {
            let model = self.scenario.registry.of::<SystemModel>(&system.entry);
            let place = format!("system `{}`", system.entry.name);
            let acts_on = (model.attach)(world, &values::constants(&system.params));
            if acts_on.map_err(|found| self.error(system.span, &place, found))? == 0 {
                return Err(self.error(system.span, &place, "fits no population of this scenario"));
            }
        }
        Ok(())
    }

    fn receptor(&self, receptor: &schema::Receptor) -> ReceptorPlan {
        let registry = &self.scenario.registry;
        let synapse = registry.of::<SynapseModel>(&receptor.synapse.entry);
        let output = receptor.output.as_ref();
        let output = output.map(|o| (registry.of::<OutputModel>(&o.entry), values::constants(&o.params)));
        ReceptorPlan { synapse, synapse_params: values::constants(&receptor.synapse.params), output }
    }
}
