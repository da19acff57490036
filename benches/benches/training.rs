//! How long does a batch take, forward and back?
//!
//! The two networks of ../knowledge/training.md, section 4. `feedforward`: 784-100-10, T = 100 steps of 1 ms, batch 128, every
//! bright pixel of an image fires once. `recurrent`: 100 Poisson inputs, 800 neurons of a signed dense matrix, 2 readouts,
//! T = 1000, batch 16. Firing rates stand beside the timings; the surrogate's half-width is that of the name. `online`: one trial of
//! the recurrent network, learned as it runs, beside the same trial forward alone.

#![expect(clippy::print_stderr, reason = "rates and memory stand beside the timings")]

use std::path::Path;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, SamplingMode};
use differentiation::{
    Circuit, Cotangents, Feedback, Lesson, Neurons, Online, OnlineTask, Outcome, Rule, Settings, Spiking,
    Tape, Task, Watch,
};
use ecs_core::allocator::Aligned;
use ecs_core::model::{Surrogate, SurrogateModel};
use ecs_core::network::{Frames, Registry, SourcePlan, Team};
use ecs_core::random::{Key, Purpose};
use scenarios::assemble::keeping_plans;
use scenarios::parse;

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

const HEAD: &str = r#"
[scenario]
title  = "a batch"
source = "this project"
format = 1

[run]
duration = "1 s"
dt       = "1 ms"
seed     = 1
skip_at_rest = false

[model.leaky]
kind = "neuron"
equations = "dv/dt = -v/tau + i : mV"
input = "mV/ms"
parameters = { tau = "10 ms" }

[model.unit]
kind = "neuron"
equations = "dv/dt = -v/tau + i : mV"
input = "mV/ms"
threshold = "v >= v_th"
reset = "v = 0 mV"
parameters = { tau = "10 ms", v_th = "1 mV" }
"#;

const FEEDFORWARD: &str = r#"
[population.pixels]
size   = 784
neuron = "latency_encoder"
params = { values = VALUES, frame = "100 ms", tau = "20 ms", threshold = 0.2, clip = true }

[population.hidden]
size   = 100
neuron = "unit"

[population.out]
size   = 10
neuron = "leaky"

[[projection]]
name    = "in"
from    = "pixels"
to      = "hidden"
synapse = { exponential = { tau = "10 ms" } }
output  = "current"
connect = "all_to_all"
weight  = { normal = ["0 mV/ms", "0.03 mV/ms"] }
delay   = "1 ms"

[[projection]]
name    = "out"
from    = "hidden"
to      = "out"
synapse = { exponential = { tau = "10 ms" } }
output  = "current"
connect = "all_to_all"
weight  = { normal = ["0 mV/ms", "0.02 mV/ms"] }
delay   = "1 ms"
"#;

const RECURRENT: &str = r#"
[population.input]
size   = 100
neuron = "poisson"
params = { rate = "20 Hz" }

[model.adaptive]
kind = "neuron"
equations = """
dv/dt = -v/tau + i : mV
da/dt = -a/tau_a : mV
"""
input = "mV/ms"
threshold = "v >= v_th + a"
reset = "v = 0 mV; a += 0.1 mV"
parameters = { tau = "10 ms", tau_a = "200 ms", v_th = "1 mV" }

[population.net]
size   = 800
neuron = "adaptive"

[population.out]
size   = 2
neuron = "leaky"

[[projection]]
name    = "in"
from    = "input"
to      = "net"
synapse = { exponential = { tau = "10 ms" } }
output  = "current"
connect = "all_to_all"
weight  = { uniform = ["0 mV/ms", "0.0128 mV/ms"] }
delay   = "1 ms"

[[projection]]
name    = "exc"
from    = "net[0..640]"
to      = "net"
synapse = { exponential = { tau = "10 ms" } }
output  = "current"
connect = "all_to_all"
weight  = { uniform = ["0 mV/ms", "0.00064 mV/ms"] }
delay   = "1 ms"

[[projection]]
name    = "inh"
from    = "net[640..800]"
to      = "net"
synapse = { exponential = { tau = "10 ms" } }
output  = "current"
connect = "all_to_all"
weight  = { uniform = ["-0.00256 mV/ms", "0 mV/ms"] }
delay   = "1 ms"

