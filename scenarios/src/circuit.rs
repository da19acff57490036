//! Circuit: a SONATA simulation becomes a network of the same entities that a scenario makes.
//!
//! Cells of NEURON's `IntFire1` are solved in closed form on a grid of 1 µs in double precision, on which the times of
//! input spikes and delays lie; so every spike falls where an event-driven simulator puts it.

use std::time::Instant;

use bevy_app::App;
use bevy_ecs::prelude::*;
use ecs_core::model::{NeuronModel, Precision, SynapseModel};
use ecs_core::network::{
    Clock, ConnectPlan, ConnectorModel, Edges, EnginePlugin, Frames, Network, PopulationPlan, ProjectionPlan,
    Reach, ReceptorPlan, Registry, Runner, SourceModel, SourcePlan, Storage, Team, Values,
};
use ecs_core::random::Distribution;
use recording::{Cells, RecordingPlugin, RunFolder, SpikeRecorder};
use sonata::{CellGroup, Circuit, Population};

use crate::assemble::{Simulation, threads};

/// The grid on which circuits of event-driven cells are exact, in ms.
pub const DT: f64 = 0.001;

/// A cell model of another simulator, and ours that equals it.
struct Template {
    theirs: &'static str,
    ours: &'static str,
    /// Parameter of ours, theirs, and the factor between their units.
    params: &'static [(&'static str, &'static str, f64)],
}

/// NEURON's parameter files give times in seconds.
const TEMPLATES: &[Template] = &[Template {
    theirs: "nrn:IntFire1",
    ours: "intfire1",
    params: &[("tau", "tau", 1000.0), ("refrac", "refrac", 1000.0)],
}];

/// Builds the network of a circuit. Spikes of its cells go to `folder`, if there is one.
///
/// # Errors
/// Cells of models that we do not have, and recordings that cannot begin.
pub fn assemble_circuit(
    circuit: &Circuit,
    asked: usize,
    folder: Option<&RunFolder>,
) -> Result<Simulation, String> {
    let start = Instant::now();
    let registry = Registry::linked().map_err(|e| e.to_string())?;
    let threads = threads(asked, circuit.populations.iter().map(|p| p.size).sum());
    let clock = Clock { step: 0, dt: DT, seed: 0 };
    let mut app = App::empty();
    app.add_plugins((EnginePlugin, RecordingPlugin));
    app.insert_resource(clock).insert_resource(Team::new(threads));
    let world = app.world_mut();
    let mut populations = Vec::new();
    for (stream, population) in circuit.populations.iter().enumerate() {
        let mut network = Network::new(world, Precision::F64, threads);
        populations.push(match population.is_virtual() {
            true => source(&mut network, &registry, circuit, (population, stream as u32, clock))?,
            false => cells(&mut network, &registry, population)?,
        });
    }
    for (stream, edges) in circuit.projections.iter().enumerate() {
        connect((world, &registry), circuit, edges, (&populations, stream as u32, threads))?;
    }
    if let Some(folder) = folder {
        let recorded = circuit.populations.iter().zip(&populations).filter(|(p, _)| !p.is_virtual());
        let (cells, reach): (Vec<_>, Vec<_>) = recorded
            .map(|(p, e)| {
                (Cells { name: p.name.clone(), size: p.size as u32 }, (*e, Reach::Range(0..p.size as u32)))
            })
            .unzip();
        world.insert_resource(SpikeRecorder::new(
            folder.spikes(DT, &cells).map_err(|e| e.to_string())?,
            reach,
        ));
    }
    let runner = Runner::new(world);
    Ok(Simulation {
        app,
        runner,
        populations,
        weights: None,
        threads,
        build_s: start.elapsed().as_secs_f64(),
    })
}

/// A population that replays the spikes of its inputs.
fn source(
    network: &mut Network<'_>,
    registry: &Registry,
    circuit: &Circuit,
    (p, stream, clock): (&Population, u32, Clock),
) -> Result<Entity, String> {
    let inputs = circuit.inputs.iter().filter(|input| input.population == p.name);
    let events = inputs.flat_map(|i| i.node_ids.iter().copied().zip(i.times_ms.iter().copied())).collect();
    let model =
        registry.find::<SourceModel>("spike_times").ok_or("the source `spike_times` is not registered")?;
    let plan = SourcePlan {
        size: p.size,
        params: Vec::new(),
        lists: Vec::new(),
        events,
        frames: Frames::default(),
        stream,
        heard: None,
        clock,
    };
    network.source(model, &p.name, &plan)
}

