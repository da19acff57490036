//! Plasticity as a scenario switches it on.

use std::path::Path;

use tests::network::{built, run, written};

/// A sender and a teacher that makes the receiver fire; `more` stands in the run, `projection` in the plastic projection.
fn taught(more: &str, projection: &str) -> String {
    format!(
        r#"
[scenario]
title = "a pair"
source = "this project"
format = 1
[run]
duration = "100 ms"
seed = 3
precision = "f64"
{more}
[population.sender]
size = 1
neuron = "spike_times"
params = {{ times = ["20 ms"] }}
[population.teacher]
size = 1
neuron = "spike_times"
params = {{ times = ["29.9 ms"] }}
[population.cells]
size = 1
neuron = "lif"
[[projection]]
from = "teacher"
to = "cells"
connect = "one_to_one"
weight = "100 mV"
delay = "0.1 ms"
[[projection]]
name = "plastic"
from = "sender"
to = "cells"
connect = "one_to_one"
weight = "0.5 mV"
delay = "2 ms"
plasticity = {{ stdp = {{ lambda = 0.1, mu_plus = 0, mu_minus = 0, w_max = "1 mV" }} }}
{projection}
"#
    )
}

/// Weights of all projections that learn, after so many steps.
pub fn weights(text: &str, steps: u64) -> Vec<f64> {
    let scenario = written(text, Path::new(".")).unwrap_or_else(|e| panic!("{e}"));
    let mut simulation = built(&scenario);
    run(&mut simulation, steps, |_, _, _| ());
    tests::network::weights(simulation.app.world_mut())
}

/// Rounding of one change.
const ROUNDING: f64 = 1e-14;

#[test]
fn a_synapse_sees_the_sender_after_the_delay_and_the_receiver_after_back_propagation() {
    // The sender fires at 20 ms and arrives at 22 ms; the receiver fires at 30 ms.
    let up = |apart: f64| 0.5 + 0.1 * (-apart / 20.0).exp();
    let down = |apart: f64| 0.5 - 0.1 * (-apart / 20.0).exp();
    let cases = [("0 ms", up(8.0)), ("0.1 ms", up(8.1)), ("4 ms", up(12.0))];
    for (back, right) in cases {
        let found = weights(&taught("", &format!("back_propagation = \"{back}\"")), 1000);
        assert!((found[0] - right).abs() < ROUNDING, "{back}: {}, not {right}", found[0]);
    }
    // NEST counts the whole delay to the dendrite: the synapse sees the sender at 20 ms and the receiver at 32 ms.
    assert!((up(12.0) - up(30.0 + 2.0 - 20.0)).abs() < ROUNDING);
    let late = taught("", "").replace("[\"20 ms\"]", "[\"33 ms\"]");
    let found = weights(&late, 1000);
    assert!((found[0] - down(5.0)).abs() < ROUNDING, "{}, not {}", found[0], down(5.0));
}

/// A recurrent network whose weights learn while it fires.
fn network(threads: usize, precision: &str) -> String {
    format!(
        r#"
[scenario]
title = "a network that learns"
source = "this project"
format = 1
[run]
duration = "200 ms"
seed = 3
precision = "{precision}"
threads = {threads}
[population.cells]
size = 300
neuron = "lif"
params = {{ i_e = "500 pA" }}
state = {{ v = {{ uniform = ["-70 mV", "-55 mV"] }} }}
[[projection]]
from = "cells"
to = "cells"
connect = {{ fixed_indegree = 30 }}
weight = {{ uniform = ["0.1 mV", "0.3 mV"] }}
delay = "1.5 ms"
short_term = {{ tsodyks2 = {{ U = 0.5, tau_rec = "100 ms" }} }}
plasticity = {{ stdp_power_law = {{ w_0 = "0.1 mV" }} }}
back_propagation = "3 ms"
"#
    )
}

#[test]
fn threads_change_no_bit_of_a_network_that_learns() {
    for precision in ["f32", "f64"] {
        let right = weights(&network(1, precision), 2000);
        assert_eq!(right.len(), 9000);
        let before = weights(&network(1, precision), 0);
        assert!(right.iter().zip(&before).filter(|(a, b)| a != b).count() > 8000, "most weights change");
        for threads in [2, 3] {
            assert!(weights(&network(threads, precision), 2000) == right, "{threads} threads, {precision}");
        }
    }
}

/// A pair, and a modulator whose neurons fire at 50 ms, one of them beside the range that is named.
fn rewarded(modulator: &str, spike: &str) -> String {
    let text = taught("", &format!("modulator = \"{modulator}\"")).replace(
        "stdp = { lambda = 0.1, mu_plus = 0, mu_minus = 0, w_max = \"1 mV\" }",
        "stdp_dopamine = { A_plus = \"1 mV\", w_max = \"9 mV\" }",
    );
    format!(
        "{text}\n[population.dopamine]\nsize = 3\nneuron = \"spike_times\"\nparams = {{ times = [\"{spike}\"] }}\n"
    )
}

#[test]
fn a_modulator_is_seen_after_the_delay() {
    for (modulator, count) in [("dopamine", 3.0), ("dopamine[0..2]", 2.0)] {
        let found = weights(&rewarded(modulator, "50 ms"), 1000)[0];
        // The pair is 22 ms and 30 ms, dopamine comes at 52 ms, and weights are read at 100 ms.
        let (eligible, both) = ((-8.0_f64 / 20.0).exp() * (-22.0_f64 / 1000.0).exp(), 1000.0 / 6.0);
        let right = 0.5 + eligible * count / 200.0 * both * (1.0 - (-48.0 / both).exp());
        assert!((found - right).abs() < ROUNDING, "{modulator}: {found}, not {right}");
    }
}

#[test]
fn threads_change_no_bit_of_voltages_that_are_followed() {
    let follows = |threads, precision: &str| {
        let rule = "clopath = { w_0 = \"0.1 mV\", w_max = \"1 mV\", theta_plus = \"-58 mV\" }";
        let text = network(threads, precision).replace("back_propagation = \"3 ms\"", "");
        text.replace("stdp_power_law = { w_0 = \"0.1 mV\" }", rule)
    };
    for precision in ["f32", "f64"] {
        let (right, before) = (weights(&follows(1, precision), 2000), weights(&follows(1, precision), 0));
        assert!(right.iter().zip(&before).filter(|(a, b)| a != b).count() > 8000, "most weights change");
        for threads in [2, 3] {
            assert!(weights(&follows(threads, precision), 2000) == right, "{threads} threads, {precision}");
        }
    }
}
