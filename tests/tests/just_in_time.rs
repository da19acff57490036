//! Just-in-time: one word on a projection, and the same network: spike for spike, for any number of threads, with each rule and each
//! law of weights.

use scenarios::estimate::estimate;
use tests::network::{Spike, built, raster, written};

/// Steps in which the network fires hundreds of spikes, each of which moves those that follow.
const STEPS: u64 = 1500;

/// The COBA network at a tenth of its size, with weights that keep its balance.
fn coba(storage: &str, connect: [&str; 2], weight: [&str; 2], threads: usize) -> String {
    let [exc, inh] = [0, 1].map(|k| {
        let (from, tau, reversal, state) = [
            ("exc", "5 ms", "0 mV", "[\"40 nS\", \"15 nS\"]"),
            ("inh", "10 ms", "-80 mV", "[\"200 nS\", \"120 nS\"]"),
        ][k];
        format!(
            r#"
[[projection]]
from    = "{from}"
to      = "*"
synapse = {{ exponential = {{ tau = "{tau}" }} }}
output  = {{ conductance = {{ e_rev = "{reversal}" }} }}
connect = {}
storage = "{storage}"
weight  = {}
delay   = "0.1 ms"
state   = {{ g = {{ normal = {state} }} }}
"#,
            connect[k], weight[k]
        )
    });
    format!(
        r#"
[scenario]
title  = "a tenth of COBA"
source = "this project"
format = 1

[run]
duration = "150 ms"
seed     = 3
threads  = {threads}

[population.exc]
size       = 320
neuron     = "lif"
integrator = "euler"
params     = {{ e_l = "-60 mV", c_m = "200 pF", tau_m = "20 ms", v_th = "-50 mV", v_reset = "-60 mV", t_ref = "5 ms", i_e = "200 pA" }}
state      = {{ v = {{ normal = ["-60 mV", "5 mV"] }} }}

[population.inh]
like = "exc"
size = 80
{exc}{inh}"#
    )
}

/// Rules for excitation and inhibition: 80 synapses onto each neuron, or from it.
const RULES: [[&str; 2]; 4] = [
    ["{ fixed_probability = 0.2 }"; 2],
    ["{ fixed_probability = { p = 0.2, self_connections = 0 } }"; 2],
    ["{ fixed_indegree = 64 }", "{ fixed_indegree = 16 }"],
    ["{ fixed_outdegree = { k = 40, self_connections = 0 } }", "{ fixed_outdegree = 40 }"],
];

const WEIGHTS: [[&str; 2]; 4] = [
    ["\"6 nS\"", "\"67 nS\""],
    ["{ uniform = [\"2 nS\", \"10 nS\"] }", "{ uniform = [\"50 nS\", \"84 nS\"] }"],
    ["{ normal = [\"6 nS\", \"1 nS\"] }", "{ normal = [\"67 nS\", \"9 nS\"] }"],
    ["{ log_normal = [\"6 nS\", \"3 nS\"] }", "\"67 nS\""],
];

fn spikes(text: &str) -> Vec<Spike> {
    raster(&written(text, "".as_ref()).unwrap_or_else(|e| panic!("{e}")), STEPS)
}

#[test]
fn stored_and_just_in_time_give_one_network_spike_for_spike() {
    for connect in RULES {
        for weight in WEIGHTS {
            let stored = spikes(&coba("stored", connect, weight, 1));
            assert!(stored.len() > 400, "{connect:?} {weight:?}: only {} spikes", stored.len());
            assert!(stored == spikes(&coba("just_in_time", connect, weight, 1)), "{connect:?} {weight:?}");
        }
    }
}

/// The same connections at another scale: rules give their numbers once, whoever holds the synapses.
#[test]
fn a_scaled_network_is_the_same_stored_and_just_in_time() {
    for connect in [RULES[0], RULES[2]] {
        let of = |storage| {
            let text =
                coba(storage, connect, WEIGHTS[0], 1).replace("like = ", "mean_rate = \"5 Hz\"\nlike = ");
            let text = text.replace("neuron     = ", "mean_rate = \"5 Hz\"\nneuron     = ");
            spikes(&format!("scale = {{ neurons = 0.5, in_degrees = 1.0 }}\n{text}"))
        };
        let stored = of("stored");
        assert!(stored.len() > 200, "{connect:?}: only {} spikes", stored.len());
        assert!(stored == of("just_in_time"), "{connect:?}");
    }
}