fn template(group: &CellGroup) -> Result<&'static Template, String> {
    let names: Vec<&str> = TEMPLATES.iter().map(|t| t.theirs).collect();
    let name = group.template_among(&names).map_err(|e| e.to_string())?;
    Ok(TEMPLATES.iter().find(|t| t.theirs == name).expect("the name is one of the table"))
}

/// A population of one model, whose parameters differ from type to type.
fn cells(network: &mut Network<'_>, registry: &Registry, p: &Population) -> Result<Entity, String> {
    let templates = p.groups.iter().map(template).collect::<Result<Vec<_>, _>>()?;
    let first = templates.first().ok_or_else(|| format!("population `{}` has no cells", p.name))?;
    if templates.iter().any(|t| t.theirs != first.theirs) {
        return Err(format!(
            "population `{}` mixes cell models; one model for each population is supported",
            p.name
        ));
    }
    let model = registry
        .find::<NeuronModel>(first.ours)
        .ok_or_else(|| format!("neuron `{}` is not registered", first.ours))?;
    let params = model.entry.params.iter().map(|field| {
        let mut column = vec![field.default; p.size];
        let Some((_, theirs, factor)) = first.params.iter().find(|(ours, ..)| *ours == field.name) else {
            return Values::Uniform(field.default);
        };
        for group in &p.groups {
            let Some(given) = group.parameters.get(*theirs) else { continue };
            group.node_ids.iter().zip(given).for_each(|(id, x)| column[*id as usize] = x * factor);
        }
        Values::Each(column)
    });
    let plan = PopulationPlan {
        name: p.name.clone(),
        size: p.size,
        params: params.collect(),
        state: model.entry.state.iter().map(|f| Values::Uniform(f.default)).collect(),
        integrator: None,
        storage: Storage::Packed,
    };
    network.population(model, plan)
}

fn connect(
    (world, registry): (&mut World, &Registry),
    circuit: &Circuit,
    edges: &sonata::Edges,
    (populations, stream, threads): (&[Entity], u32, usize),
) -> Result<(), String> {
    let place = |name: &str| circuit.populations.iter().position(|p| p.name == name);
    let ends = place(&edges.source).zip(place(&edges.target));
    let (pre, post) =
        ends.ok_or_else(|| format!("edges `{}` join populations that the circuit lacks", edges.name))?;
    let size = |k: usize| circuit.populations[k].size as u64;
    if let Some(delay) = edges.delay_ms.iter().find(|d| **d < DT) {
        return Err(format!("edges `{}`: a delay of {delay} ms is below the step of {DT} ms", edges.name));
    }
    let shared_delay = edges.delay_ms.first().copied().filter(|d| edges.delay_ms.iter().all(|x| x == d));
    let connector =
        registry.find::<ConnectorModel>("table").ok_or("the connector `table` is not registered")?;
    let bounds = Network::new(world, Precision::F64, threads).bounds(size(post) as usize);
    let params = vec![0.0; connector.entry.params.len()];
    let plan = ConnectPlan {
        pre: 0..size(pre),
        post: 0..size(post),
        sizes: (size(pre), size(post)),
        recurrent: pre == post,
        spaces: [None, None],
        weight: Distribution::Constant(0.0),
        delay: Distribution::Constant(shared_delay.unwrap_or(DT)),
        initialisers: [None, None],
        dt: DT,
        seed: 0,
        stream,
        double: true,
        bounds: &bounds,
        threads,
        params: &params,
        edges: Some(Edges {
            pre: edges.source_ids.clone(),
            post: edges.target_ids.clone(),
            weight: Some(edges.weight.clone()),
            delay: shared_delay.is_none().then(|| edges.delay_ms.clone()),
            shape: None,
        }),
        plasticity: None,
    };
    let operator = (connector.connect)(plan, &mut |_, _| ())?;
    let synapse = registry.find::<SynapseModel>("delta").ok_or("the synapse `delta` is not registered")?;
    Network::new(world, Precision::F64, threads).project(ProjectionPlan {
        name: edges.name.clone(),
        pre: populations[pre],
        post: populations[post],
        receptor: ReceptorPlan { synapse, synapse_params: Vec::new(), output: None },
        state: Vec::new(),
        operator,
        short_term: None,
        back: 0,
    });
    Ok(())
}
