//! Plasticity in networks: voltages of real spikes, a smaller network, and weights that are recorded on the way.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use recording::RunFolder;
use scenarios::assemble::assemble;
use scenarios::simulate::{Ending, close, simulate};
use tables::{Column, Text};
use tests::network::written;

use crate::scenario::weights;

const HEAD: &str = r#"
[scenario]
title = "synapses that learn"
source = "this project"
format = 1
[run]
duration = "2 s"
seed = 3
precision = "f64"
"#;

/// The weight after 1.6 s, at first 1, of a synapse onto a Hodgkin-Huxley cell that a strong input makes fire at times; `current`
/// holds the cell at another voltage.
fn clopath(sent: &[f64], fired: &[f64], current: &str) -> f64 {
    let list = |times: &[f64]| times.iter().map(|t| format!("\"{t} ms\"")).collect::<Vec<_>>().join(", ");
    let source = |name: &str, times: &[f64]| match times {
        [] => format!(
            "[population.{name}]\nsize = 1\nneuron = \"spike_times\"\nparams = {{ times = [\"1.9 s\"] }}\n"
        ),
        _ => format!(
            "[population.{name}]\nsize = 1\nneuron = \"spike_times\"\nparams = {{ times = [{}] }}\n",
            list(times)
        ),
    };
    let text = format!(
        r#"{HEAD}
{}{}
[population.cell]
size = 1
neuron = "hh_traub"
params = {{ i_e = "{current}" }}
[[projection]]
from = "teacher"
to = "cell"
connect = "one_to_one"
weight = "40 mV"
delay = "0.1 ms"
[[projection]]
from = "sender"
to = "cell"
connect = "one_to_one"
weight = "1e-3 mV"
delay = "0.1 ms"
plasticity = {{ clopath = {{ w_0 = "1e-3 mV", w_max = "1e-2 mV" }} }}
"#,
        source("sender", sent),
        source("teacher", fired)
    );
    weights(&text, 16_000)[0] / 1e-3
}

/// Fifteen times, `apart` ms apart.
fn train(start: f64, apart: f64) -> Vec<f64> {
    (0..15).map(|k| start + apart * f64::from(k)).collect()
}

#[test]
fn clopaths_rule_strengthens_and_weakens_in_a_network_as_the_paper_says() {
    // Clopath and others 2010, Fig. 2: pre before post at a high rate strengthens, post before pre at a low one weakens.
    let before = clopath(&train(200.0, 20.0), &train(210.0, 20.0), "-50 pA");
    // This cell hyperpolarises behind its spike, so that only what comes at once finds it depolarised.
    let after = clopath(&train(203.0, 90.0), &train(200.0, 90.0), "-50 pA");
    // Fig. 1: spikes of the sender alone weaken where the cell is depolarised, and do nothing where it is below theta_minus.
    let alone = clopath(&train(200.0, 90.0), &[], "-50 pA");
    let silent = clopath(&train(200.0, 90.0), &[], "-300 pA");
    assert!(before > 1.0, "pre before post: {before}");
    assert!(after < 1.0, "post before pre: {after}");
    assert!(alone < 1.0, "the sender alone: {alone}");
    assert_eq!(silent, 1.0, "below the threshold nothing changes");
}

/// Four synapses with one history, whose parameters are all in units with weights.
fn scaled(scale: &str, rule: &str) -> Vec<f64> {
    let text = format!(
        r#"{scale}
{HEAD}
[model.odd]
kind = "plasticity"
equations = "dx/dt = -x/tau : 1\ndy/dt = -y/tau : 1"
on_pre = "w -= a*y; x += 1"
on_post = "w += b*x*(w_max - w)*w_max - c*w*(10 mV); y += 1"
parameters = {{ tau = "20 ms", a = "0.5 weight", b = "0.001/weight", c = "0.01/mV", w_max = "40 weight" }}
[population.sender]
size = 4
neuron = "spike_times"
mean_rate = "0 Hz"
params = {{ times = ["20 ms", "41 ms", "60 ms"] }}
[population.teacher]
size = 4
neuron = "spike_times"
mean_rate = "0 Hz"
params = {{ times = ["30 ms", "55 ms", "66 ms"] }}
[population.cells]
size = 4
neuron = "lif"
mean_rate = "0 Hz"
[[projection]]
from = "teacher"
to = "cells"
synapse = {{ exponential = {{ tau = "0.05 ms" }} }}
output = "current"
connect = {{ fixed_indegree = 4 }}
weight = "1000 nA"
delay = "0.1 ms"
[[projection]]
from = "sender"
to = "cells"
synapse = {{ exponential = {{ tau = "5 ms" }} }}
output = "current"
connect = {{ fixed_indegree = 4 }}
weight = "10 pA"
delay = "0.1 ms"
plasticity = {rule}
"#
    );
    let all = weights(&text, 1000);
    assert!(all.iter().all(|w| *w == all[0]), "all have one history: {all:?}");
    all
}

