//! The same bits for any number of threads, from entities and from packed columns.

use crate::{PASSIVE, run, scenario};

/// A network with every kind of matrix and of state: sparse, full, one-to-one, with delays shared and of each synapse's own.
fn bits(run_keys: &str) -> Vec<u64> {
    let text = scenario(
        0.1,
        run_keys,
        &format!(
            r#"{PASSIVE}
[population.cells]
size   = 301
neuron = "passive"
state  = {{ v = {{ normal = ["-55 mV", "10 mV"] }} }}

[population.others]
like = "cells"
size = 67

[[coupling]]
from      = "cells"
to        = "cells"
kind      = "gap_junction"
connect   = {{ fixed_probability = 0.1 }}
weight    = {{ uniform = ["0 nS", "1 nS"] }}
symmetric = true

[[coupling]]
from    = "*"
to      = "cells"
kind    = "graded"
connect = {{ fixed_indegree = 20 }}
weight  = {{ uniform = ["0 nS", "2 nS"] }}
delay   = {{ uniform = ["0.1 ms", "3 ms"] }}

[[coupling]]
from    = "cells"
to      = "others"
kind    = "additive"
connect = "all_to_all"
weight  = {{ normal = ["0 nS", "0.01 nS"] }}
delay   = "0.7 ms"

[[coupling]]
from    = "cells[0..67]"
to      = "others"
kind    = "graded_kinetic"
e_rev   = "-80 mV"
connect = "one_to_one"
weight  = "3 nS"
"#
        ),
    );
    let places: Vec<_> = (0..301).map(|k| (0, 0, k)).chain((0..67).map(|k| (1, 0, k))).collect();
    run(&text, 150, &places).into_iter().flatten().map(f64::to_bits).collect()
}

#[test]
fn threads_and_storage_leave_every_bit_as_it_is() {
    let one = bits("precision = \"f32\"\nthreads = 1\nstorage = \"entities\"");
    for (threads, storage) in [(1, "packed"), (2, "entities"), (2, "packed"), (3, "entities"), (3, "packed")]
    {
        let other = bits(&format!("precision = \"f32\"\nthreads = {threads}\nstorage = \"{storage}\""));
        assert!(one == other, "{threads} threads, {storage}");
    }
    let double = bits("precision = \"f64\"\nthreads = 1");
    assert!(double == bits("precision = \"f64\"\nthreads = 3"));
    assert!(double != one, "bits are compared at all");
}

#[test]
fn what_is_heard_moves_the_network() {
    let first = |bits: &[u64]| bits[..368].iter().map(|b| f64::from_bits(*b)).collect::<Vec<_>>();
    let all = bits("precision = \"f64\"\nthreads = 1");
    let (start, end) = (first(&all), first(&all[all.len() - 368..]));
    let spread =
        |v: &[f64]| v.iter().fold(f64::MIN, |a, b| a.max(*b)) - v.iter().fold(f64::MAX, |a, b| a.min(*b));
    assert!(spread(&end[..301]) < 0.6 * spread(&start[..301]), "gap junctions draw voltages together");
}
