//! NeuroML 2's example 19: two integrate-and-fire cells with a gap junction, and the times that its own test expects.

use std::fs;

use tests::data::shared;

use crate::{run, scenario};

const DT: f64 = 0.01;

/// Moments at which a trace rises past `level`, as the example's tests detect them.
fn rises(trace: impl Iterator<Item = f64>, level: f64) -> Vec<f64> {
    let all: Vec<f64> = trace.collect();
    let up = |n: &usize| all[*n - 1] < level && all[*n] >= level;
    (1..all.len()).filter(up).map(|n| n as f64 * DT).collect()
}

#[test]
fn example_19_rises_when_its_own_test_expects_it_to() {
    let Some(path) = shared("neuroml2_examples/LEMSexamples/test/.test.ex19.mep") else { return };
    let text = fs::read_to_string(path).expect("a text");
    let lists = text.lines().filter_map(|line| line.split_once('[')?.1.split_once(']'));
    let expected: Vec<Vec<f64>> =
        lists.map(|(list, _)| list.split(',').map(|x| x.trim().parse().expect("a time")).collect()).collect();
    assert_eq!(expected.len(), 2, "a list for each cell");
    let found = run(&scenario(DT, "", NETWORK), 70_000, &[(0, 0, 0), (1, 0, 0)]);
    for (cell, expected) in expected.iter().enumerate() {
        let found = rises(found.iter().map(|v| v[cell]), -69.5);
        assert_eq!(found.len(), expected.len(), "cell {cell}: {found:?}");
        for (found, expected) in found.iter().zip(expected) {
            // The tolerance that the example states for its own engine.
            let apart = (found - expected).abs() / expected;
            println!("cell {cell}: {found:.2} ms, expected {expected:.2}");
            assert!(apart < 5.5e-4, "cell {cell}: {found} instead of {expected}");
        }
    }
}

const NETWORK: &str = r#"
[model.iaf]
equations  = "dv/dt = (g_l*(e_l - v) + i) / c_m : mV"
threshold  = "v > v_th"
reset      = "v = e_l"
parameters = { g_l = "0.2 nS", e_l = "-70 mV", v_th = "-55 mV", c_m = "3.2 pF" }
initial    = { v = "-70 mV" }

[population.one]
size   = 1
neuron = "iaf"

[population.two]
like = "one"

[[coupling]]
from      = "one"
to        = "two"
kind      = "gap_junction"
connect   = "one_to_one"
weight    = "10 pS"
symmetric = true

[[stimulus]]
to        = "one"
kind      = "constant"
amplitude = "3.2 pA"
start     = "50 ms"
stop      = "250 ms"

[[stimulus]]
to        = "two"
kind      = "constant"
amplitude = "3.2 pA"
start     = "400 ms"
stop      = "600 ms"
"#;