/// Rounding of a few changes.
const ROUNDING: f64 = 1e-12;

#[test]
fn parameters_in_units_of_the_weight_grow_with_the_weights_of_a_smaller_network() {
    let rules = [
        r#"{ stdp_song2000 = { A1 = "3 pA", A2 = "1 pA", w_max = "100 pA" } }"#,
        r#"{ triplet = { w_0 = "30 pA", w_max = "40 pA" } }"#,
        r#"{ odd = { b = "0.002/pA", w_max = "30 pA" } }"#,
    ];
    for rule in rules {
        let [whole, part] =
            ["", "scale = { neurons = 1, in_degrees = 0.25 }"].map(|scale| scaled(scale, rule));
        assert_eq!((whole.len(), part.len()), (16, 4));
        assert!((whole[0] - 10.0).abs() > 0.01, "it learns: {}", whole[0]);
        // A quarter of the synapses, each of twice the weight.
        assert!((part[0] / whole[0] - 2.0).abs() < ROUNDING, "{rule}: {} and {}", part[0], whole[0]);
    }
}

/// A few cells that learn while they fire, and what of it is recorded.
fn recorded(record: &str) -> String {
    format!(
        r#"{HEAD}
[population.cells]
size = 20
neuron = "lif"
params = {{ i_e = "600 pA" }}
state = {{ v = {{ uniform = ["-70 mV", "-55 mV"] }} }}
[[projection]]
name = "among"
from = "cells"
to = "cells"
connect = {{ fixed_indegree = 5 }}
weight = "0.2 mV"
delay = "1.5 ms"
plasticity = {{ stdp = {{ w_max = "1 mV" }} }}
[[projection]]
name = "still"
from = "cells"
to = "cells"
connect = {{ fixed_indegree = 2 }}
weight = "0.1 mV"
delay = "0.1 ms"
{record}
"#
    )
}

const RECORD: &str = "[[record]]\nof = \"among\"\nwhat = \"weights\"\n";

#[test]
fn weights_are_recorded_as_they_are_at_each_time() {
    let folder = std::env::temp_dir().join(format!("weights-{}", std::process::id()));
    let first = format!("{RECORD}every = \"50 ms\"\nfirst = 7\n");
    for (record, count) in [(format!("{RECORD}every = \"50 ms\"\n"), 100), (first, 7)] {
        let text = recorded(&record);
        let scenario = written(&text, Path::new(".")).unwrap_or_else(|e| panic!("{e}"));
        let run = RunFolder::create(&folder, true).unwrap_or_else(|e| panic!("{e}"));
        let mut simulation =
            assemble(&scenario, Some(&run), &mut |_, _, _| ()).unwrap_or_else(|e| panic!("{e}"));
        let ended = simulate(&mut simulation, 1_200, &AtomicBool::new(false), &mut |_| ());
        assert_eq!(ended.ending, Ending::Finished);
        close(&mut simulation).unwrap_or_else(|e| panic!("{e}"));
        let table = tables::read(&folder.join("weight_samples.parquet")).unwrap_or_else(|e| panic!("{e}"));
        let numbers = |name: &str| table.numbers(name).unwrap_or_else(|e| panic!("{e}")).into_owned();
        let (times, found) = (numbers("time_ms"), numbers("weight"));
        assert_eq!(found.len(), 3 * count);
        for (sample, time) in [0.0, 50.0, 100.0].into_iter().enumerate() {
            let here = sample * count..(sample + 1) * count;
            assert!(times[here.clone()].iter().all(|t| *t == time));
            // A run without samples, which ends at that time, has the same weights: looking at them changes nothing.
            let right = weights(&recorded(""), (time * 10.0) as u64);
            assert_eq!(found[here], right[..count], "at {time} ms");
        }
        let names = match table.column("projection") {
            Ok(Column::Text(text)) => Text::clone(text),
            other => panic!("{other:?}"),
        };
        assert!(names.iter().all(|name| name == "among"));
    }
    std::fs::remove_dir_all(folder).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn only_weights_that_learn_are_recorded_and_at_intervals() {
    let error = |record: &str| match written(&recorded(record), Path::new(".")) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("it is refused: {record}"),
    };
    let missing = error(RECORD);
    assert!(missing.contains("`every` is missing"), "{missing}");
    let still = error("[[record]]\nof = \"still\"\nwhat = \"weights\"\nevery = \"10 ms\"\n");
    assert!(still.contains("stay as they are"), "{still}");
    let unknown = error("[[record]]\nof = \"amung\"\nwhat = \"weights\"\nevery = \"10 ms\"\n");
    assert!(unknown.contains("did you mean `among`?"), "{unknown}");
}