[[projection]]
name    = "read"
from    = "net"
to      = "out"
synapse = { exponential = { tau = "10 ms" } }
output  = "current"
connect = "all_to_all"
weight  = { normal = ["0 mV/ms", "0.05 mV/ms"] }
delay   = "1 ms"
"#;

/// Cross entropy of the readout's voltages: of their maxima over time, or of their means over the last 100 steps.
struct Answer {
    readout: usize,
    maximum: bool,
}

impl Task<f32> for Answer {
    fn prepare(&self, _: usize, trial: u64, plan: &mut SourcePlan) {
        // Two pixels of five are bright.
        let key = Key::new(7, trial as u32, Purpose::Select);
        let pixel = |k: u64| key.uniform(k, 0) as f32 * 2.0 - 1.0;
        if self.maximum {
            let values = (0..784).map(|k| (pixel(k) * 1.33).max(0.0)).collect();
            plan.lists.clear();
            plan.frames = Frames::new(values, 784).expect("one image");
        }
    }

    fn watches(&self) -> Vec<Watch> {
        vec![Watch { population: self.readout, variable: 0 }]
    }

    fn cost(&self, outcome: &Outcome<'_, f32>, cotangents: Option<&mut Cotangents<'_, f32>>) -> f64 {
        let series = &outcome.series[0];
        let (steps, n) = (series.steps(), series.neurons);
        let (mut cost, mut slopes) = (0.0, Vec::new());
        for replica in 0..series.replicas {
            let at = |k: usize, t: usize| series.at(t, replica)[k];
            let best = |k: usize| (0..steps).max_by(|a, b| at(k, *a).total_cmp(&at(k, *b))).unwrap_or(0);
            let mean = |k: usize| (steps - 100..steps).map(|t| at(k, t)).sum::<f32>() / 100.0;
            let value = |k: usize| if self.maximum { at(k, best(k)) } else { mean(k) };
            let values: Vec<f64> = (0..n).map(|k| f64::from(value(k))).collect();
            let total: f64 = values.iter().map(|v| v.exp()).sum();
            let label = (outcome.first as usize + replica) % n;
            cost += total.ln() - values[label];
            for k in 0..n {
                let slope = values[k].exp() / total - f64::from(u8::from(k == label));
                let steps = if self.maximum { best(k)..best(k) + 1 } else { steps - 100..steps };
                let share = slope / steps.len() as f64;
                slopes.extend(steps.map(|t| (t, replica, k, share as f32)));
            }
        }
        if let Some(cotangents) = cotangents {
            slopes.into_iter().for_each(|(t, r, k, x)| cotangents.series[0].at_mut(t, r)[k] = x);
        }
        cost
    }
}

impl OnlineTask<f32> for Answer {
    fn watches(&self) -> Vec<Watch> {
        Task::watches(self)
    }

    fn error(&self, trial: u64, _: usize, seen: &[Vec<f32>], errors: &mut [Vec<f32>]) -> f64 {
        let label = trial as usize % seen[0].len();
        for (k, (error, v)) in errors[0].iter_mut().zip(&seen[0]).enumerate() {
            *error = v - f32::from(u8::from(k == label));
        }
        errors[0].iter().map(|e| f64::from(e * e / 2.0)).sum()
    }
}

/// A network, what is learned, steps and batch.
struct Case {
    name: &'static str,
    text: &'static str,
    learned: &'static [&'static str],
    steps: usize,
    batch: u64,
    readout: usize,
    widths: &'static [f64],
}

const CASES: [Case; 2] = [
    Case {
        name: "feedforward",
        text: FEEDFORWARD,
        learned: &["projection.in.weight", "projection.out.weight"],
        steps: 100,
        batch: 128,
        readout: 2,
        widths: &[1.0, 0.5],
    },
    Case {
        name: "recurrent",
        text: RECURRENT,
        learned: &[
            "projection.in.weight",
            "projection.exc.weight",
            "projection.inh.weight",
            "projection.read.weight",
        ],
        steps: 1000,
        batch: 16,
        readout: 2,
        widths: &[1.0, 0.5, 0.1],
    },
];

