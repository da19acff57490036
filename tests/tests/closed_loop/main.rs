//! The closed loop: one tick of latency to the step, the same bits every time, rewards that reach synapses, and what ends a run.

mod bits;
mod ends;
mod latency;
mod made_up;
mod pace;
mod reward;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use bevy_ecs::prelude::*;
use environments::Env;
use scenarios::assemble::Simulation;
use scenarios::schema::Scenario;
use scenarios::simulate::{Ended, simulate};
use tests::network::{built, written};

/// Head of a scenario with steps of 0.1 ms.
const HEAD: &str = r#"
[scenario]
title = "a loop"
source = "this project"
format = 1
[run]
duration = "1 s"
dt = "0.1 ms"
seed = 3
precision = "f64"
"#;

fn read(text: &str) -> Scenario {
    written(text, Path::new(".")).unwrap_or_else(|e| panic!("{e}"))
}

/// The environment of a world.
fn env(simulation: &mut Simulation) -> &Env {
    let world = simulation.app.world_mut();
    let entity = world.query_filtered::<Entity, With<Env>>().single(world).expect("there is one environment");
    world.get::<Env>(entity).expect("it was found by it")
}

/// A network and its environment after a run, however that ended.
fn over(text: &str) -> (Simulation, Ended) {
    let scenario = read(text);
    let mut simulation = built(&scenario);
    let ended = simulate(&mut simulation, scenario.run.steps, &AtomicBool::new(false), &mut |_| ());
    (simulation, ended)
}
