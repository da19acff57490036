//! Online learning: with one layer it is the gradient of the way back, and with recurrence it points the same way.

use differentiation::{
    Circuit, Cotangents, Feedback, Learnt, Lesson, Online, OnlineTask, Outcome, Rule, Settings, Tape, Task,
    Watch,
};
use ecs_core::network::Team;
use tests::network::registry;

use crate::nets::{built, circuit, spiking};

const STEPS: usize = 200;
const LEARNED: [&str; 2] = ["projection.in.weight", "projection.out.weight"];

/// A layer between sources and a leaky readout; `more` may connect it to itself.
fn layer(more: &str) -> String {
    format!(
        r#"
[scenario]
title  = "a layer"
source = "this project"
format = 1

[run]
duration  = "100 ms"
dt        = "0.5 ms"
seed      = 2
precision = "f64"
skip_at_rest = false

[model.leaky]
kind = "neuron"
equations = "dv/dt = -v/tau + i : mV"
input = "mV/ms"
parameters = {{ tau = "10 ms" }}

[population.input]
size   = 20
neuron = "poisson"
params = {{ rate = "40 Hz" }}

[population.layer]
size   = 12
neuron = "lif"
params = {{ tau_m = {{ uniform = ["8 ms", "14 ms"] }}, c_m = "100 pF", t_ref = "1 ms" }}

[population.out]
size   = 3
neuron = "leaky"

[[projection]]
name    = "in"
from    = "input"
to      = "layer"
synapse = {{ exponential = {{ tau = "4 ms" }} }}
output  = "current"
connect = "all_to_all"
weight  = {{ normal = ["80 pA", "30 pA"] }}
delay   = "1 ms"

[[projection]]
name    = "out"
from    = "layer"
to      = "out"
synapse = {{ exponential = {{ tau = "6 ms" }} }}
output  = "current"
connect = "all_to_all"
weight  = {{ normal = ["0 mV/ms", "1 mV/ms"] }}
delay   = "1.5 ms"
{more}"#
    )
}

const RECURRENT: &str = r#"
[[projection]]
name    = "self"
from    = "layer"
to      = "layer"
synapse = { exponential = { tau = "4 ms" } }
output  = "current"
connect = "all_to_all"
weight  = { normal = ["0 pA", "20 pA"] }
delay   = "1 ms"
"#;

/// Each output is to follow a wave of its own.
struct Waves;

fn wave(k: usize, step: usize) -> f64 {
    2.0 * (step as f64 * 0.05 + k as f64).sin()
}

impl Task<f64> for Waves {
    fn watches(&self) -> Vec<Watch> {
        vec![Watch { population: 2, variable: 0 }]
    }
    fn cost(&self, outcome: &Outcome<'_, f64>, cotangents: Option<&mut Cotangents<'_, f64>>) -> f64 {
        let series = &outcome.series[0];
        let error = |step: usize, k: usize| series.at(step, 0)[k] - wave(k, step);
        let all = || (0..series.steps()).flat_map(|step| (0..3).map(move |k| (step, k)));
        if let Some(cotangents) = cotangents {
            all().for_each(|(step, k)| cotangents.series[0].at_mut(step, 0)[k] = error(step, k));
        }
        all().map(|(step, k)| error(step, k).powi(2) / 2.0).sum()
    }
}

impl OnlineTask<f64> for Waves {
    fn watches(&self) -> Vec<Watch> {
        Task::watches(self)
    }
    fn error(&self, _: u64, step: usize, seen: &[Vec<f64>], errors: &mut [Vec<f64>]) -> f64 {
        for (k, error) in errors[0].iter_mut().enumerate() {
            *error = seen[0][k] - wave(k, step);
        }
        errors[0].iter().map(|e| e * e / 2.0).sum()
    }
}

fn online(circuit: &Circuit<f64>, steps: usize, (rule, feedback): (Rule, Feedback)) -> Online<f64> {
    let lesson = Lesson { steps, watches: &Task::watches(&Waves), counted: &[], rule, feedback };
    Online::new(circuit, lesson).unwrap_or_else(|e| panic!("{e}"))
}

