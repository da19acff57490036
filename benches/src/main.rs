//! `compare`: runs a workload as the scripts of the other simulators do and prints one line of JSON with the same fields.

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use benches::measure::{Meter, interval_cv};
use benches::network::Network;
use benches::workload::{Setup, WORKLOADS, Workload};
use clap::Parser;
use ecs_core::allocator::Aligned;
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

/// Steps of all workloads in a millisecond.
const STEPS_PER_MS: f64 = 10.0;

/// Runs a workload that other simulators were measured on; all spikes are recorded in memory.
#[derive(Parser, Debug)]
struct Arguments {
    /// coba, cuba, cobahh or brunel.
    workload: String,
    /// Neurons; 4,000, or 12,500 in brunel, where not given.
    neurons: Option<usize>,
    /// Length of a timed part, in ms.
    #[arg(long, default_value_t = 1000.0)]
    duration: f64,
    /// What runs before, untimed, in ms.
    #[arg(long, default_value_t = 100.0)]
    warm: f64,
    /// Threads.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Timed parts.
    #[arg(long, default_value_t = 1)]
    reps: usize,
    /// Seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// euler, exponential_euler, ...; the model's own choice where not given.
    #[arg(long)]
    integrator: Option<String>,
    /// Delay of all synapses, in steps.
    #[arg(long)]
    delay_steps: Option<u32>,
}

/// A timed part and how many spikes it had.
struct Part {
    meter: Meter,
    spikes: usize,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(line) => match writeln!(std::io::stdout(), "{line}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(message) => {
            // Where even this cannot be said, the exit code remains.
            let _ = writeln!(std::io::stderr(), "{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<Value, String> {
    let workload = Workload::named(&arguments.workload).ok_or_else(|| {
        let names = WORKLOADS.map(|w| w.name).join(", ");
        format!("workload: `{}` is none; allowed are {names}", arguments.workload)
    })?;
    let setup = Setup {
        neurons: arguments.neurons.unwrap_or(workload.neurons),
        threads: arguments.threads.max(1),
        seed: arguments.seed,
        integrator: arguments.integrator.clone(),
        delay_steps: arguments.delay_steps,
    };
    let start = Instant::now();
    let mut network = Network::build(&workload, &setup)?;
    let assembled = start.elapsed().as_secs_f64();
    network.advance((arguments.warm * STEPS_PER_MS).round() as u64)?;
    let build = start.elapsed().as_secs_f64();
    let steps = (arguments.duration * STEPS_PER_MS).round() as u64;
    let mut parts = Vec::new();
    for _ in 0..arguments.reps.max(1) {
        network.raster.clear();
        let meter = Meter::time(|| network.advance(steps))?;
        parts.push(Part { meter, spikes: network.raster.len() });
    }
    let mut line = figures(&workload, &setup, steps, &parts);
    let more = json!({
        "build_s": rounded(build, 3),
        "assemble_s": rounded(assembled, 3),
        "cv": interval_cv(&network.raster).map(|cv| rounded(cv, 3)),
        "synapses": network.synapses(),
        "integrator": network.scenario.populations[0].integrator,
        "delay_steps": arguments.delay_steps,
    });
    if let (Value::Object(line), Value::Object(more)) = (&mut line, more) {
        line.extend(more);
    }
    Ok(line)
}

/// What follows from the timed parts; the fastest leads, all are listed.
fn figures(workload: &Workload, setup: &Setup, steps: u64, parts: &[Part]) -> Value {
    let best =
        parts.iter().min_by(|a, b| a.meter.wall.total_cmp(&b.meter.wall)).expect("there is a timed part");
    let Part { meter, spikes } = best;
    let seconds = steps as f64 / STEPS_PER_MS / 1e3;
    let events = *spikes as f64 * workload.outdegree;
    let core_ns = meter.wall * setup.threads as f64 * 1e9;
    let all = |of: fn(&Meter) -> f64| parts.iter().map(|p| rounded(of(&p.meter), 4)).collect::<Vec<_>>();
    json!({
        "peer": "synfire",
        "version": env!("CARGO_PKG_VERSION"),
        "workload": workload.name,
        "N": setup.neurons,
        "duration_ms": seconds * 1e3,
        "threads": setup.threads,
        "dtype": "f32",
        "wall_s": rounded(meter.wall, 4),
        "cpu_s": rounded(meter.cpu, 4),
        "others_cores": rounded(meter.others, 2),
        "walls": all(|m| m.wall),
        "cpus": all(|m| m.cpu),
        "others": all(|m| m.others),
        "rss_MB": recording::peak_rss_bytes().map(|bytes| rounded(bytes as f64 / f64::from(1 << 20), 1)),
        "spikes": spikes,
        "rate_Hz": rounded(*spikes as f64 / setup.neurons as f64 / seconds, 3),
        "outdeg": workload.outdegree,
        "rtf": rounded(meter.wall / seconds, 5),
        "ns_per_event": (events > 0.0).then(|| rounded(core_ns / events, 3)),
        "cpu_ns_per_event": (events > 0.0).then(|| rounded(meter.cpu * 1e9 / events, 3)),
        "ns_per_neuron_step": rounded(core_ns / setup.neurons as f64 / steps as f64, 3),
    })
}

fn rounded(x: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (x * scale).round() / scale
}
