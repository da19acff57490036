//! What does a coupling cost in a step, per synapse and per sender: here and there, whole rows, and with delays of its own?
//!
//! Passive cells, one thread; the same cells without a coupling are taken off.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::Criterion;
use ecs_core::network::Registry;
use scenarios::assemble::{Simulation, assemble};
use scenarios::parse;

const STEPS: u64 = 100;

/// Name, cells, and the keys of the coupling; none for cells alone.
const CASES: [(&str, usize, &str); 6] = [
    ("alone", 10_000, ""),
    ("sparse", 10_000, "kind = \"gap_junction\"\nconnect = { fixed_indegree = 80 }"),
    (
        "delays",
        10_000,
        "kind = \"gap_junction\"\nconnect = { fixed_indegree = 80 }\ndelay = { uniform = [\"0.1 ms\", \"2 ms\"] }",
    ),
    ("release", 10_000, "kind = \"graded_kinetic\"\nconnect = \"one_to_one\""),
    ("sparse, large", 200_000, "kind = \"gap_junction\"\nconnect = { fixed_indegree = 80 }"),
    ("whole rows", 2_000, "kind = \"gap_junction\"\nconnect = \"all_to_all\""),
];

fn scenario(cells: usize, coupling: &str) -> String {
    let mut text = format!(
        "[scenario]\ntitle = \"cells\"\nsource = \"this project\"\nformat = 1\n[run]\nduration = \"1000 s\"\nseed = 1\nthreads = 1\n\
         [model.cell]\nequations = \"dv/dt = (g_l*(e_l - v) + i) / c_m : mV\"\n\
         parameters = {{ g_l = \"10 nS\", e_l = \"-65 mV\", c_m = \"100 pF\" }}\n\
         [population.cells]\nsize = {cells}\nneuron = \"cell\"\nstate = {{ v = {{ normal = [\"-60 mV\", \"5 mV\"] }} }}\n"
    );
    if !coupling.is_empty() {
        text +=
            "[[coupling]]\nfrom = \"cells\"\nto = \"cells\"\nweight = { uniform = [\"0 nS\", \"0.1 nS\"] }\n";
        text += coupling;
    }
    text
}

fn main() -> Result<(), String> {
    let mut criterion = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(200));
    criterion = criterion.measurement_time(Duration::from_secs(1)).configure_from_args();
    let registry = Registry::linked().map_err(|e| e.to_string())?;
    let mut alone = 0.0;
    for (name, cells, coupling) in CASES {
        let scenario = parse(&scenario(cells, coupling), name, Path::new(""), &registry, &[]);
        let mut simulation = assemble(&scenario.map_err(|e| e.to_string())?, None, &mut |_, _, _| ())
            .map_err(|e| e.to_string())?;
        let mut least = f64::INFINITY;
        criterion.bench_function(&format!("couplings/{name}"), |bencher| {
            bencher.iter_custom(|times| {
                let whole = Instant::now();
                for _ in 0..times {
                    let start = Instant::now();
                    let Simulation { app, runner, .. } = &mut simulation;
                    (0..STEPS).for_each(|_| runner.step(app.world_mut()).expect("the network runs"));
                    least = least.min(start.elapsed().as_secs_f64() * 1e9 / STEPS as f64);
                }
                whole.elapsed()
            });
        });
        let synapses = simulation.synapses() as f64;
        if coupling.is_empty() {
            alone = least / cells as f64;
            continue;
        }
        let (each, sender) = (least - alone * cells as f64, cells as f64);
        let per = |n: f64| each / n;
        writeln!(
            std::io::stdout(),
            "{name}: {cells} cells, {:.3} ns per synapse, {:.2} per sender",
            per(synapses),
            per(sender)
        )
        .map_err(|e| e.to_string())?;
    }
    criterion.final_summary();
    Ok(())
}
