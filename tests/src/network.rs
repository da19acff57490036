//! Network: a scenario built in memory, stepped without any file, and what its populations did.

use std::fs;
use std::path::Path;

use bevy_ecs::prelude::*;
use ecs_core::network::{Clock, Population, Projection, Registry, Spikes, settle};
use recording::{Firing, Tally, Window};
use scenarios::assemble::{Simulation, assemble};
use scenarios::diagnostic::Diagnostics;
use scenarios::schema::Scenario;
use scenarios::{Override, load, parse};

use crate::data::root;

/// The scenarios that are shipped and run, by the names of their files; those that are trained are [`trained_names`]. Those whose world
/// is in a Python are left to the tests of the command.
///
/// # Panics
/// If the folder cannot be read.
pub fn shipped_names() -> Vec<String> {
    all_names().into_iter().filter(|name| !is_trained(name) && !says(name, "\nkind    = { gym")).collect()
}

/// The scenarios that are shipped and trained.
///
/// # Panics
/// If the folder cannot be read.
pub fn trained_names() -> Vec<String> {
    all_names().into_iter().filter(|name| is_trained(name)).collect()
}

fn is_trained(name: &str) -> bool {
    says(name, "\n[training]")
}

fn says(name: &str, words: &str) -> bool {
    let path = root().join("scenarios").join(format!("{name}.toml"));
    fs::read_to_string(path).expect("a scenario is a text").contains(words)
}

/// All of them.
///
/// # Panics
/// If the folder cannot be read.
pub fn all_names() -> Vec<String> {
    let entries = fs::read_dir(root().join("scenarios")).expect("the folder of the scenarios");
    let files = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = files
        .filter(|f| f != "Cargo.toml")
        .filter_map(|f| Some(f.strip_suffix(".toml")?.to_owned()))
        .collect();
    names.sort();
    assert!(names.len() >= 4, "the scenarios are found: {names:?}");
    names
}

/// Scenarios that are too large to be tested whole, and the changes that make them smaller without leaving their regime.
///
/// A tenth of `hpc_stdp` with its weights unchanged fires at 44.6 Hz in NEST 3.10, with a standard deviation of 2.3 over 20 seeds;
/// a quarter of `visual_macaque` with four times its weights as its expectations then say, from six seeds of its own.
const SMALLER: &[(&str, &[&str])] = &[
    (
        "hpc_stdp",
        &[
            "population.exc.size=900",
            "population.inh.size=225",
            "projection.0.connect.fixed_indegree.k=899",
            "projection.1.connect.fixed_indegree=900",
            "projection.2.connect.fixed_indegree.k=[[225], [224]]",
            r#"expect.0.within=["35.4 Hz", "53.8 Hz"]"#,
        ],
    ),
    (
        "visual_macaque",
        &[
            "population.V1_E.size=400",
            "population.V1_I.size=100",
            r#"projection.0.weight="0.40432 pA""#,
            r#"projection.1.weight="2.42416 pA""#,
            r#"projection.2.weight="-2.43908 pA""#,
            r#"projection.3.weight="-1.3416 pA""#,
            r#"projection.4.weight="0.161488 pA""#,
            r#"expect.0.within=[["8 Hz", "10.4 Hz"], ["5.6 Hz", "7.2 Hz"], ["4.7 Hz", "6.2 Hz"], ["4.6 Hz", "5.7 Hz"]]"#,
            r#"expect.1.within=["17.7 Hz", "19.5 Hz"]"#,
        ],
    ),
    (
        "reservoir",
        &["training.features.reservoir.units=2000", "training.features.reservoir.probability=0.02"],
    ),
    (
        "ei_jit",
        &[
            "run.duration=400 ms",
            "population.exc.size=16000",
            "population.inh.size=4000",
            "projection.0.connect.fixed_probability=0.004",
            "projection.1.connect.fixed_probability=0.004",
        ],
    ),
];

/// A shipped scenario with changes as behind `--set`, smaller where it is too large to be tested whole.
///
/// # Panics
/// If it is wrong.
pub fn shipped(name: &str, changes: &[&str]) -> Scenario {
    let path = root().join("scenarios").join(format!("{name}.toml"));
    let smaller = SMALLER.iter().find(|(large, _)| *large == name).map_or(&[][..], |(_, changes)| changes);
    let changes = [smaller, changes].concat();
    load(&path, &registry(), &overrides(&changes)).unwrap_or_else(|e| panic!("{e}"))
}

/// A scenario from its text, its data files beside `base`.
///
/// # Errors
/// All that is wrong with it.
pub fn written(text: &str, base: &Path) -> Result<Scenario, Diagnostics> {
    parse(text, "case.toml", base, &registry(), &[])
}

fn overrides(changes: &[&str]) -> Vec<Override> {
    changes.iter().map(|text| Override::new(*text)).collect()
}

/// Everything that is linked in.
///
/// # Panics
/// If two linked crates use one name.
pub fn registry() -> Registry {
    Registry::linked().expect("names are unique")
}

/// The network of a scenario, recording nothing.
///
/// # Panics
/// If it cannot be built.
pub fn built(scenario: &Scenario) -> Simulation {
    assemble(scenario, None, &mut |_, _, _| ()).unwrap_or_else(|e| panic!("{e}"))
}

/// Runs `steps` steps; `visit` is given the step, the place of the population and who fired.
///
/// # Panics
/// If the network stops.
pub fn run(simulation: &mut Simulation, steps: u64, mut visit: impl FnMut(u64, usize, &[u32])) {
    let Simulation { app, runner, populations, .. } = simulation;
    for _ in 0..steps {
        let step = app.world().resource::<Clock>().step;
        runner.step(app.world_mut()).unwrap_or_else(|e| panic!("{e}"));
        for (k, population) in populations.iter().enumerate() {
            let spikes = app.world().get::<Spikes>(*population).expect("a population has spikes");
            visit(step, k, spikes.of(step));
        }
    }
}

/// Weights of all projections that learn, as they are after the last step.
pub fn weights(world: &mut World) -> Vec<f64> {
    settle(world);
    let mut all = Vec::new();
    for projection in world.query::<&Projection>().iter(world) {
        if let Some(learner) = projection.operator.learner() {
            learner.weights(&mut |_, _, weight| all.push(weight));
        }
    }
    all
}

/// A spike: step, place of the population, neuron.
pub type Spike = (u64, usize, u32);

/// All spikes of the first `steps` steps of a scenario.
pub fn raster(scenario: &Scenario, steps: u64) -> Vec<Spike> {
    let mut all = Vec::new();
    run(&mut built(scenario), steps, |step, population, fired| {
        all.extend(fired.iter().map(|neuron| (step, population, *neuron)));
    });
    all
}

/// How each population of a scenario fires after `after_ms`, its rate in bins of `bin_ms`.
///
/// # Panics
/// If the network stops.
pub fn firing(scenario: &Scenario, after_ms: f64, bin_ms: f64) -> Vec<Firing> {
    let mut simulation = built(scenario);
    let size = |k: usize| {
        let population = simulation.app.world().get::<Population>(simulation.populations[k]);
        population.expect("it is a population").size as u32
    };
    let window = Window { after_ms, until_ms: scenario.run.duration, bin_ms };
    let mut tallies: Vec<Tally> =
        (0..scenario.populations.len()).map(|k| Tally::new(size(k), window)).collect();
    run(&mut simulation, scenario.run.steps, |step, population, fired| {
        let time = step as f64 * scenario.run.dt;
        fired.iter().for_each(|neuron| tallies[population].add(time, *neuron));
    });
    tallies.iter().map(Tally::finish).collect()
}
