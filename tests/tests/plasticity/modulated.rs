//! Dopamine: the lazy rule against small steps of its equations, for every synapse at every moment.

use crate::synapses_of::{Case, DT, rule};

const PARAMS: [(&str, f64); 5] =
    [("A_plus", 0.02), ("A_minus", 0.03), ("b", 0.004), ("tau_c", 300.0), ("w_max", 0.9)];

/// Rounding of some hundred changes in double precision.
const ROUNDING: f64 = 1e-11;

/// Weights at the end where each synapse is led through every event at once.
fn eager(case: &Case) -> Vec<f64> {
    let trace = |train: &[u64], step: u64| -> f64 {
        train.iter().filter(|s| **s < step).map(|s| (-((step - s) as f64) * DT / 20.0).exp()).sum()
    };
    // Dopamine as a sum over its spikes, those of the step itself included.
    let dopamine = |step: u64| -> f64 {
        let before = case.modulator.iter().filter(|s| **s <= step);
        before.map(|s| (-((step - s) as f64) * DT / 200.0).exp() / 200.0).sum()
    };
    let both = 300.0 * 200.0 / (300.0 + 200.0);
    let synapse = |pre: &[u64], post: &[u64]| {
        let (mut w, mut c, mut last) = (case.weight, 0.0, 0);
        for step in 0..=case.steps {
            let (sent, fired) = (pre.contains(&step), post.contains(&step));
            if sent || fired || step == case.steps || case.modulator.contains(&step) {
                let t = (step - last) as f64 * DT;
                let from_dopamine = dopamine(last) * both * (1.0 - (-t / both).exp());
                let from_base = 0.004 * 300.0 * (1.0 - (-t / 300.0).exp());
                w = (w + c * (from_dopamine - from_base)).clamp(0.0, 0.9);
                c *= (-t / 300.0).exp();
                last = step;
            }
            if sent {
                c -= 0.03 * trace(post, step);
            }
            if fired {
                c += 0.02 * trace(pre, step);
            }
        }
        w
    };
    let row = |(i, row): (usize, &Vec<u32>)| -> Vec<f64> {
        row.iter().map(|j| synapse(&case.pre[i], &case.post[*j as usize])).collect()
    };
    case.rows.iter().enumerate().flat_map(row).collect()
}

#[test]
fn dopamine_gives_the_weights_of_an_eager_walk() {
    let case = Case::random(6, 40, 3000);
    let (model, params) = rule("stdp_dopamine", &PARAMS);
    let right = eager(&case);
    let moved = right.iter().filter(|w| (*w - case.weight).abs() > 0.01).count();
    assert!(2 * moved > right.len(), "most weights change, or nothing is tested: {moved}");
    // With 2 receivers' spikes kept, rows are visited in between for them; with 3000 steps, for the modulator's as well.
    for kept in [2, 4, 4096] {
        let [found, _] = case.learnt(model, &params, &[0, 40], kept);
        for (found, right) in found.iter().zip(&right) {
            assert!((found - right).abs() <= ROUNDING, "{kept} kept: {found}, not {right}");
        }
    }
}

/// A pair at 100 ms, and a burst of dopamine later: what is left of eligibility then decides.
#[test]
fn dopamine_makes_of_a_pair_what_eligibility_has_left() {
    let after = |burst: u64| {
        let case = Case {
            rows: vec![vec![0]],
            posts: 1,
            weight: 1.0,
            steps: 200_000,
            pre: vec![vec![1000]],
            post: vec![vec![1100]],
            modulator: vec![burst; 5],
            voltage: Vec::new(),
        };
        let (model, params) = rule("stdp_dopamine", &[("w_max", 100.0)]);
        case.learnt(model, &params, &[0, 1], 8)[0][0] - 1.0
    };
    for burst in [2000, 10_000, 30_000] {
        // Eligibility e^(-10/20) at 110 ms; five spikes of 1 / tau_n; the product decays by both.
        let waited = (burst - 1100) as f64 * DT;
        let right = (-0.5_f64 - waited / 1000.0).exp() * 5.0 / 200.0 / (1.0 / 1000.0 + 1.0 / 200.0);
        let found = after(burst);
        // 17 s after the burst, e^(-6 * 17) of it is to come.
        assert!((found - right).abs() < 1e-12, "{burst}: {found}, not {right}");
    }
}

#[test]
fn more_dopamine_than_is_kept_changes_no_bit() {
    let mut case = Case::random(6, 40, 3000);
    case.modulator = (0..3000).filter(|step| step % 3 != 0).collect();
    let (model, params) = rule("stdp_dopamine", &PARAMS);
    let all = case.learnt(model, &params, &[0, 40], 4096);
    for kept in [2, 4, 8] {
        assert_eq!(case.learnt(model, &params, &[0, 13, 40], kept), all, "{kept} kept");
    }
}