impl Case {
    /// Its circuit, its neurons firing by a triangle of that half-width.
    fn circuit(&self, registry: &Registry, width: f64) -> Result<Circuit<f32>, String> {
        // A source wants values to begin with; each trial brings its own.
        let text = format!("{HEAD}{}", self.text).replace("VALUES", &format!("{:?}", [0.0; 784]));
        let scenario = parse(&text, "bench", Path::new("."), registry, &[]).map_err(|e| e.to_string())?;
        let learned: Vec<String> = self.learned.iter().map(|path| (*path).to_string()).collect();
        let mut made = keeping_plans(&scenario, &mut |_, _, _| ()).map_err(|e| e.to_string())?;
        let model = registry.find::<SurrogateModel>("relu_grad").ok_or("the surrogate is registered")?;
        let surrogate = Surrogate::new(model, &[0.3, width]);
        let spiking = Spiking { surrogate, scale: 1.0, smooth: false, through_reset: false };
        Circuit::new(made.app.world_mut(), &learned, &|_: &Neurons<f32>| spiking)
    }

    /// How its trials are run.
    fn settings(&self) -> Settings {
        Settings { steps: self.steps, segment: None, truncate: None, smooth: false }
    }
}

fn main() -> Result<(), String> {
    let mut criterion = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(500));
    criterion = criterion.measurement_time(Duration::from_secs(2)).configure_from_args();
    let registry = Registry::linked().map_err(|_| "names are unique")?;
    // What is not asked for is not even made ready.
    let filter = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let asked = |name: &str| filter.as_ref().is_none_or(|filter| filter.starts_with(name));
    for case in CASES.iter().filter(|case| asked(case.name)) {
        for (width, threads) in case.widths.iter().flat_map(|w| [1, 2].map(|threads| (*w, threads))) {
            let circuit = case.circuit(&registry, width)?;
            let team = Team::new(threads);
            let tape = Tape::new(&circuit, case.settings(), case.batch as usize, &team);
            let task = Answer { readout: case.readout, maximum: case.name == "feedforward" };
            let done = tape.gradient(&circuit, &team, 0..case.batch, &task)?;
            let cells = circuit.populations[1].size as f64 * case.steps as f64 * case.batch as f64;
            let rate = done.spikes[1] as f64 / cells * 100.0;
            let size: f64 = done.gradient.iter().flatten().map(|x| f64::from(x.abs())).sum();
            eprintln!(
                "{} width {width}: {rate:.2} % fire in a step, loss {:.4}, |gradient| {size:.4}, {:.1} MB on {threads} threads",
                case.name,
                done.cost / case.batch as f64,
                tape.bytes() as f64 / 1e6
            );
            let mut group = criterion.benchmark_group(case.name);
            group.sampling_mode(SamplingMode::Flat);
            group.bench_function(BenchmarkId::new(format!("half-width {width}"), threads), |bencher| {
                bencher.iter(|| tape.gradient(&circuit, &team, 0..case.batch, &task));
            });
            group.bench_function(BenchmarkId::new("forward", threads), |bencher| {
                bencher.iter(|| tape.evaluate(&circuit, &team, 0..case.batch, &task));
            });
            group.finish();
        }
    }
    if asked("online") {
        online(&mut criterion, &registry)?;
    }
    criterion.final_summary();
    Ok(())
}

/// One trial of the recurrent network, forward alone and learning as it runs.
fn online(criterion: &mut Criterion, registry: &Registry) -> Result<(), String> {
    let case = &CASES[1];
    let circuit = case.circuit(registry, 1.0)?;
    let task = Answer { readout: case.readout, maximum: false };
    let team = Team::new(1);
    let tape = Tape::new(&circuit, case.settings(), 1, &team);
    let mut group = criterion.benchmark_group("online");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("forward", |bencher| bencher.iter(|| tape.evaluate(&circuit, &team, 0..1, &task)));
    for (name, rule) in [("ranked", Rule::Ranked(0.95)), ("traces", Rule::Traces)] {
        let (watches, feedback) = (Task::watches(&task), Feedback::Symmetric);
        let lesson = Lesson { steps: case.steps, watches: &watches, counted: &[], rule, feedback };
        let mut online = Online::new(&circuit, lesson)?;
        eprintln!("{name}: {:.1} MB", online.bytes() as f64 / 1e6);
        group.bench_function(name, |bencher| bencher.iter(|| online.trial(&circuit, 0, &task)));
    }
    group.finish();
    Ok(())
}
