//! Hodgkin-Huxley axon against a solution of order eight to eleven digits: `hh_squid` of the shared data.
//! Source: Hodgkin & Huxley (1952), J. Physiol. 117, 500, <https://doi.org/10.1113/jphysiol.1952.sp004764>.

use tests::data::{csv, json, numbers};
use tests::rig::{fill, neuron, plan};

use crate::Single;

const PARAMS: [(&str, f64); 1] = [("e_l", -54.4)];

fn axon(integrator: &str, dt: f64, i_e: f64, init: &[(&str, f64)]) -> Single {
    let params = [PARAMS[0], ("i_e", i_e)];
    let mut plan = plan(neuron("hh"), 1, &params, init);
    plan.integrator = Some(integrator.into());
    Single::new(dt, plan, |_, _| ())
}

/// The moment within a step at which the voltage crosses zero, by the cubic through both ends and their slopes.
fn crossing(before: f64, after: f64, slopes: [f64; 2], dt: f64) -> f64 {
    let at = |x: f64| {
        let (a, b) = (slopes[0] * dt - (after - before), -slopes[1] * dt + (after - before));
        (1.0 - x) * before + x * after + x * (1.0 - x) * ((1.0 - x) * a + x * b)
    };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if at(middle) < 0.0 { low = middle } else { high = middle }
    }
    low * dt
}

/// Times of the upward crossings of 0 mV in `duration` ms.
fn spikes(integrator: &str, dt: f64, i_e: f64, duration: f64) -> Vec<f64> {
    let model = neuron("hh");
    let params = fill(model.entry.params, &[PARAMS[0], ("i_e", i_e)]);
    let mut cell = axon(integrator, dt, i_e, &[]);
    let state = |cell: &mut Single| -> Vec<f64> { (0..4).map(|k| cell.value(k)).collect() };
    let mut before = state(&mut cell);
    let mut times = Vec::new();
    for n in 0..(duration / dt).round() as u32 {
        let (_, fired) = cell.step();
        let after = state(&mut cell);
        if fired {
            let slopes = [&before, &after].map(|s| model.inspect.derivative(&params, s, [0.0; 2])[0]);
            times.push(f64::from(n) * dt + crossing(before[0], after[0], slopes, dt));
        }
        before = after;
    }
    times
}

/// What the data's README asks of exponential Euler at a step of 0.01 ms, for the first five spikes, in ms.
const FIRST_SPIKES: f64 = 0.05;

/// The largest error of the first five spikes.
fn error(integrator: &str, dt: f64, i_e: f64, right: &[f64]) -> f64 {
    let first = &right[..right.len().min(5)];
    let until = first.last().map_or(20.0, |t| t + 1.0);
    let times = spikes(integrator, dt, i_e, until);
    assert_eq!(
        times.len(),
        first.len(),
        "{integrator}, dt {dt}, {i_e} uA/cm2: {times:?} instead of {first:?}"
    );
    times.iter().zip(first).map(|(t, right)| (t - right).abs()).fold(0.0, f64::max)
}

#[test]
fn the_first_spikes_come_at_their_times() {
    let Some(reference) = json("hh_squid/spike_times_ms.json") else { return };
    for (name, times) in reference["spikes"].as_object().expect("spike times by current") {
        let i_e: f64 = name.trim_start_matches("I=").parse().expect("a current");
        for integrator in ["exponential_euler", "rk4"] {
            let error = error(integrator, 0.01, i_e, &numbers(times));
            println!("{integrator}, {i_e} uA/cm2: first spikes off by {error:.2e} ms");
            assert!(error < FIRST_SPIKES, "{integrator}, {i_e} uA/cm2: off by {error} ms");
        }
    }
}

/// How far a measured order may fall short where terms of the next one still weigh.
const ORDER: f64 = 0.3;

#[test]
fn spike_time_errors_fall_at_the_claimed_order() {
    let Some(reference) = json("hh_squid/spike_times_ms.json") else { return };
    let right = numbers(&reference["spikes"]["I=10.0"]);
    // Crossings are found by a cubic, which is itself of order four.
    for (integrator, order, steps) in
        [("exponential_euler", 1.0, [0.02, 0.01]), ("heun", 2.0, [0.02, 0.01]), ("rk4", 4.0, [0.04, 0.02])]
    {
        let errors = steps.map(|dt| error(integrator, dt, 10.0, &right));
        let measured = (errors[0] / errors[1]).log2();
        println!("{integrator}: errors {errors:?} ms at {steps:?} ms, order {measured:.2}");
        assert!(measured > order - ORDER, "{integrator}: order {measured}, errors {errors:?}");
    }
}

/// The trace is written with nine digits; the rest is the error of Runge-Kutta's rule at this step.
const TRACE: f64 = 1e-5;

#[test]
fn the_trace_of_voltage_and_gates_is_followed() {
    let Some(table) = csv("hh_squid/trace_I10.csv") else { return };
    let dt = 0.005;
    let first: Vec<f64> = table.rows()[0].clone();
    let init: Vec<(&str, f64)> = ["v", "m", "h", "n"].into_iter().zip(first[1..].iter().copied()).collect();
    let mut cell = axon("rk4", dt, 10.0, &init);
    let mut worst = 0.0f64;
    for row in table.rows() {
        while (cell.running.now() as f64) * dt < row[0] - 1e-9 {
            cell.step();
        }
        for (variable, right) in row[1..].iter().enumerate() {
            worst = worst.max((cell.value(variable) - right).abs());
        }
    }
    println!("the trace is followed to {worst:.1e}");
    assert!(worst < TRACE, "off by {worst}");
}
