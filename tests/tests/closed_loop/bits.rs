//! Bits: the same seed gives the same spikes, actions, rewards and weights, however a run is computed and in whatever order it is written.

use tests::network::{built, run, weights};

use super::{env, read};

const RUN: &str = r#"
[scenario]
title = "a pole"
source = "this project"
format = 1
[run]
duration = "1 s"
dt = "0.5 ms"
"#;

const SENSES: &str = r#"
[population.senses]
size = 40
neuron = "gauss_encoder"
params = { rate = "500 Hz", min_val = -0.3, max_val = 0.3 }
"#;

const CELLS: &str = r#"
[population.cells]
size = 20
neuron = "lif"
"#;

const LOOP: &str = r#"
[env]
kind = "cartpole"
control = "20 ms"
[env.reward]
into = ["in"]
tau = "200 ms"
"#;

/// A network of chance that learns while it balances a pole; `order` swaps populations and what senses.
fn learner(run: &str, order: [usize; 2]) -> String {
    let populations = [[SENSES, CELLS], [CELLS, SENSES]][order[0]].concat();
    let sense = "[[env.sense]]\nport = \"obs[2..4]\"\ninto = \"senses\"\n";
    let also = "[[env.sense]]\nport = \"obs[0]\"\ninto = \"cells[0..10]\"\nencoder = { current_encoder = { gain = \"300 pA\" } }\n";
    let senses = [[sense, also], [also, sense]][order[1]].concat();
    format!(
        r#"{RUN}{run}
{populations}
[[projection]]
name = "in"
from = "senses"
to = "cells"
connect = {{ fixed_indegree = 20 }}
weight = {{ uniform = ["2 mV", "5 mV"] }}
delay = "1 ms"
plasticity = {{ stdp_dopamine = {{ A_plus = "0.5 mV", w_max = "9 mV" }} }}
{LOOP}
{senses}
[[env.act]]
from = ["cells[0..10]", "cells[10..20]"]
decoder = "argmax_count"
"#
    )
}

/// What a run did: its spikes in order, what was seen, done and given at each tick, and the weights at its end.
#[derive(Debug, PartialEq)]
struct Course {
    spikes: Vec<(u64, usize, u32)>,
    ticks: Vec<Vec<f64>>,
    weights: Vec<f64>,
}

fn course(text: &str, swapped: bool) -> Course {
    let scenario = read(text);
    let mut simulation = built(&scenario);
    let (mut spikes, mut ticks) = (Vec::new(), Vec::new());
    for _ in 0..50 {
        run(&mut simulation, 40, |step, k, fired| {
            let population = if swapped { 1 - k } else { k };
            spikes.extend(fired.iter().map(|n| (step, population, *n)));
        });
        let env = env(&mut simulation);
        ticks.push([&env.observation[..], &env.action, &[env.outcome.reward, env.total]].concat());
    }
    spikes.sort_unstable();
    Course { spikes, ticks, weights: weights(simulation.app.world_mut()) }
}

#[test]
fn neither_threads_nor_storage_nor_a_second_run_change_a_bit() {
    // Neurons as entities are single precision.
    let both = [(1, "entities"), (2, "entities"), (1, "packed"), (2, "packed")];
    for (precision, ways) in [("f32", &both[..]), ("f64", &both[2..])] {
        let of = |threads: usize, storage: &str| {
            let text = format!(
                "seed = 1\nthreads = {threads}\nprecision = \"{precision}\"\nstorage = \"{storage}\"\n"
            );
            course(&learner(&text, [0, 0]), false)
        };
        let right = of(1, ways[0].1);
        let chosen = right.ticks.iter().map(|tick| tick[4]).sum::<f64>();
        assert!(chosen > 5.0 && chosen < 45.0, "both actions are chosen: {chosen} of 50");
        assert!(right.ticks.iter().any(|tick| tick[6] == 0.0), "an episode ends");
        for (threads, storage) in ways {
            assert!(of(*threads, storage) == right, "{threads} threads, {storage}, {precision}");
        }
    }
}

#[test]
fn another_seed_gives_another_course() {
    let of = |seed: u32| course(&learner(&format!("seed = {seed}\n"), [0, 0]), false);
    let (one, two) = (of(1), of(2));
    assert!(one.spikes != two.spikes && one.ticks != two.ticks && one.weights != two.weights);
}

#[test]
fn the_order_of_senses_changes_no_bit() {
    let of = |order| course(&learner("seed = 1\n", order), order[0] == 1);
    assert!(of([0, 0]) == of([0, 1]));
    assert!(of([1, 0]) == of([1, 1]));
}
