//! What carries spikes other than stored weights: synapses that are drawn anew, short-term plasticity, delays that are learned;
//! and what arrives from nowhere: events, injected currents, receptors that are open at the beginning.

use differentiation::{Settings, Tape, What};
use ecs_core::network::Team;
use tests::network::registry;

use crate::agree::{Comparison, Distance, agrees};
use crate::nets::{built, circuit, spiking};

const STEPS: usize = 60;

const COMPARISON: Comparison = Comparison {
    steps: STEPS,
    segment: Some(7),
    around: (-60.0, 10.0),
    tolerance: 1e-6,
    matters: Some(1e-7),
};

/// Two populations and a source, joined as `more` says.
pub fn around(precision: &str, more: &str) -> String {
    format!(
        r#"
[scenario]
title  = "whatever carries"
source = "this project"
format = 1

[run]
duration = "30 ms"
dt       = "0.5 ms"
seed     = 7
precision = "{precision}"
skip_at_rest = false

[population.input]
size   = 20
neuron = "poisson"
params = {{ rate = "90 Hz" }}

[population.a]
size   = 12
neuron = "lif"
params = {{ tau_m = "10 ms", c_m = "100 pF", t_ref = "0 ms", i_e = "120 pA" }}
state  = {{ v = {{ uniform = ["-70 mV", "-55 mV"] }} }}

[population.b]
size   = 6
neuron = "lif"
params = {{ tau_m = "12 ms", c_m = "100 pF", t_ref = "0 ms", i_e = "100 pA" }}
{more}"#
    )
}

/// A projection.
pub fn projection(name: &str, ends: (&str, &str), more: &str) -> String {
    let (from, to) = ends;
    format!(
        r#"
[[projection]]
name    = "{name}"
from    = "{from}"
to      = "{to}"
synapse = {{ exponential = {{ tau = "4 ms" }} }}
output  = "current"
{more}
"#
    )
}

/// Compares the gradient of what stands at `paths` with differences, after `prepare` has changed values.
fn compare(text: &str, paths: &[&str], prepare: impl FnOnce(&mut differentiation::Circuit<f64>)) {
    let registry = registry();
    let mut simulation = built(text);
    let mut circuit = circuit::<f64>(&mut simulation, paths, spiking(&registry, "sigmoid", true));
    prepare(&mut circuit);
    agrees(&paths.join(" "), &mut circuit, COMPARISON);
}

