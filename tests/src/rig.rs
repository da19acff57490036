//! Rig: a small network for a test, built by the engine's own builder, with wires, trains and waveforms as simple as can be.

use bevy_app::App;
use bevy_ecs::prelude::*;
use ecs_core::model::{NeuronModel, OutputModel, Precision, SynapseModel};
use ecs_core::network::{
    Arrivals, Clock, EnginePlugin, Frames, Inbox, Network, Operator, PopulationPlan, ProjectionPlan, Reach,
    ReceptorPlan, Registered, Runner, SourceModel, SourcePlan, SpikeSource, Spikes, Stimulus, StimulusModel,
    StimulusPlan, Storage, Target, Team, Transfer, Values, read,
};
use ecs_core::registry::{Entry, Field, Kind};

use crate::network::registry;

/// A network that is being built.
pub struct Rig {
    /// The app, for systems of the test's own.
    pub app: App,
    precision: Precision,
    clock: Clock,
    members: usize,
}

/// A network that runs.
pub struct Running {
    /// Its world.
    pub world: World,
    runner: Runner,
}

impl Rig {
    /// Nothing yet, to be run by a team of `members`.
    pub fn new(dt: f64, precision: Precision, members: usize) -> Self {
        let mut app = App::empty();
        let clock = Clock { step: 0, dt, seed: 1 };
        app.insert_resource(clock).insert_resource(Team::new(members));
        app.add_plugins(EnginePlugin);
        Self { app, precision, clock, members }
    }

    /// The builder.
    pub fn network(&mut self) -> Network<'_> {
        Network::new(self.app.world_mut(), self.precision, self.members)
    }

    /// A population of `plan`'s neurons.
    ///
    /// # Panics
    /// If the engine refuses it.
    pub fn neurons(&mut self, model: &'static NeuronModel, plan: PopulationPlan) -> Entity {
        self.network().population(model, plan).unwrap_or_else(|e| panic!("{e}"))
    }

    /// A population of `size` that emits these spikes: neuron and time in ms.
    ///
    /// # Panics
    /// If the engine refuses it.
    pub fn train(&mut self, size: usize, events: &[(u32, f64)]) -> Entity {
        let model: &'static SourceModel = &TRAIN;
        let plan = SourcePlan {
            size,
            params: Vec::new(),
            lists: Vec::new(),
            events: events.to_vec(),
            frames: Frames::default(),
            stream: 0,
            heard: None,
            clock: self.clock,
        };
        self.network().source(model, "train", &plan).unwrap_or_else(|e| panic!("{e}"))
    }

    /// A current into all neurons of `population`, `current[step]`; the last value stays.
    ///
    /// # Panics
    /// If the engine refuses it.
    pub fn inject(&mut self, population: Entity, size: usize, current: Vec<f64>) {
        let plan = StimulusPlan {
            reach: Reach::Range(0..size as u32),
            params: Vec::new(),
            lists: vec![("current", current)],
            frames: Frames::default(),
            weight: 1.0,
            stream: 0,
            heard: None,
            clock: self.clock,
        };
        self.network().stimulate(population, &WAVEFORM, &plan, None).unwrap_or_else(|e| panic!("{e}"));
    }

    /// Wires from one population to another.
    pub fn wire(&mut self, pre: Entity, post: Entity, receptor: ReceptorPlan, wires: Wires) {
        let plan = ProjectionPlan {
            name: "wires".into(),
            pre,
            post,
            receptor,
            state: Vec::new(),
            operator: Box::new(wires),
            short_term: None,
            back: 0,
        };
        self.network().project(plan);
    }

    /// The network, ready to step.
    pub fn start(mut self) -> Running {
        let mut world = std::mem::take(self.app.world_mut());
        let runner = Runner::new(&mut world);
        Running { world, runner }
    }
}

impl Running {
    /// One step; an error is what stopped the network.
    ///
    /// # Errors
    /// What the engine says.
    pub fn try_step(&mut self) -> Result<(), String> {
        self.runner.step(&mut self.world)
    }