/// Gains of short-term plasticity multiply what is drawn as they multiply what is stored.
#[test]
fn short_term_plasticity_acts_on_synapses_that_are_drawn_again() {
    for weight in [WEIGHTS[0], WEIGHTS[2]] {
        let of = |storage, rule: &str| {
            spikes(&coba(storage, RULES[0], weight, 1).replace("delay ", &format!("{rule}\ndelay ")))
        };
        let stp = "short_term = { stp = { U = 0.4, tau_d = \"150 ms\", tau_f = \"50 ms\" } }";
        let stored = of("stored", stp);
        assert!(stored != of("stored", ""), "depression weakens what follows");
        assert!(stored == of("just_in_time", stp), "{weight:?}");
    }
}

#[test]
fn threads_change_nothing() {
    for connect in RULES {
        for weight in [WEIGHTS[0], WEIGHTS[2]] {
            let one = spikes(&coba("just_in_time", connect, weight, 1));
            for threads in [2, 3, 4] {
                assert!(
                    one == spikes(&coba("just_in_time", connect, weight, threads)),
                    "{connect:?} {threads} threads"
                );
            }
        }
    }
}

#[test]
fn the_estimate_counts_synapses_and_no_byte_of_them() {
    let text = coba("just_in_time", RULES[0], WEIGHTS[2], 1);
    let scenario = written(&text, "".as_ref()).unwrap_or_else(|e| panic!("{e}"));
    let cost = estimate(&scenario).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((cost.synapses, cost.synapse_bytes), (0.2 * 400.0 * 400.0, 0.0));
    let found = built(&scenario).synapses() as f64;
    // Four standard deviations of a binomial number.
    assert!((found - cost.synapses).abs() < 4.0 * (cost.synapses * 0.8).sqrt(), "{found}");
    let rows = coba("just_in_time", RULES[2], WEIGHTS[0], 1);
    let cost = estimate(&written(&rows, "".as_ref()).unwrap_or_else(|e| panic!("{e}")));
    assert!(cost.unwrap_or_else(|e| panic!("{e}")).synapse_bytes <= 16.0 * 804.0, "where rows begin");
}

/// What a user reads of a scenario that asks for what cannot be.
fn complaint(text: &str) -> String {
    let read = written(text, "".as_ref());
    read.and_then(|scenario| estimate(&scenario).map(drop)).expect_err("it is impossible").to_string()
}

#[test]
fn what_cannot_be_drawn_again_is_refused_at_the_word_that_asks_for_it() {
    let wrong = |connect: &str| complaint(&coba("just_in_time", [connect, RULES[0][1]], WEIGHTS[0], 1));
    let message = wrong("{ fixed_indegree = { k = 64, multiple = 0 } }");
    for part in [
        "error: projection `exc to *`: rule `fixed_indegree` with `multiple = 0` cannot be drawn again at each spike",
        "storage = \"just_in_time\"\n   |           ^^^^^^^^^^^^^^",
        "write `storage = \"stored\"`",
    ] {
        assert!(message.contains(part), "`{part}` in\n{message}");
    }
    // A mistake of the rule itself is shown at the rule.
    let message = wrong("{ fixed_outdegree = { k = 500, multiple = 0, self_connections = 0.5 } }");
    assert!(message.contains("self_connections") && !message.contains("^ \"just"), "{message}");
    let delays = coba("just_in_time", RULES[0], WEIGHTS[0], 1)
        .replace("delay   = \"0.1 ms\"", "delay   = { uniform = [\"0.1 ms\", \"2 ms\"] }");
    assert!(complaint(&delays).contains("delays that differ cannot be drawn again at each spike"));
    for (key, with, part) in [
        (
            "delay ",
            "plasticity = { stdp = { w_max = \"20 nS\" } }\ndelay ",
            "weights that learn cannot be drawn again",
        ),
        (
            "weight  = \"6 nS\"",
            "weight = { kaiming_normal = \"6 nS\" }",
            "weights from an initialiser cannot be drawn",
        ),
        (
            "connect = { fixed_probability = 0.2 }",
            "connect = \"one_to_one\"",
            "rule `one_to_one` cannot be drawn again",
        ),
    ] {
        let message = complaint(&coba("just_in_time", RULES[0], WEIGHTS[0], 1).replacen(key, with, 1));
        assert!(message.contains(part) && message.contains("write `storage = \"stored\"`"), "{message}");
    }
    let unknown = coba("just_in_tme", RULES[0], WEIGHTS[0], 1);
    let message = complaint(&unknown);
    assert!(
        message.contains("unknown storage `just_in_tme`") && message.contains("just_in_time"),
        "{message}"
    );
}
