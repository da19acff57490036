//! Estimate: what `check` says a network needs is what `run` takes.

use crate::{Desk, run_of};

/// Cells that are not entities, with values and synapses that differ.
const LARGE: &str = r#"
[scenario]
title  = "large"
source = "this project"
format = 1

[run]
duration = "0.2 ms"
seed     = 1
storage  = "packed"

[population.cells]
size   = 10
neuron = "lif"
state  = { v = { normal = ["-70 mV", "1 mV"] } }

[[projection]]
from    = "cells"
to      = "cells"
synapse = { exponential = { tau = "5 ms" } }
output  = "current"
connect = { fixed_probability = 0.1 }
weight  = { normal = ["1 pA", "0.1 pA"] }
delay   = "0.1 ms"
state   = { g = { normal = ["1 pA", "0.1 pA"] } }
"#;

/// The largest error, as a part of what was taken.
const OFF: f64 = 0.1;

/// Bytes that `check` tells and that `run` took, of a network of `size` cells with synapses of probability `p`.
fn needs(desk: &Desk, size: &str, p: &str, threads: &str) -> [f64; 2] {
    let set =
        [format!("population.cells.size={size}"), format!("projection.0.connect.fixed_probability={p}")];
    let threads = format!("run.threads={threads}");
    let set = ["case.toml", "--set", &set[0], "--set", &set[1], "--set", &threads];
    let told = desk.call(&[&["check"], &set[..]].concat()).expect(0).out;
    let (_, told) = told.split_once("memory about ").expect("a line about memory");
    let mut words = told.split([' ', ':']);
    let (number, unit) = (words.next().expect("a number"), words.next().expect("its unit"));
    let unit = match unit {
        "kB" => 1e3,
        "MB" => 1e6,
        other => panic!("{other}"),
    };
    desk.call(&[&["run", "--overwrite", "--no-report", "--quiet"], &set[..]].concat()).expect(0);
    let taken = run_of(&desk.results()).peak_rss_bytes.expect("this system tells");
    [number.parse::<f64>().expect("a number") * unit, taken as f64]
}

#[test]
fn a_network_takes_the_memory_that_was_estimated() {
    let desk = Desk::with(LARGE);
    // What the program itself takes depends on how it was compiled.
    let small = needs(&desk, "10", "0.1", "1");
    for threads in ["1", "2"] {
        let large = needs(&desk, "400_000", "5e-5", threads);
        let [told, taken] = [0, 1].map(|k| large[k] - small[k]);
        assert!((told / taken - 1.0).abs() < OFF, "{threads}: {told:e} bytes told, {taken:e} taken");
    }
}