#[test]
fn synapses_that_are_drawn_anew_carry_the_gradient_of_their_law() {
    let drawn = |weight: &str, connect: &str| {
        format!("connect = {connect}\nweight = {weight}\ndelay = \"1 ms\"\nstorage = \"just_in_time\"")
    };
    for (weight, names) in [
        (r#"{ normal = ["60 pA", "20 pA"] }"#, ["mean", "sd"]),
        (r#"{ uniform = ["20 pA", "90 pA"] }"#, ["low", "high"]),
    ] {
        let rule = [r#"{ fixed_probability = 0.4 }"#, r#"{ fixed_outdegree = 4 }"#];
        let text = projection("in", ("input", "a"), &drawn(weight, rule[0]))
            + &projection("on", ("a", "b"), &drawn(weight, rule[1]));
        let paths = names.map(|name| ["in", "on"].map(|p| format!("projection.{p}.weight.{name}"))).concat();
        let mut paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        paths.extend(["population.a.tau_m", "projection.in.tau", "population.a.initial.v"]);
        compare(&around("f64", &text), &paths, |_| ());
    }
}

#[test]
fn short_term_plasticity_is_differentiated_through() {
    for (rule, names) in [
        ("std", &["tau", "U"][..]),
        ("stp", &["tau_f", "tau_d", "U"]),
        ("tsodyks", &["tau_psc", "tau_rec", "tau_fac", "U"]),
        ("tsodyks2", &["tau_rec", "tau_fac", "U"]),
    ] {
        let fac = if rule.starts_with("tsodyks") { r#"{ tau_fac = "30 ms" }"# } else { "{}" };
        let more = |delay: &str, more: &str| {
            format!(
                "connect = {{ fixed_probability = 0.6 }}\nweight = {{ normal = [\"90 pA\", \"20 pA\"] }}\n\
                 delay = {delay}\nshort_term = {{ {rule} = {fac} }}\n{more}"
            )
        };
        let text = projection("in", ("input", "a"), &more("\"1 ms\"", ""))
            + &projection("on", ("a", "b"), &more("\"1.5 ms\"", "storage = \"just_in_time\""))
            + &projection("self", ("a", "a"), &more("{ uniform = [\"0.5 ms\", \"3 ms\"] }", ""));
        let of = |p: &str| names.iter().map(|n| format!("projection.{p}.short_term.{n}")).collect::<Vec<_>>();
        let paths = ["in", "on", "self"].map(of).concat();
        let mut paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        paths.extend([
            "projection.in.weight",
            "projection.self.weight",
            "projection.on.weight.mean",
            "population.a.tau_m",
        ]);
        paths.extend(["population.a.i_e", "population.a.v_th", "population.a.initial.v"]);
        compare(&around("f64", &text), &paths, |_| ());
    }
}

#[test]
fn delays_are_learned_between_steps() {
    let more = |delay: &str, more: &str| {
        format!(
            "connect = {{ fixed_probability = 0.7 }}\nweight = {{ normal = [\"80 pA\", \"20 pA\"] }}\ndelay = {delay}\n{more}"
        )
    };
    let text = projection("in", ("input", "a"), &more("\"1 ms\"", ""))
        + &projection("self", ("a", "a"), &more("{ uniform = [\"0.5 ms\", \"3 ms\"] }", ""))
        + &projection("on", ("a", "b"), &more("\"1.5 ms\"", "short_term = { stp = {} }"));
    let paths = [
        "projection.in.delay",
        "projection.self.delay",
        "projection.on.delay",
        "projection.in.weight",
        "projection.self.weight",
        "projection.on.weight",
        "projection.on.short_term.tau_d",
        "population.a.tau_m",
    ];
    compare(&around("f64", &text), &paths, |circuit| {
        for k in 0..3 {
            // Away from whole steps, where the slope jumps.
            circuit.update(k, |delays| {
                delays.iter_mut().enumerate().for_each(|(j, d)| *d += 0.5 * [0.3, 0.45, 0.2, 0.7][j % 4]);
            });
        }
    });
}

#[test]
fn events_and_currents_of_stimuli_differ_between_trials_and_inputs_are_learned() {
    let text = projection("on", ("a", "b"), "connect = \"all_to_all\"\nweight = \"40 pA\"\ndelay = \"1 ms\"")
        + r#"
[[stimulus]]
to      = "a"
kind    = "poisson"
rate    = "300 Hz"
weight  = "60 pA"
synapse = { exponential = { tau = "4 ms" } }
output  = "current"

[[stimulus]]
to      = "b"
kind    = "ou_process"
mean    = "40 pA"
sd      = "50 pA"
tau     = "5 ms"
"#;
    let paths = [
        "population.a.input",
        "population.b.input",
        "projection.on.weight",
        "projection.on.initial.g",
        "population.a.tau_m",
    ];
    compare(&around("f64", &text), &paths, |circuit| {
        for k in 0..2 {
            assert!(matches!(circuit.parameters[k].what, What::Input(_)));
            circuit.give(k, (0..STEPS).map(|step| (step % 7) as f64 * 10.0).collect());
        }
    });
}

#[test]
fn random_stimuli_are_others_in_each_trial_and_the_same_whenever_it_is_run() {
    let text = around(
        "f64",
        "[[stimulus]]\nto = \"b\"\nkind = \"ou_process\"\nmean = \"40 pA\"\nsd = \"50 pA\"\ntau = \"5 ms\"\n",
    );
    let mut simulation = built(&text);
    let circuit = circuit::<f64>(&mut simulation, &[], spiking(&registry(), "sigmoid", true));
    let team = Team::new(1);
    let settings = Settings { steps: STEPS, segment: None, truncate: None, smooth: true };
    let task = Distance { populations: vec![2], around: COMPARISON.around, steps: STEPS };
    let cost = |tape: &Tape<f64>, trial: u64| {
        tape.evaluate(&circuit, &team, trial..trial + 1, &task).expect("it runs").cost
    };
    let tape = Tape::new(&circuit, settings, 4, &team);
    let costs: Vec<f64> = (0..4).map(|trial| cost(&tape, trial)).collect();
    for k in 0..4 {
        assert_eq!(costs[k], cost(&tape, k as u64));
        assert!((0..k).all(|j| costs[j] != costs[k]), "{costs:?}");
    }
    let together = tape.evaluate(&circuit, &team, 0..4, &task).expect("it runs").cost;
    assert!((together - costs.iter().sum::<f64>()).abs() < 1e-9 * together);
}
