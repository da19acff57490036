//! The adaptive exponential neuron that `scenarios/custom_adex.toml` defines in text: firing patterns against solutions to
//! eleven digits, and a trace against LSODAR.

use ecs_core::network::{Clock, read};
use scenarios::assemble::Simulation;
use serde_json::Value;
use tests::data::{json, numbers, table};
use tests::network::{built, raster, shipped};

/// What the reference's README asks of the first spikes, in ms.
const CLOSE: f64 = 0.1;
/// How many of the spikes have to be close.
const FIRST: usize = 5;

#[test]
fn the_patterns_of_a_text_model_fire_as_the_reference() {
    let Some(cases) = json("adex_naud2008/patterns.json") else { return };
    let scenario = shipped("custom_adex", &[]);
    let spikes = raster(&scenario, scenario.run.steps);
    for (k, population) in scenario.populations.iter().enumerate() {
        let case: &Value = &cases[&population.name];
        let right = numbers(&case["spike_times_ms"]);
        let mine = spikes.iter().filter(|(_, of, _)| *of == k);
        let times: Vec<f64> = mine.map(|(step, ..)| *step as f64 * scenario.run.dt).collect();
        assert_eq!(times.len(), right.len(), "{}: {times:?} instead of {right:?}", population.name);
        let worst = times.iter().zip(&right).take(FIRST).map(|(t, r)| (t - r).abs()).fold(0.0, f64::max);
        println!("{}: {} spikes, the first {FIRST} within {worst:.3} ms", population.name, times.len());
        assert!(worst < CLOSE, "{}: off by {worst} ms", population.name);
    }
}

/// What NEST allows its own neuron, relative to the mean size of the trace.
const VOLTAGE: f64 = 5e-4;
const ADAPTATION: f64 = 1e-4;

/// The scenario with the parameters of the trace, in steps of 0.001 ms.
fn lsodar() -> Simulation {
    let params = "{ g_l = \"11 nS\", a = \"3 nS\", tau_w = \"300 ms\", i_e = \"420 pA\" }";
    let changes = [
        "run.dt=\"0.001 ms\"".to_owned(),
        "run.precision=\"f64\"".to_owned(),
        format!("population.tonic.params={params}"),
        "population.tonic.state={ w = \"5 pA\" }".to_owned(),
    ];
    built(&shipped("custom_adex", &changes.each_ref().map(String::as_str)))
}

/// The reference at `time`, between its rows.
fn interpolated(rows: &[Vec<f64>], time: f64) -> [f64; 2] {
    let after = rows.partition_point(|row| row[0] <= time).clamp(1, rows.len() - 1);
    let (a, b) = (&rows[after - 1], &rows[after]);
    let share = (time - a[0]) / (b[0] - a[0]);
    [1, 2].map(|k| a[k] + (b[k] - a[k]) * share)
}

/// Steps between comparisons: the reference is compared on NEST's grid of 0.01 ms.
const EVERY: u64 = 10;

#[test]
fn a_trace_of_a_text_model_follows_lsodar() {
    let Some(rows) = table("nest_aeif_lsodar/aeif_lsodar.dat") else { return };
    let end = rows[rows.len() - 1][0];
    let mut simulation = lsodar();
    let Simulation { app, runner, populations, .. } = &mut simulation;
    let (mut off, mut size) = ([0.0; 2], [0.0; 2]);
    while app.world().resource::<Clock>().time() < end {
        runner.step(app.world_mut()).unwrap_or_else(|e| panic!("{e}"));
        let clock = *app.world().resource::<Clock>();
        if !clock.step.is_multiple_of(EVERY) || clock.time() > end {
            continue;
        }
        let right = interpolated(&rows, clock.time());
        for k in [0, 1] {
            let mut mine = Vec::new();
            read(app.world_mut(), populations[0], k, &[0], &mut mine);
            off[k] += (mine[0] - right[k]).abs();
            size[k] += right[k].abs();
        }
    }
    let relative = [off[0] / size[0], off[1] / size[1]];
    println!("off by {:.1e} of the voltage, {:.1e} of the adaptation", relative[0], relative[1]);
    assert!(relative[0] < VOLTAGE && relative[1] < ADAPTATION, "{relative:?}");
}
