//! Short-term plasticity against the recursion of `tsodyks_markram` and NEST's `nest_tsodyks`, and through every operator.

use std::path::Path;

use ecs_core::model::{Precision, ShortTermModel};
use ecs_core::network::{ConnectPlan, ConnectorModel, ProjectionPlan, ShortTermPlan, ShortTermState};
use ecs_core::random::Distribution;
use tests::data::csv;
use tests::network::{built, run, written};
use tests::rig::{Rig, fill, named, neuron, plan, receptor};

/// What the recursion's file states.
const RECURSION: f64 = 1e-10;
/// What NEST's test states, in mV.
const NEST: f64 = 1e-5;

/// Gains and state after each of these spikes.
fn gains(rule: &str, params: &[(&str, f64)], times: &[f64]) -> Vec<(f64, Vec<f64>)> {
    let model: &ShortTermModel = named(rule);
    let params = fill(model.entry.params, params);
    let mut state: Vec<f64> = model.entry.state.iter().map(|field| field.default).collect();
    let mut last = 0.0;
    let mut spike = |time: &f64| {
        let gain = (model.spike)(&params, &mut state, time - last);
        last = *time;
        (gain, state.clone())
    };
    times.iter().map(&mut spike).collect()
}

#[test]
fn tsodyks2_is_the_recursion_of_tsodyks_and_markram() {
    let depressing = [("U", 0.5), ("tau_rec", 800.0), ("tau_fac", 0.0)];
    let facilitating = [("U", 0.15), ("tau_rec", 130.0), ("tau_fac", 530.0)];
    for (file, params) in [("depressing", depressing), ("facilitating", facilitating)] {
        for train in ["regular20Hz", "poisson"] {
            let Some(right) = csv(&format!("tsodyks_markram/{file}_{train}.csv")) else { return };
            let (times, u, used) = (right.of("t_ms"), right.of("u"), right.of("uR"));
            for (k, (gain, state)) in gains("tsodyks2", &params, &times).iter().enumerate() {
                assert!(
                    (gain - used[k]).abs() < RECURSION,
                    "{file} {train}, spike {k}: {gain}, not {}",
                    used[k]
                );
                assert!((state[0] - u[k]).abs() < RECURSION, "{file} {train}, spike {k}: u = {}", state[0]);
            }
        }
    }
}

/// BrainPy's forms stepped by their differential equations in steps so small that only their error of first order is left.
#[test]
fn brainpys_forms_are_what_small_steps_give() {
    const STEP: f64 = 1e-3;
    const ERROR: f64 = 2.0 * STEP / 50.0;
    let times = [5.0, 12.0, 13.0, 40.0, 41.5, 90.0];
    let (tau, used) = (50.0, 0.3);
    let (tau_f, tau_d) = (300.0, 60.0);
    let depressed = gains("std", &[("tau", tau), ("U", used)], &times);
    let both = gains("stp", &[("tau_f", tau_f), ("tau_d", tau_d), ("U", used)], &times);
    let (mut alone, mut u, mut x, mut k) = (1.0, 0.0, 1.0, 0);
    for step in 0..=90_000_u32 {
        if k < times.len() && step == (times[k] / STEP).round() as u32 {
            alone -= used * alone;
            u += used * (1.0 - u);
            x -= u * x;
            assert!((depressed[k].0 - alone).abs() < ERROR, "spike {k}: {} and {alone}", depressed[k].0);
            assert!((both[k].0 - u * x).abs() < ERROR, "spike {k}: {} and {}", both[k].0, u * x);
            k += 1;
        }
        alone += STEP * (1.0 - alone) / tau;
        u -= STEP * u / tau_f;
        x += STEP * (1.0 - x) / tau_d;
    }
    assert_eq!(k, times.len());
}

#[test]
fn tsodyks_drives_a_neuron_as_in_nest() {
    let Some(right) = csv("nest_tsodyks/depressing.csv") else { return };
    let mut rig = Rig::new(0.1, Precision::F64, 1);
    let lif = neuron("lif");
    let params = [("tau_m", 40.0), ("c_m", 40.0), ("e_l", 0.0), ("v_th", 1e9), ("v_reset", 0.0)];
    let cell = rig.neurons(lif, plan(lif, 1, &params, &[("v", 0.0)]));
    // The parrot that sends them adds 1 ms.
    let times: Vec<(u32, f64)> = (0..20).map(|k| (0, 99.0 + 50.0 * f64::from(k))).collect();
    let source = rig.train(1, &times);
    let model: &ShortTermModel = named("tsodyks");
    let given = [("U", 0.5), ("tau_psc", 3.0), ("tau_rec", 800.0), ("tau_fac", 0.0)];
    let short_term = ShortTermPlan { model, params: fill(model.entry.params, &given) };
    rig.network().project(ProjectionPlan {
        name: "tsodyks".into(),
        pre: source,
        post: cell,
        receptor: receptor("exponential", &[("tau", 3.0)], Some(("current", &[]))),
        state: Vec::new(),
        operator: one(250.0, 0.1),
        short_term: Some(short_term),
        back: 0,
    });
    let mut running = rig.start();
    for (time, v) in right.of("t_ms").into_iter().zip(right.of("V_m_mV")) {
        while (running.now() as f64) * 0.1 < time - 0.05 {
            running.step();
        }
        let found = running.value(cell, 0, 0);
        assert!((found - v).abs() < NEST, "{time} ms: {found} mV, not {v}");
    }
    let mut states = running.world.query::<&ShortTermState>();
    assert!(states.single(&running.world).expect("one projection has a state").of(0)[1] < 0.5);
}

