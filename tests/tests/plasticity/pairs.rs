//! Pair STDP against `stdp_pair`: the window, and trains whose pairs were summed one by one.

use serde_json::Value;
use tests::data::{csv, json, numbers};

use crate::synapses_of::{Case, DT, rule};

/// What the file states, relative.
const TOLERANCE: f64 = 1e-9;
/// A weight in the middle, from which no change of these files leads to a bound.
const WEIGHT: f64 = 5.0;

/// How these trains change a weight: additive, with steps of 0.01 up and 0.012 down.
fn change(pre_ms: &[f64], post_ms: &[f64]) -> f64 {
    // A largest weight of 10, so that steps are a thousandth of it.
    let params = [("lambda", 0.001), ("alpha", 1.2), ("mu_plus", 0.0), ("mu_minus", 0.0), ("w_max", 10.0)];
    let (model, params) = rule("stdp", &params);
    let steps = |times: &[f64]| times.iter().map(|t| (t / DT).round() as u64).collect::<Vec<u64>>();
    let (pre, post) = (steps(pre_ms), steps(post_ms));
    let last = pre.iter().chain(&post).copied().max().unwrap_or(0);
    let case = Case {
        rows: vec![vec![0]],
        posts: 1,
        weight: WEIGHT,
        steps: last + 1,
        pre: vec![pre],
        post: vec![post],
    };
    case.learnt(model, &params, &[0, 1], 8)[0][0] - WEIGHT
}

#[test]
fn the_window_is_that_of_a_pair() {
    let Some(right) = csv("stdp_pair/window.csv") else { return };
    for (apart, dw) in right.of("dt_post_minus_pre_ms").into_iter().zip(right.of("dw")) {
        let found = change(&[200.0], &[200.0 + apart]);
        // A change is a difference of weights near 5, which are told apart to 1e-15.
        assert!((found - dw).abs() <= TOLERANCE * dw.abs() + 1e-14, "{apart} ms: {found}, not {dw}");
    }
}

#[test]
fn trains_change_a_weight_by_the_sum_over_all_pairs() {
    let Some(reference) = json("stdp_pair/trains.json") else { return };
    let cases = reference["cases"].as_array().expect("cases");
    assert!(cases.len() > 1);
    for (k, case) in cases.iter().enumerate() {
        let dw = case["dw_all_to_all"].as_f64().expect("a number");
        let of = |name: &str| numbers(case.get(name).unwrap_or(&Value::Null));
        let found = change(&of("pre_ms"), &of("post_ms"));
        assert!((found - dw).abs() <= TOLERANCE * dw.abs(), "case {k}: {found}, not {dw}");
    }
}