/// The gradient of the way back, and that of online learning.
fn both(more: &str, learned: &[&str], how: (Rule, Feedback)) -> (f64, Vec<Vec<f64>>, Learnt<f64>) {
    let registry = registry();
    let circuit: Circuit<f64> =
        circuit(&mut built(&layer(more)), learned, spiking(&registry, "relu_grad", false));
    let team = Team::new(1);
    let tape = Tape::new(
        &circuit,
        Settings { steps: STEPS, segment: None, truncate: None, smooth: false },
        1,
        &team,
    );
    let back = tape.gradient(&circuit, &team, 0..1, &Waves).expect("it runs");
    assert!(back.spikes[1] > 40, "the layer fires: {:?}", back.spikes);
    let mut online = online(&circuit, STEPS, how);
    let learnt = online.trial(&circuit, 0, &Waves).expect("it runs");
    assert_eq!(back.spikes, learnt.spikes);
    (back.cost, back.gradient, learnt)
}

fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    product(a, b) / (product(a, a) * product(b, b)).sqrt()
}

#[test]
fn with_one_layer_traces_give_the_gradient_of_the_way_back() {
    let (cost, back, learnt) = both("", &LEARNED, (Rule::Traces, Feedback::Symmetric));
    assert!((cost - learnt.cost).abs() < 1e-9 * cost);
    for (path, (back, online)) in LEARNED.iter().zip(back.iter().zip(&learnt.gradient)) {
        let scale = back.iter().fold(0.0f64, |m, g| m.max(g.abs()));
        assert!(scale > 1e-3, "{path} matters");
        for (k, (a, b)) in back.iter().zip(online).enumerate() {
            assert!((a - b).abs() < 1e-10 * scale, "{path} [{k}]: {a} back, {b} online");
        }
    }
}

#[test]
fn with_recurrence_the_readout_is_exact_and_the_layer_points_the_same_way() {
    let learned = ["projection.in.weight", "projection.out.weight", "projection.self.weight"];
    let (_, back, learnt) = both(RECURRENT, &learned, (Rule::Traces, Feedback::Symmetric));
    let cosines: Vec<f64> = back.iter().zip(&learnt.gradient).map(|(a, b)| cosine(a, b)).collect();
    assert!(cosines[1] > 1.0 - 1e-12, "the readout's own weights: {cosines:?}");
    assert!(
        cosines[0] > 0.8 && cosines[2] > 0.8,
        "what neurons do to each other is left out, not more: {cosines:?}"
    );
    assert!(cosines[0] < 1.0 - 1e-6, "something is left out: {cosines:?}");
}

#[test]
fn random_feedback_gives_another_gradient_and_the_same_for_the_readout() {
    let (_, back, learnt) = both("", &LEARNED, (Rule::Traces, Feedback::Random(1.0)));
    assert!(cosine(&back[1], &learnt.gradient[1]) > 1.0 - 1e-12);
    assert!(cosine(&back[0], &learnt.gradient[0]).abs() < 0.9);
}

#[test]
fn memory_does_not_grow_with_time() {
    let registry = registry();
    let circuit: Circuit<f64> =
        circuit(&mut built(&layer("")), &LEARNED, spiking(&registry, "relu_grad", false));
    let bytes = |steps: usize| {
        let mut online = online(&circuit, steps, (Rule::Traces, Feedback::Symmetric));
        online.trial(&circuit, 0, &Waves).expect("it runs");
        online.bytes()
    };
    let [short, long] = [bytes(1000), bytes(20_000)];
    assert!(long * 10 < short * 11, "{short} bytes for 1,000 steps, {long} for 20,000");
}

#[test]
fn traces_of_neurons_point_the_same_way_as_traces_of_synapses() {
    let learned = ["projection.in.weight", "projection.out.weight", "projection.self.weight"];
    let (_, back, learnt) = both(RECURRENT, &learned, (Rule::Ranked(0.9), Feedback::Symmetric));
    let cosines: Vec<f64> = back.iter().zip(&learnt.gradient).map(|(a, b)| cosine(a, b)).collect();
    assert!(cosines.iter().all(|c| *c > 0.7), "{cosines:?}");
}