    /// One step.
    ///
    /// # Panics
    /// If the network stopped.
    pub fn step(&mut self) {
        self.try_step().unwrap_or_else(|e| panic!("{e}"));
    }

    /// The step to be run next.
    pub fn now(&self) -> u64 {
        self.world.resource::<Clock>().step
    }

    /// State variable of a neuron.
    ///
    /// # Panics
    /// If there is none.
    pub fn value(&mut self, population: Entity, variable: usize, neuron: u32) -> f64 {
        let mut values = Vec::new();
        read(&mut self.world, population, variable, &[neuron], &mut values);
        values[0]
    }

    /// Who fired in the step that was run last.
    ///
    /// # Panics
    /// Before the first step.
    pub fn fired(&self, population: Entity) -> Vec<u32> {
        let step = self.now().checked_sub(1).expect("a step was run");
        self.world.get::<Spikes>(population).expect("a population has spikes").of(step).to_vec()
    }
}

/// What is registered under that name.
///
/// # Panics
/// If nothing is.
pub fn named<M: Registered>(name: &str) -> &'static M {
    registry().find(name).unwrap_or_else(|| panic!("nothing is named `{name}`"))
}

/// The registered neuron of that name.
///
/// # Panics
/// If there is none.
pub fn neuron(name: &str) -> &'static NeuronModel {
    named(name)
}

/// Each field's default, but for those that are given.
///
/// # Panics
/// If a given name is none of the fields'.
pub fn fill(fields: &[Field], given: &[(&str, f64)]) -> Vec<f64> {
    for (name, _) in given {
        assert!(fields.iter().any(|f| f.name == *name), "no field `{name}`");
    }
    let value = |f: &Field| given.iter().find(|(name, _)| *name == f.name).map_or(f.default, |(_, x)| *x);
    fields.iter().map(value).collect()
}

/// A plan of `size` neurons, at the model's defaults but for what is given.
pub fn plan(
    model: &NeuronModel,
    size: usize,
    params: &[(&str, f64)],
    state: &[(&str, f64)],
) -> PopulationPlan {
    let uniform = |fields, given| fill(fields, given).into_iter().map(Values::Uniform).collect();
    PopulationPlan {
        name: model.entry.name.into(),
        size,
        params: uniform(model.entry.params, params),
        state: uniform(model.entry.state, state),
        integrator: None,
        storage: Storage::Auto,
    }
}

/// A synapse and what it acts through, at their defaults but for what is given.
///
/// # Panics
/// If a name is not registered.
pub fn receptor(
    synapse: &str,
    params: &[(&str, f64)],
    output: Option<(&str, &[(&str, f64)])>,
) -> ReceptorPlan {
    let synapse: &'static SynapseModel = named(synapse);
    let output = output.map(|(name, params)| {
        let output: &'static OutputModel = named(name);
        (output, fill(output.entry.params, params))
    });
    ReceptorPlan { synapse, synapse_params: fill(synapse.entry.params, params), output }
}

/// A synapse: from, to, weight, delay in steps.
pub type Wire = (u32, u32, f64, u32);

/// Synapses in a plain list: an operator that is right because there is nothing to it.
pub struct Wires {
    /// The synapses.
    pub list: Vec<Wire>,
    /// Whether each keeps a delay of its own; else all share the first one's.
    pub own_delays: bool,
}

impl Wires {
    /// From every neuron to that of the same index.
    pub fn one_to_one(size: u32, weight: f64, delay: u32) -> Self {
        Self { list: (0..size).map(|k| (k, k, weight, delay)).collect(), own_delays: false }
    }
}

