//! What does a way back cost where few neurons could have fired, and where few synapses are there?
//!
//! 100 Poisson inputs, 2,000 neurons with recurrent weights of some density, 2 leaky readouts, 200 steps of 1 ms. `density`: batches of 4 on
//! one thread and two, with 1 % and 10 % of all synapses: the case of `peers/brainpy_sparse.py`. `window`: a batch of 1, and of 8, whose
//! replicas share passes over rows four at a time, at a density of 10 % and with ever narrower surrogates; beside each timing stands the
//! share of neurons in the surrogate's window. What `forward` takes is to be taken off for the way back alone.

#![expect(clippy::print_stderr, reason = "rates and shares stand beside the timings")]

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, SamplingMode};
use differentiation::{
    Circuit, Cotangents, Evaluation, Neurons, Outcome, Settings, Spiking, Tape, Task, Watch,
};
use ecs_core::allocator::Aligned;
use ecs_core::model::{Surrogate, SurrogateModel};
use ecs_core::network::{Registry, Team};
use scenarios::assemble::keeping_plans;
use scenarios::parse;

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

const NEURONS: usize = 2000;
const STEPS: usize = 200;
/// Steps at the end whose mean is read.
const READ: usize = 50;
/// Numbers of the populations.
const NET: usize = 1;
const OUT: usize = 2;

fn text(density: f64) -> String {
    let degree = (density * NEURONS as f64) as usize;
    let sd = 0.05 / (degree as f64).sqrt();
    format!(
        r#"
[scenario]
title  = "a sparse network"
source = "this project"
format = 1

[run]
duration = "{STEPS} ms"
dt       = "1 ms"
seed     = 1
skip_at_rest = false

[model.leaky]
kind = "neuron"
equations = "dv/dt = -v/tau + i : mV"
input = "mV/ms"
parameters = {{ tau = "10 ms" }}

[model.unit]
kind = "neuron"
equations = "dv/dt = -v/tau + i : mV"
input = "mV/ms"
threshold = "v >= v_th"
reset = "v = 0 mV"
parameters = {{ tau = "10 ms", v_th = "1 mV" }}

[population.input]
size   = 100
neuron = "poisson"
params = {{ rate = "20 Hz" }}

[population.net]
size   = {NEURONS}
neuron = "unit"

[population.out]
size   = 2
neuron = "leaky"

[[projection]]
name    = "in"
from    = "input"
to      = "net"
synapse = {{ exponential = {{ tau = "10 ms" }} }}
output  = "current"
connect = "all_to_all"
weight  = {{ uniform = ["0 mV/ms", "0.0128 mV/ms"] }}
delay   = "1 ms"

[[projection]]
name    = "self"
from    = "net"
to      = "net"
synapse = {{ exponential = {{ tau = "10 ms" }} }}
output  = "current"
connect = {{ fixed_outdegree = {degree} }}
weight  = {{ normal = ["0 mV/ms", "{sd} mV/ms"] }}
delay   = "1 ms"

[[projection]]
name    = "out"
from    = "net"
to      = "out"
synapse = {{ exponential = {{ tau = "10 ms" }} }}
output  = "current"
connect = "all_to_all"
weight  = {{ normal = ["0 mV/ms", "0.05 mV/ms"] }}
delay   = "1 ms"
"#
    )
}

/// Cross entropy of the readout's mean voltages; and where it is asked for, who is in the window.
struct Answer {
    width: f64,
    /// Neuron-steps in the window, and all; none where they are not counted.
    inside: Option<Mutex<[usize; 2]>>,
}

impl Task<f32> for Answer {
    fn watches(&self) -> Vec<Watch> {
        let net = self.inside.as_ref().map(|_| Watch { population: NET, variable: 0 });
        [Watch { population: OUT, variable: 0 }].into_iter().chain(net).collect()
    }

