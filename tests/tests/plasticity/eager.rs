//! Every rule against a walk over all synapses at each event, with traces summed over the spikes themselves.

use crate::synapses_of::{Case, DT, rule};

/// Rounding of some hundred changes in double precision, relative to the weight.
const ROUNDING: f64 = 1e-11;

/// The trace of a train at a step, by its definition: all spikes before it, or only the last one.
fn trace(train: &[u64], step: u64, tau: f64, nearest: bool) -> f64 {
    let mut before = train.iter().filter(|s| **s < step).map(|s| (-((step - s) as f64) * DT / tau).exp());
    if nearest { before.next_back().unwrap_or(0.0) } else { before.sum() }
}

/// Weight after a spike, of the weight before, the trains of sender and receiver, and the step.
type Change<'a> = &'a dyn Fn(f64, &[u64], &[u64], u64) -> f64;

/// Weights at the end, and what was delivered to each receiver, where nothing is put off.
fn eager(case: &Case, on_post: Change<'_>, on_pre: Change<'_>) -> [Vec<f64>; 2] {
    let mut delivered = vec![0.0; case.posts as usize];
    let mut weights: Vec<Vec<f64>> = case.rows.iter().map(|row| vec![case.weight; row.len()]).collect();
    for step in 0..case.steps {
        for (i, row) in case.rows.iter().enumerate().filter(|(i, _)| case.pre[*i].contains(&step)) {
            for (w, j) in weights[i].iter_mut().zip(row) {
                *w = on_pre(*w, &case.pre[i], &case.post[*j as usize], step);
                delivered[*j as usize] += *w;
            }
        }
        for (i, row) in case.rows.iter().enumerate() {
            let fired = |(_, j): &(&mut f64, &u32)| case.post[**j as usize].contains(&step);
            for (w, j) in weights[i].iter_mut().zip(row).filter(fired) {
                *w = on_post(*w, &case.pre[i], &case.post[*j as usize], step);
            }
        }
    }
    [weights.concat(), delivered]
}

/// The same for a rule in which a spike meets one trace of the other side.
fn of_pairs(
    case: &Case,
    nearest: bool,
    (tau_plus, on_post): (f64, &dyn Fn(f64, f64) -> f64),
    (tau_minus, on_pre): (f64, &dyn Fn(f64, f64) -> f64),
) -> [Vec<f64>; 2] {
    eager(case, &|w, pre, _, step| on_post(w, trace(pre, step, tau_plus, nearest)), &|w, _, post, step| {
        on_pre(w, trace(post, step, tau_minus, nearest))
    })
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
        same("stdp", &params, |case| of_pairs(case, false, (20.0, &grown), (30.0, &shrunk)));
        same("stdp_nearest", &params, |case| of_pairs(case, true, (20.0, &grown), (30.0, &shrunk)));
    }
    let grown = |w: f64, x: f64| w + 0.05 * 0.7 * (w / 0.7).powf(0.4) * x;
    let shrunk = |w: f64, y: f64| (w - 0.05 * 0.5 * w * y).max(0.0);
    let params = [("lambda", 0.05), ("alpha", 0.5), ("w_0", 0.7), ("tau_plus", 15.0)];
    same("stdp_power_law", &params, |case| of_pairs(case, false, (15.0, &grown), (20.0, &shrunk)));
    let grown = |w: f64, x: f64| (w + 0.03 * x).min(0.8);
    let shrunk = |w: f64, y: f64| (w - 0.02 * y).max(0.1);
    let params = [("A1", 0.03), ("A2", 0.02), ("w_min", 0.1), ("w_max", 0.8)];
    same("stdp_song2000", &params, |case| of_pairs(case, false, (16.8, &grown), (33.7, &shrunk)));
}

#[test]
fn triplets_give_the_weights_of_an_eager_walk() {
    let all = |train: &[u64], step, tau| trace(train, step, tau, false);
    let (up, down) = ([0.002, 0.03], [0.015, 0.004]);
    let on_post = |w: f64, pre: &[u64], post: &[u64], step| {
        (w + 0.7 * all(pre, step, 16.8) * (up[0] + up[1] * all(post, step, 125.0))).min(0.9)
    };
    let on_pre = |w: f64, pre: &[u64], post: &[u64], step| {
        (w - 0.7 * all(post, step, 33.7) * (down[0] + down[1] * all(pre, step, 101.0))).max(0.0)
    };
    let params = [
        ("A2_plus", up[0]),
        ("A3_plus", up[1]),
        ("A2_minus", down[0]),
        ("A3_minus", down[1]),
        ("w_0", 0.7),
        ("w_max", 0.9),
    ];
    same("triplet", &params, |case| eager(case, &on_post, &on_pre));
}

#[test]
fn rules_of_rates_give_the_weights_of_an_eager_walk() {
    let all = |train: &[u64], step, tau| trace(train, step, tau, false);
    let params = [("eta", 0.05), ("alpha", 0.8), ("tau", 30.0), ("w_max", 0.9)];
    same("vogels_sprekeler", &params, |case| {
        let grown = |w: f64, x: f64| (w + 0.9 * 0.05 * x).clamp(0.0, 0.9);
        let changed = |w: f64, y: f64| (w + 0.9 * 0.05 * (y - 0.8)).clamp(0.0, 0.9);
        of_pairs(case, false, (30.0, &grown), (30.0, &changed))
    });
    let on_post = |w: f64, pre: &[u64], post: &[u64], step| {
        w + 0.02 * (0.6 * all(pre, step, 25.0) - w * all(post, step, 25.0))
    };
    let params = [("eta", 0.02), ("tau", 25.0), ("w_0", 0.6)];
    same("oja", &params, |case| eager(case, &on_post, &|w, _, _, _| w));
    // The threshold sums what each spike before added to it.
    let theta = |post: &[u64], step: u64| -> f64 {
        let before = post.iter().filter(|s| **s < step);
        let added =
            |s: &u64| all(post, *s, 25.0) / (0.05 * 100.0) * (-((step - s) as f64) * DT / 100.0).exp();
        before.map(added).sum()
    };
    let on_post = |w: f64, pre: &[u64], post: &[u64], step| {
        let y = all(post, step, 25.0);
        (w + 0.9 * 0.02 * all(pre, step, 25.0) * (y - theta(post, step))).clamp(0.0, 0.9)
    };
    let params = [("eta", 0.02), ("tau", 25.0), ("tau_theta", 100.0), ("rho_0", 50.0), ("w_max", 0.9)];
    same("bcm", &params, |case| eager(case, &on_post, &|w, _, _, _| w));
}
