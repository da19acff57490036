//! Voltage-based plasticity against its equations stepped for every synapse in every step.

use crate::synapses_of::{Case, DT, rule};

const THETA: [f64; 2] = [-70.6, -45.3];

/// Weights at the end, each synapse stepped; voltages are steps of `DT`, constant within.
fn stepped(case: &Case, [ltd, ltp]: [f64; 2], w_max: f64) -> Vec<f64> {
    let positive = |a: f64| a.max(0.0);
    let synapse = |pre: &[u64], v: &[f64]| {
        let (mut w, mut x, mut minus, mut plus) = (case.weight, 0.0, v[0], v[0]);
        for step in 0..case.steps {
            let v = v[step as usize];
            let sent = pre.contains(&step);
            if sent && step > 0 {
                w = positive(w - ltd * positive(minus - THETA[0]));
            }
            if step > 0 {
                w = (w + ltp * DT * x * positive(v - THETA[1]) * positive(plus - THETA[0])).min(w_max);
            }
            x += if sent { 1.0 / 15.0 } else { 0.0 };
            x *= (-DT / 15.0).exp();
            minus += (v - minus) * (1.0 - (-DT / 10.0).exp());
            plus += (v - plus) * (1.0 - (-DT / 7.0).exp());
        }
        w
    };
    let row = |(i, row): (usize, &Vec<u32>)| -> Vec<f64> {
        row.iter().map(|j| synapse(&case.pre[i], &case.voltage[*j as usize])).collect()
    };
    case.rows.iter().enumerate().flat_map(row).collect()
}

#[test]
fn voltages_give_the_weights_of_small_steps() {
    let mut case = Case::random(6, 40, 3000);
    // Nothing arrives in the first step, before a voltage was seen.
    case.pre.iter_mut().for_each(|train| train.retain(|step| *step > 0));
    let params = [("A_LTD", 2e-3), ("A_LTP", 4e-4), ("w_0", 1.0), ("w_max", 0.9)];
    let (model, params) = rule("clopath", &params);
    let right = stepped(&case, [2e-3, 4e-4], 0.9);
    let (up, down) =
        (right.iter().filter(|w| **w > 0.51).count(), right.iter().filter(|w| **w < 0.49).count());
    assert!(up > 10 && down > 10, "weights go both ways, or nothing is tested: {up} up, {down} down");
    for kept in [2, 4, 4096] {
        let [found, _] = case.learnt(model, &params, &[0, 40], kept);
        for (found, right) in found.iter().zip(&right) {
            assert!((found - right).abs() <= 1e-11, "{kept} kept: {found}, not {right}");
        }
    }
}
