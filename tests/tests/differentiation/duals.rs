//! Hard spikes: the gradient by the surrogate's rule, against an independent and slow computation of the whole network with dual
//! numbers, with the reset attached and detached, with and without refractoriness, in silence and where all fire.

use std::path::Path;

use differentiation::{Circuit, Neurons, Settings, Spiking, Tape};
use ecs_core::model::{Surrogate, SurrogateModel};
use ecs_core::network::{SpikeSource, Team};
use ecs_core::number::{Dual, Num, Real};
use scenarios::assemble::keeping_plans;
use scenarios::parse;
use tests::network::registry;

use crate::agree::Distance;

const STEPS: usize = 60;
const DT: f64 = 0.5;
/// Both are computed in double precision, in different orders.
const TOLERANCE: f64 = 1e-9;
/// Neurons and sources.
const CELLS: usize = 4;
const SOURCES: usize = 5;

/// What is differentiated by: the time constant, the threshold, the value after a spike, the gain, that of synapses, and the
/// weights of both projections.
const FIRST_WEIGHT: usize = 5;
const RULE: usize = FIRST_WEIGHT + SOURCES * CELLS + CELLS * CELLS;
/// And last U, tau_f and tau_d of short-term plasticity.
const VARIABLES: usize = RULE + 3;

/// What is said of the recurrent projection where its synapses tire.
const TIRING: &str = "short_term = { stp = { U = 0.4, tau_f = \"20 ms\", tau_d = \"15 ms\" } }";

type Number = Dual<Num<f64>, VARIABLES>;

/// The same neurons as text, advanced by the simplest integrator.
fn text(t_ref: f64, rate: f64, v_th: f64) -> String {
    format!(
        r#"
[scenario]
title  = "hard spikes"
source = "tests"
format = 1
[run]
duration = "30 ms"
dt = "{DT} ms"
seed = 11
precision = "f64"
skip_at_rest = false
[model.simple]
equations = "dv/dt = (-v + r*i) / tau : mV (unless refractory)"
threshold = "v > v_th"
reset = "v = v_reset"
refractory = "t_ref"
parameters = {{ tau = "8 ms", v_th = "{v_th} mV", v_reset = "-2 mV", r = "0.1 GOhm", t_ref = "{t_ref} ms" }}
initial = {{ v = "0 mV" }}
[population.input]
size = {SOURCES}
neuron = "poisson"
params = {{ rate = "{rate} Hz" }}
[population.cells]
size = {CELLS}
neuron = "simple"
integrator = "euler"
[[projection]]
name = "in"
from = "input"
to = "cells"
synapse = {{ exponential = {{ tau = "4 ms" }} }}
output = "current"
connect = "all_to_all"
weight = {{ normal = ["60 pA", "30 pA"] }}
delay = "1 ms"
[[projection]]
name = "self"
from = "cells"
to = "cells"
synapse = {{ exponential = {{ tau = "4 ms" }} }}
output = "current"
connect = "all_to_all"
weight = {{ normal = ["30 pA", "30 pA"] }}
delay = "0.5 ms"
"#
    )
}

/// A network as the slow computation takes it.
struct Slow<'a> {
    /// tau, v_th, v_reset, r and the time constant of synapses.
    params: [f64; FIRST_WEIGHT],
    weights: [&'a [f64]; 2],
    refractory: usize,
    through_reset: bool,
    /// U, tau_f and tau_d, where the recurrent synapses tire.
    tiring: Option<[f64; 3]>,
    surrogate: &'a Surrogate,
    scale: f64,
    truncate: Option<usize>,
}

/// The same numbers, which depend on nothing.
fn cut<const N: usize>(numbers: &mut [Number; N]) {
    numbers.iter_mut().for_each(|x| *x = Number::constant(x.x));
}

/// A spike that is 0 or 1, and whose derivative is the surrogate's.
fn spike(slow: &Slow<'_>, condition: Number) -> Number {
    let slope = slow.surrogate.gradient(condition.x.0 / slow.scale) / slow.scale;
    let fired = if condition.x.0 >= 0.0 { 1.0 } else { 0.0 };
    Number { x: Num(fired), d: condition.d.map(|d| d.map(|d| d * Num(slope))) }
}

