//! Every rule against a walk over all synapses at each event, with traces summed over the spikes themselves.

use crate::synapses_of::{Case, DT, rule};

/// Rounding of some hundred changes in double precision, relative to the weight.
const ROUNDING: f64 = 1e-11;

/// The trace of a train at a step, by its definition: all spikes before it, or only the last one.
fn trace(train: &[u64], step: u64, tau: f64, nearest: bool) -> f64 {
    let mut before = train.iter().filter(|s| **s < step).map(|s| (-((step - s) as f64) * DT / tau).exp());
    if nearest { before.next_back().unwrap_or(0.0) } else { before.sum() }
}

/// Weight after a step, of weight and trace of the other side.
type Change<'a> = &'a dyn Fn(f64, f64) -> f64;

/// Weights at the end, and what was delivered to each receiver, where nothing is put off.
fn eager(
    case: &Case,
    nearest: bool,
    (tau_plus, on_post): (f64, Change<'_>),
    (tau_minus, on_pre): (f64, Change<'_>),
) -> [Vec<f64>; 2] {
    let mut delivered = vec![0.0; case.posts as usize];
    let mut weights: Vec<Vec<f64>> = case.rows.iter().map(|row| vec![case.weight; row.len()]).collect();
    for step in 0..case.steps {
        for (i, row) in case.rows.iter().enumerate().filter(|(i, _)| case.pre[*i].contains(&step)) {
            for (w, j) in weights[i].iter_mut().zip(row) {
                *w = on_pre(*w, trace(&case.post[*j as usize], step, tau_minus, nearest));
                delivered[*j as usize] += *w;
            }
        }
        for (i, row) in case.rows.iter().enumerate() {
            for (w, j) in
                weights[i].iter_mut().zip(row).filter(|(_, j)| case.post[**j as usize].contains(&step))
            {
                let _ = j;
                *w = on_post(*w, trace(&case.pre[i], step, tau_plus, nearest));
            }
        }
    }
    [weights.concat(), delivered]
}

fn same(name: &str, params: &[(&str, f64)], right: impl FnOnce(&Case) -> [Vec<f64>; 2]) {
    let case = Case::random(6, 40, 3000);
    let (model, params) = rule(name, params);
    let found = case.learnt(model, &params, &[0, 40], 4);
    let right = right(&case);
    let moved = right[0].iter().filter(|w| (*w - case.weight).abs() > 0.01 * case.weight).count();
    assert!(2 * moved > right[0].len(), "{name}: most weights change, or nothing is tested");
    for (found, right) in found.concat().iter().zip(right.concat()) {
        assert!((found - right).abs() <= ROUNDING * right.abs().max(1.0), "{name}: {found}, not {right}");
    }
}

#[test]
fn every_rule_gives_the_weights_of_an_eager_walk() {
    for (mu_plus, mu_minus) in [(0.0, 0.0), (1.0, 1.0), (0.5, 0.3)] {
        let (up, down) = (0.02, 0.02 * 1.1);
        let grown = |w: f64, x: f64| (w / 0.9 + up * (1.0 - w / 0.9).powf(mu_plus) * x).min(1.0) * 0.9;
        let shrunk = |w: f64, y: f64| (w / 0.9 - down * (w / 0.9).powf(mu_minus) * y).max(0.0) * 0.9;
        let params = [
            ("lambda", up),
            ("alpha", 1.1),
            ("mu_plus", mu_plus),
            ("mu_minus", mu_minus),
            ("w_max", 0.9),
            ("tau_minus", 30.0),
        ];
        same("stdp", &params, |case| eager(case, false, (20.0, &grown), (30.0, &shrunk)));
        same("stdp_nearest", &params, |case| eager(case, true, (20.0, &grown), (30.0, &shrunk)));
    }
    let grown = |w: f64, x: f64| w + 0.05 * 0.7 * (w / 0.7).powf(0.4) * x;
    let shrunk = |w: f64, y: f64| (w - 0.05 * 0.5 * w * y).max(0.0);
    let params = [("lambda", 0.05), ("alpha", 0.5), ("w_0", 0.7), ("tau_plus", 15.0)];
    same("stdp_power_law", &params, |case| eager(case, false, (15.0, &grown), (20.0, &shrunk)));
    let grown = |w: f64, x: f64| (w + 0.03 * x).min(0.8);
    let shrunk = |w: f64, y: f64| (w - 0.02 * y).max(0.1);
    let params = [("A1", 0.03), ("A2", 0.02), ("w_min", 0.1), ("w_max", 0.8)];
    same("stdp_song2000", &params, |case| eager(case, false, (16.8, &grown), (33.7, &shrunk)));
}
