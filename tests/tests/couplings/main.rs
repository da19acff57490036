//! Couplings: what neurons hear of each other all the time, against closed forms, against the expected results of NeuroML's
//! examples, and against the theory of synchronisation. The same bits for any number of threads and from any storage.

mod delays;
mod determinism;
mod electrical;
mod graded;
mod neuroml;
mod oscillators;

use std::fs;
use std::path::PathBuf;

use ecs_core::network::read;
use tests::network::{built, written};

/// A cell that only leaks.
const PASSIVE: &str = r#"
[model.passive]
equations  = "dv/dt = (g_l*(e_l - v) + i) / c_m : mV"
parameters = { g_l = "10 nS", e_l = "-70 mV", c_m = "100 pF" }
initial    = { v = "-70 mV" }
"#;

/// A scenario in double precision, or as `run` says.
fn scenario(dt: f64, run: &str, rest: &str) -> String {
    let precision = if run.contains("precision") { "" } else { "precision = \"f64\"" };
    format!(
        "[scenario]\ntitle = \"a test\"\nsource = \"this project\"\nformat = 1\n\n[run]\nduration = \"{} ms\"\ndt = \"{dt} ms\"\n\
         seed = 1\n{precision}\n{run}\n{rest}",
        dt * 100_000.0
    )
}

/// Files that a scenario reads, in a folder of the test's own.
fn beside(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("synfire_couplings_{test}_{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("a temporary file");
    }
    folder
}

/// A watched value: population, variable, neuron.
type Place = (usize, usize, u32);

/// The watched values at the start and after each of `steps` steps, `[step][place]`.
fn traces(text: &str, folder: &std::path::Path, steps: usize, places: &[Place]) -> Vec<Vec<f64>> {
    let scenario = written(text, folder).unwrap_or_else(|e| panic!("{e}"));
    let mut simulation = built(&scenario);
    let mut one = Vec::new();
    let mut all = Vec::with_capacity(steps + 1);
    for step in 0..=steps {
        if step > 0 {
            simulation.runner.step(simulation.app.world_mut()).unwrap_or_else(|e| panic!("{e}"));
        }
        let look = |(population, variable, neuron): &Place| {
            let entity = simulation.populations[*population];
            read(simulation.app.world_mut(), entity, *variable, &[*neuron], &mut one);
            one[0]
        };
        all.push(places.iter().map(look).collect());
    }
    all
}

/// The same without files.
fn run(text: &str, steps: usize, places: &[Place]) -> Vec<Vec<f64>> {
    traces(text, &PathBuf::new(), steps, places)
}