/// The cost of one trial and its derivatives, and how many spikes there were; `sources(step)` are the sources that fire.
fn slow(slow: &Slow<'_>, sources: &mut dyn FnMut(usize) -> Vec<u32>) -> (Number, usize) {
    let zero = Number::constant(Num(0.0));
    let of = |k: usize, x: f64| Number::variable(Num(x), k);
    let [tau, v_th, v_reset, r, tau_syn]: [Number; FIRST_WEIGHT] =
        std::array::from_fn(|k| of(k, slow.params[k]));
    let weight = |p: usize, k: usize| of(FIRST_WEIGHT + p * SOURCES * CELLS + k, slow.weights[p][k]);
    let (mut v, mut g, mut wait) = ([zero; CELLS], [zero; CELLS], [0usize; CELLS]);
    let (mut counts, mut cost, mut total) = ([zero; CELLS], zero, 0);
    let mut given: Vec<Vec<u32>> = Vec::new();
    let mut fired: Vec<[Number; CELLS]> = Vec::new();
    let (mut u, mut x) = ([zero; CELLS], [Number::constant(Num(1.0)); CELLS]);
    for step in 0..STEPS {
        given.push(sources(step));
        if slow.truncate.is_some_and(|n| step % n == 0) {
            [&mut v, &mut g].into_iter().chain(&mut fired).for_each(cut);
        }
        let mut sent = fired.last().copied().unwrap_or([zero; CELLS]);
        if let (Some(rule), true) = (slow.tiring, step >= 1) {
            let [most, tau_f, tau_d]: [Number; 3] = std::array::from_fn(|k| of(RULE + k, rule[k]));
            let decay = |tau: Number| (-(Number::constant(Num(DT)) / tau)).exp();
            for pre in 0..CELLS {
                let s = sent[pre];
                u[pre] = u[pre] * decay(tau_f);
                x[pre] = (x[pre] - 1.0) * decay(tau_d) + 1.0;
                let used = u[pre] + most * u[pre].complement();
                let left = x[pre] - used * x[pre];
                sent[pre] = s * (used * left);
                u[pre] = u[pre] + s * (used - u[pre]);
                x[pre] = x[pre] + s * (left - x[pre]);
            }
        }
        for post in 0..CELLS {
            if step >= 2 {
                for pre in &given[step - 2] {
                    g[post] = g[post] + weight(0, *pre as usize * CELLS + post);
                }
            }
            if step >= 1 {
                for (pre, sent) in sent.iter().enumerate() {
                    g[post] = g[post] + weight(1, pre * CELLS + post) * *sent;
                }
            }
        }
        let mut now = [zero; CELLS];
        for k in 0..CELLS {
            if wait[k] > 0 {
                wait[k] -= 1;
            } else {
                let moved = v[k] + (r * g[k] - v[k]) / tau * DT;
                now[k] = spike(slow, moved - v_th);
                let s = if slow.through_reset { now[k] } else { Number::constant(now[k].x) };
                v[k] = moved + s * (v_reset - moved);
                if now[k].x.0 > 0.0 {
                    wait[k] = slow.refractory;
                    total += 1;
                }
            }
            g[k] = g[k] * (-(Number::constant(Num(DT)) / tau_syn)).exp();
            counts[k] = counts[k] + now[k];
            if step >= STEPS - STEPS / 4 {
                let x = v[k] / 10.0;
                cost = cost + x * x * 0.5;
            }
        }
        fired.push(now);
    }
    (counts.iter().fold(cost, |cost, n| cost + *n * *n * 0.1), total)
}

/// What is compared.
#[derive(Clone, Copy, Debug)]
struct Case {
    /// In steps.
    refractory: usize,
    /// Of the sources, in Hz.
    rate: f64,
    v_th: f64,
    through_reset: bool,
    tiring: bool,
    /// Steps of a window that the gradient stays in.
    truncate: Option<usize>,
}

const CASE: Case =
    Case { refractory: 0, rate: 150.0, v_th: 6.0, through_reset: false, tiring: false, truncate: None };

/// Compares both, and gives the spikes.
fn compare(case: Case) -> usize {
    compared(case).0
}