/// One synapse.
fn one(weight: f64, delay: f64) -> Box<dyn ecs_core::network::Operator> {
    let connector: &ConnectorModel = named("all_to_all");
    let plan = ConnectPlan {
        pre: 0..1,
        post: 0..1,
        sizes: (1, 1),
        recurrent: false,
        spaces: [None, None],
        weight: Distribution::Constant(weight),
        delay: Distribution::Constant(delay),
        initialisers: [None, None],
        dt: 0.1,
        seed: 1,
        stream: 0,
        double: true,
        bounds: &[0, 1],
        threads: 1,
        params: &fill(connector.entry.params, &[]),
        edges: None,
        plasticity: None,
    };
    (connector.connect)(plan, &mut |_, _| ()).unwrap_or_else(|e| panic!("{e}"))
}

/// A sender whose two spikes reach ten neurons that never fire, by synapses without a state of their own.
fn two_spikes(projection: &str) -> String {
    format!(
        r#"
[scenario]
title = "two spikes"
source = "this project"
format = 1
[run]
duration = "60 ms"
seed = 3
precision = "f64"
[population.source]
size = 10
neuron = "spike_times"
params = {{ times = ["5 ms", "25 ms"] }}
[population.cells]
size = 10
neuron = "lif"
params = {{ tau_m = "1000000 ms", v_th = "1000 mV" }}
[[projection]]
from = "source"
to = "cells"
{projection}
"#
    )
}

/// How far the first neuron moved by the first and by both spikes.
fn moved(projection: &str) -> [f64; 2] {
    let scenario =
        written(&two_spikes(projection), Path::new(".")).unwrap_or_else(|e| panic!("{projection}: {e}"));
    let mut simulation = built(&scenario);
    let mut at = |steps: u64| {
        run(&mut simulation, steps, |_, _, _| ());
        let mut values = Vec::new();
        let cells = simulation.populations[1];
        ecs_core::network::read(simulation.app.world_mut(), cells, 0, &[0], &mut values);
        values[0]
    };
    let start = at(1);
    [at(150) - start, at(300) - start]
}

/// The leak of 1000 s moves a neuron by less than this part of a jump.
const LEAK: f64 = 1e-3;

#[test]
fn gains_go_through_every_operator() {
    let short = "short_term = { tsodyks2 = { U = 0.6, tau_rec = \"100 ms\" } }";
    let right = gains("tsodyks2", &[("U", 0.6), ("tau_rec", 100.0)], &[5.0, 25.0]);
    let spread = "weight = { uniform = [\"1 mV\", \"2 mV\"] }";
    let plastic = "weight = \"1 mV\"\nplasticity = { stdp = { w_max = \"10 mV\" } }";
    let apart = "delay = { uniform = [\"0.2 ms\", \"3 ms\"] }";
    let (same, together) = ("weight = \"1 mV\"", "delay = \"0.2 ms\"");
    let all = [
        ("one_to_one", same, together),
        ("all_to_all", same, together),
        ("all_to_all", spread, together),
        ("all_to_all", same, apart),
        ("{ fixed_indegree = 5 }", same, together),
        ("{ fixed_indegree = 5 }", spread, together),
        ("{ fixed_indegree = 5 }", same, apart),
        ("{ fixed_indegree = 5 }", spread, apart),
        ("one_to_one", plastic, together),
        ("{ fixed_indegree = 5 }", plastic, together),
    ];
    for (connect, weight, delay) in all {
        let connect = if connect.starts_with('{') { connect.to_owned() } else { format!("\"{connect}\"") };
        let projection = format!("connect = {connect}\n{weight}\n{delay}\n");
        let full = moved(&projection);
        let found = moved(&format!("{projection}{short}"));
        for (k, gains) in [right[0].0, right[0].0 + right[1].0].into_iter().enumerate() {
            let share = found[k] / full[k] * (k + 1) as f64;
            assert!((share - gains).abs() < LEAK, "{projection}: {share}, not {gains}");
        }
    }
}