impl Operator for Wires {
    fn deliver(&self, _shard: usize, spikes: Arrivals<'_>, target: &mut Target<'_>) {
        let shard = target.first..target.first + target.neurons as u32;
        for (spike, gain) in spikes.each() {
            for (_, post, weight, delay) in
                self.list.iter().filter(|(pre, post, ..)| *pre == spike && shard.contains(post))
            {
                let ahead = if self.own_delays { *delay as usize - 1 } else { 0 };
                let at = target.offset(ahead) + (post - target.first) as usize;
                match &mut target.inbox {
                    Inbox::Count8(x) => x[at] += 1,
                    Inbox::Count16(x) => x[at] += 1,
                    Inbox::Sum32(x) => x[at] += (weight * gain) as f32,
                    Inbox::Sum64(x) => x[at] += weight * gain,
                }
            }
        }
    }

    fn forward(&self, pre: &[f32], post: &mut [f32]) {
        self.list.iter().for_each(|(from, to, w, _)| post[*to as usize] += pre[*from as usize] * *w as f32);
    }

    fn transposed(&self, post: &[f32], pre: &mut [f32]) {
        self.list.iter().for_each(|(from, to, w, _)| pre[*from as usize] += post[*to as usize] * *w as f32);
    }

    fn weight_gradient(&self, pre: &[f32], post: &[f32], add: &mut dyn FnMut(u64, f32)) {
        let gradient = |(from, to, ..): &Wire| pre[*from as usize] * post[*to as usize];
        self.list.iter().enumerate().for_each(|(k, wire)| add(k as u64, gradient(wire)));
    }

    fn wires(&self, add: &mut dyn FnMut(ecs_core::network::Wire)) -> bool {
        for (pre, post, weight, delay) in self.list.iter().copied() {
            add(ecs_core::network::Wire { pre, post, weight, delay });
        }
        true
    }

    fn transfer(&self) -> Transfer {
        let weights: Vec<f64> = self.list.iter().map(|w| w.2).collect();
        let into = |post: u32| self.list.iter().filter(|w| w.1 == post).count() as u64;
        Transfer {
            synapses: self.list.len() as u64,
            bytes: 0,
            shared_weight: weights.first().copied().filter(|first| weights.iter().all(|w| w == first)),
            most_per_neuron: self.list.iter().map(|w| into(w.1)).max().unwrap_or(0),
            delay: self.list.iter().map(|w| w.3).max().unwrap_or(1),
            own_delays: self.own_delays,
        }
    }
}

const fn entry(kind: Kind, name: &'static str) -> Entry {
    Entry { kind, name, origin: "this test", doc: "", params: &[], state: &[], input: "", drive: None }
}

/// Spikes by step and neuron.
struct Train(Vec<(u64, u32)>);

impl SpikeSource for Train {
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>) {
        spikes.extend(self.0.iter().filter(|(step, _)| *step == clock.step).map(|(_, neuron)| *neuron));
    }
}

static TRAIN: SourceModel = SourceModel {
    entry: entry(Kind::Source, "train"),
    hears: false,
    build: |plan| {
        let step = |time: f64| (time / plan.clock.dt).round() as u64;
        let mut events: Vec<_> = plan.events.iter().map(|(neuron, time)| (step(*time), *neuron)).collect();
        events.sort_unstable();
        Ok(Box::new(Train(events)))
    },
};

struct Waveform(Vec<f64>);

impl Stimulus for Waveform {
    fn acts(&self, clock: &Clock) -> bool {
        (clock.step as usize) < self.0.len()
    }

    fn add(&self, clock: &Clock, _shard: &std::ops::Range<usize>, input: &mut Inbox<'_>) {
        let current = self.0[(clock.step as usize).min(self.0.len() - 1)];
        match input {
            Inbox::Sum32(x) => x.iter_mut().for_each(|x| *x += current as f32),
            Inbox::Sum64(x) => x.iter_mut().for_each(|x| *x += current),
            Inbox::Count8(_) | Inbox::Count16(_) => unreachable!("currents are no counts"),
        }
    }
}

static WAVEFORM: StimulusModel = StimulusModel {
    entry: entry(Kind::Stimulus, "waveform"),
    hears: false,
    events: false,
    build: |plan| Ok(Box::new(Waveform(plan.lists[0].1.clone()))),
};