/// The same, and the gradient.
fn compared(case: Case) -> (usize, Vec<f64>) {
    let Case { refractory, rate, v_th, through_reset, tiring, truncate } = case;
    let registry = registry();
    let mut text = text(refractory as f64 * DT, rate, v_th);
    if tiring {
        // At the end stands the recurrent projection.
        text.push_str(TIRING);
    }
    let scenario = parse(&text, "hard.toml", Path::new("."), &registry, &[]);
    let scenario = scenario.unwrap_or_else(|e| panic!("{e}"));
    let mut simulation = keeping_plans(&scenario, &mut |_, _, _| ()).unwrap_or_else(|e| panic!("{e}"));
    let model = registry.find::<SurrogateModel>("piecewise_quadratic").expect("it is registered");
    let surrogate = Surrogate::new(model, &[]);
    let spiking = Spiking { surrogate, scale: 4.0, smooth: false, through_reset };
    let paths = [
        "population.cells.tau",
        "population.cells.v_th",
        "population.cells.v_reset",
        "population.cells.r",
        "projection.in.tau",
        "projection.in.weight",
        "projection.self.weight",
    ];
    let mut paths = paths.map(str::to_owned).to_vec();
    if tiring {
        let rule = ["short_term.U", "short_term.tau_f", "short_term.tau_d"];
        paths.extend(rule.map(|name| format!("projection.self.{name}")));
    }
    let circuit = Circuit::new(simulation.app.world_mut(), &paths, &|_: &Neurons<f64>| spiking);
    let circuit = circuit.unwrap_or_else(|e| panic!("{e}"));
    let team = Team::new(1);
    let tape =
        Tape::new(&circuit, Settings { steps: STEPS, segment: Some(7), truncate, smooth: false }, 1, &team);
    let done =
        tape.gradient(&circuit, &team, 0..1, &Distance::of(&circuit, (0.0, 10.0), STEPS)).expect("it runs");
    let params = std::array::from_fn(|k| circuit.values(k)[0]);
    let slow_net = Slow {
        params,
        weights: [circuit.values(5), circuit.values(6)],
        refractory,
        through_reset,
        tiring: tiring.then(|| std::array::from_fn(|k| circuit.values(7 + k)[0])),
        surrogate: &surrogate,
        scale: 4.0,
        truncate,
    };
    let differentiation::Kind::Source(source) = &circuit.populations[0].kind else {
        panic!("it is a source")
    };
    let mut train: Box<dyn SpikeSource> = (source.model.build)(&source.plan).expect("it can be made");
    let mut sources = |step: usize| {
        let mut emitted = Vec::new();
        train.emit(&ecs_core::network::Clock { step: step as u64, ..circuit.clock }, &mut emitted);
        emitted
    };
    let (cost, spikes) = slow(&slow_net, &mut sources);
    assert_eq!(done.spikes[1], spikes as u64, "both fire alike");
    assert!(
        (done.cost - cost.x.0).abs() <= TOLERANCE * done.cost.abs(),
        "{} against {}",
        done.cost,
        cost.x.0
    );
    for (k, (right, found)) in cost.d.iter().zip(done.gradient.concat()).enumerate() {
        let right = right.map_or(0.0, |d| d.0);
        let close = (right - found).abs() <= TOLERANCE * (1.0 + right.abs());
        assert!(close, "variable {k}: {found} against {right}; {case:?}");
    }
    (spikes, done.gradient.concat())
}

#[test]
fn a_truncated_gradient_is_that_of_dual_numbers_that_forget_at_the_start_of_each_window() {
    let whole = compared(CASE).1;
    for truncate in [1, 2, 5, 7, 13, 20, 59] {
        for (through_reset, refractory) in [(false, 0), (true, 1)] {
            let case = Case { truncate: Some(truncate), through_reset, refractory, ..CASE };
            let found = compared(case).1;
            assert!(through_reset || found != whole, "windows of {truncate} steps leave something out");
        }
    }
    for truncate in [STEPS, 1000] {
        assert_eq!(compared(Case { truncate: Some(truncate), ..CASE }).1, whole, "to the bit");
    }
}

#[test]
fn the_rule_of_the_surrogate_is_that_of_dual_numbers() {
    for through_reset in [false, true] {
        for refractory in [0, 1, 4] {
            for tiring in [false, true] {
                let spikes = compare(Case { refractory, through_reset, tiring, ..CASE });
                assert!(spikes > 8, "some fire: {spikes}");
            }
        }
    }
}

#[test]
fn so_it_is_where_none_and_where_all_fire() {
    for through_reset in [false, true] {
        for tiring in [false, true] {
            let case = Case { through_reset, tiring, ..CASE };
            assert_eq!(compare(Case { v_th: 1e3, ..case }), 0);
            assert_eq!(compare(Case { rate: 0.0, ..case }), 0);
            // The threshold lies so low that every neuron fires in every step.
            assert_eq!(compare(Case { v_th: -1e3, ..case }), STEPS * CELLS);
            compare(Case { v_th: -1e3, refractory: 2, ..case });
        }
    }
}