    fn cost(&self, outcome: &Outcome<'_, f32>, mut cotangents: Option<&mut Cotangents<'_, f32>>) -> f64 {
        let series = &outcome.series[0];
        let (steps, n, mut cost) = (series.steps(), series.neurons, 0.0);
        for replica in 0..series.replicas {
            let mean =
                |k: usize| (steps - READ..steps).map(|t| series.at(t, replica)[k]).sum::<f32>() / READ as f32;
            let values: Vec<f64> = (0..n).map(|k| f64::from(mean(k))).collect();
            let total: f64 = values.iter().map(|v| v.exp()).sum();
            let label = (outcome.first as usize + replica) % n;
            cost += total.ln() - values[label];
            let Some(cotangents) = &mut cotangents else { continue };
            for t in steps - READ..steps {
                for (k, x) in cotangents.series[0].at_mut(t, replica).iter_mut().enumerate() {
                    let slope = values[k].exp() / total - f64::from(u8::from(k == label));
                    *x = (slope / READ as f64) as f32;
                }
            }
        }
        if let Some(inside) = &self.inside {
            // Those that fired were reset, and were in the window before.
            let near = |v: &&f32| f64::from((**v - 1.0).abs()) < self.width;
            let values = &outcome.series[1].values;
            let fired: f32 = outcome.counts[NET].iter().sum();
            let mut sums = inside.lock().expect("nobody panics");
            sums[0] += values.iter().filter(near).count() + fired as usize;
            sums[1] += values.len();
        }
        cost
    }
}

/// The network with recurrent weights of a density, its neurons firing by a triangle of a half-width.
fn circuit(registry: &Registry, density: f64, width: f64) -> Result<Circuit<f32>, String> {
    let scenario =
        parse(&text(density), "bench", Path::new("."), registry, &[]).map_err(|e| e.to_string())?;
    let mut made = keeping_plans(&scenario, &mut |_, _, _| ()).map_err(|e| e.to_string())?;
    let model = registry.find::<SurrogateModel>("relu_grad").ok_or("the surrogate is registered")?;
    let surrogate = Surrogate::new(model, &[0.3, width]);
    let spiking = Spiking { surrogate, scale: 1.0, smooth: false, through_reset: false };
    Circuit::new(made.app.world_mut(), &["projection.*.weight".to_owned()], &|_: &Neurons<f32>| spiking)
}

/// Measures a batch, and says what fired and who could have.
fn measure(
    criterion: &mut Criterion,
    name: &str,
    circuit: &Circuit<f32>,
    (width, batch, threads): (f64, u64, usize),
) -> Result<(), String> {
    let team = Team::new(threads);
    let settings = Settings { steps: STEPS, segment: None, truncate: None, smooth: false };
    let tape = Tape::new(circuit, settings, batch as usize, &team);
    let counting = Answer { width, inside: Some(Mutex::new([0; 2])) };
    let done: Evaluation<f32> = tape.gradient(circuit, &team, 0..batch, &counting)?;
    let [near, all] = counting.inside.map_or([0, 1], |sums| *sums.lock().expect("nobody panics"));
    let fired = done.spikes[NET] as f64 / all as f64 * 100.0;
    let share = near as f64 / all as f64 * 100.0;
    eprintln!(
        "{name}, batch {batch}, {threads} threads: {fired:.2} % fire in a step, {share:.1} % are in the window, {:.1} MB",
        tape.bytes() as f64 / 1e6
    );
    let task = Answer { width, inside: None };
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat);
    let at = format!("batch {batch}, threads {threads}");
    group.bench_function(BenchmarkId::new("with gradient", &at), |bencher| {
        bencher.iter(|| tape.gradient(circuit, &team, 0..batch, &task));
    });
    group.bench_function(BenchmarkId::new("forward", &at), |bencher| {
        bencher.iter(|| tape.evaluate(circuit, &team, 0..batch, &task));
    });
    group.finish();
    Ok(())
}

fn main() -> Result<(), String> {
    let mut criterion = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(300));
    criterion = criterion.measurement_time(Duration::from_secs(1)).configure_from_args();
    let registry = Registry::linked().map_err(|_| "names are unique")?;
    // What is not asked for is not even made ready.
    let filter = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let asked = |name: &str| filter.as_ref().is_none_or(|filter| filter.starts_with(name));
    for density in [0.01, 0.1].into_iter().filter(|_| asked("density")) {
        let circuit = circuit(&registry, density, 1.0)?;
        for threads in [1, 2] {
            measure(&mut criterion, &format!("density {density}"), &circuit, (1.0, 4, threads))?;
        }
    }
    for width in [1.0, 0.5, 0.2, 0.1, 0.05, 0.02].into_iter().filter(|_| asked("window")) {
        let circuit = circuit(&registry, 0.1, width)?;
        for batch in [1, 8] {
            measure(&mut criterion, &format!("window {width}"), &circuit, (width, batch, 1))?;
        }
    }
    criterion.final_summary();
    Ok(())
}
