//! Izhikevich neurons step by step as in the author's script: the cell classes of 2003 and the patterns of 2004. Spike
//! times must be equal, to the step.

use ecs_core::network::Values;
use serde_json::Value;
use tests::data::{json, numbers};
use tests::rig::{neuron, plan};

use crate::Single;

/// A time of the data over the step is whole but for rounding.
const ON_GRID: f64 = 1e-9;
/// The last state, which the data give with all digits: the order of a few additions may differ.
const STATE: f64 = 1e-9;

fn number(case: &Value, name: &str) -> f64 {
    case[name].as_f64().unwrap_or_else(|| panic!("no number `{name}` in {case}"))
}

/// Runs a case under the current `input(t)`; the steps in which it fires, and the cell.
fn run(case: &Value, input: impl Fn(f64) -> f64) -> (Vec<f64>, Single) {
    let dt = number(case, "tau_ms");
    let k = case.get("quadratic").map_or(vec![0.04, 5.0, 140.0], numbers);
    let model = neuron("izhikevich2004");
    let mut params = vec![("k2", k[0]), ("k1", k[1]), ("k0", k[2])];
    params.extend(["a", "b", "c", "d"].map(|name| (name, number(case, name))));
    let mut plan = plan(model, 1, &params, &[]);
    plan.state = vec![Values::Uniform(number(case, "V0")), Values::Uniform(number(case, "u0"))];
    let steps = (number(case, "T_ms") / dt).floor() as u32 + 1;
    let mut cell = Single::new(dt, plan, |rig, cell| {
        rig.inject(cell, 1, (0..steps).map(|n| input(f64::from(n) * dt)).collect());
    });
    let times = (0..steps).filter(|_| cell.step().1).map(|n| f64::from(n) * dt).collect();
    (times, cell)
}

fn check(name: &str, case: &Value, times: &[f64]) {
    let right = numbers(&case["spike_times_ms"]);
    let same = times.len() == right.len() && times.iter().zip(&right).all(|(t, r)| (t - r).abs() < ON_GRID);
    assert!(same, "{name}: {times:?} instead of {right:?}");
}

/// Whether `t` is within `duration` after one of `starts`, ends excluded.
fn pulse(t: f64, starts: &[f64], duration: f64) -> bool {
    starts.iter().any(|start| t > *start && t < start + duration)
}

/// The input of each pattern that the data hold, as their README states it.
fn pattern(name: &str, t: f64, starts: &[f64]) -> Option<f64> {
    let onset = || t > starts[0];
    let step = |current: f64| if onset() { current } else { 0.0 };
    let during = |current: f64, duration: f64| if pulse(t, starts, duration) { current } else { 0.0 };
    Some(match name {
        "A" => step(14.0),
        "B" => step(0.5),
        "C" => step(15.0),
        "D" => step(0.6),
        "E" => step(10.0),
        "F" => step(30.0),
        "G" => step(0.075 * (t - 30.0)),
        "I" if onset() && t < starts[0] + 3.0 => 7.04,
        "J" if onset() && t < starts[0] + 5.0 => 2.0,
        "I" | "J" => 0.0,
        "K" => during(0.65, 4.0),
        "L" => during(9.0, 2.0),
        "M" if t > 20.0 && t < 25.0 => -15.0,
        "Q" if (t - 10.0).abs() < 1.0 => 20.0,
        "M" | "Q" => 0.0,
        _ => return None,
    })
}

/// The patterns that the data must hold for the test to mean something.
const PATTERNS: [&str; 13] = ["A", "B", "C", "D", "E", "F", "G", "I", "J", "K", "L", "M", "Q"];

#[test]
fn the_patterns_of_2004_fire_at_the_published_steps() {
    let Some(cases) = json("izhikevich2004/patterns_euler.json") else { return };
    for name in PATTERNS {
        let case = cases.get(name).unwrap_or_else(|| panic!("no pattern {name}"));
        let starts = numbers(&case["pulse_times_ms"]);
        let (times, mut cell) =
            run(case, |t| pattern(name, t, &starts).expect("every listed pattern has an input"));
        check(name, case, &times);
        for (variable, end) in ["V_end", "u_end"].into_iter().enumerate() {
            let (got, right) = (cell.value(variable), number(case, end));
            assert!((got - right).abs() < STATE, "{name}: {end} is {got} instead of {right}");
        }
    }
}

#[test]
fn the_classes_of_2003_fire_at_the_computed_steps() {
    let Some(cases) = json("izhikevich2003_classes/classes.json") else { return };
    for (name, case) in cases.as_object().expect("cases by name") {
        let input = |t: f64| match name.as_str() {
            "RS" if t > 15.0 => 14.0,
            "RS" => 0.0,
            "TC" if t > 30.0 => 1.5,
            "TC" => 0.0,
            "RZ" if t > 60.0 && t < 65.0 => 10.0,
            "RZ" if t > 10.0 => -0.5,
            "RZ" => -2.0,
            _ if t > 15.0 => 10.0,
            _ => 0.0,
        };
        let (times, _) = run(case, input);
        check(name, case, &times);
        // The published times are those of a crossing below the peak, so up to a step earlier.
        let published = numbers(&case["osb_published_spike_times_ms"]);
        let early = |(t, p): (&f64, &f64)| (-ON_GRID..=0.25 + ON_GRID).contains(&(t - p));
        assert!(times.iter().zip(&published).all(early), "{name}: {times:?}, published {published:?}");
        assert_eq!(times.len(), published.len(), "{name}");
    }
}
