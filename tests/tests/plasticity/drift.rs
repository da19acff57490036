//! A rule whose synapses have a state that changes between spikes: an eligibility that decays into the weight.

use ecs_core::model::PlasticityModel;
use ecs_core::model::prelude::*;

use crate::synapses_of::{Case, DT};

rule! {
    /// Pairs make a synapse eligible; while it is, its weight moves.
    Eligible
    params {
        tau = 20.0, "ms", "time constant of the traces", positive;
        tau_c = 70.0, "ms", "time constant of eligibility", positive;
        rate = 0.001, "1/ms", "how fast the weight moves where eligibility is 1";
    }
    pre { x = 0.0, "", "spikes of the sender"; }
    post { y = 0.0, "", "spikes of the receiver"; }
    state { c = 0.25, "", "eligibility"; }
}

impl Plasticity for Eligible {
    type Pre = PreTable;
    type Post = PostTable;
    const DRIFTS: bool = true;

    fn pre_derivative<R: Real>(p: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { x: -(x.x / p.tau) }
    }

    fn post_derivative<R: Real>(p: &Params<R>, y: &Post<R>) -> Post<R> {
        Post { y: -(y.y / p.tau) }
    }

    fn pre_jump<R: Real>(_: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { x: x.x + 1.0 }
    }

    fn post_jump<R: Real>(_: &Params<R>, y: &Post<R>) -> Post<R> {
        Post { y: y.y + 1.0 }
    }

    #[inline(always)]
    fn on_pre<R: Real>(_: &Params<R>, w: R, s: &State<R>, _: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        (w, State { c: s.c - y.y * 1.2 })
    }

    #[inline(always)]
    fn on_post<R: Real>(_: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, _: &Post<R>) -> (R, State<R>) {
        (w, State { c: s.c + x.x })
    }

    #[inline(always)]
    fn between<R: Real>(p: &Params<R>, w: R, s: &State<R>, elapsed: R) -> (R, State<R>) {
        let kept = (-(elapsed / p.tau_c)).exp();
        (w + p.rate * p.tau_c * s.c * kept.complement(), State { c: s.c * kept })
    }
}

const MODEL: PlasticityModel = PlasticityModel::of::<Model>("eligible", "", "this test");
const PARAMS: [f64; 3] = [20.0, 70.0, 0.001];

/// One synapse at a time, with traces by their definition, up to its last event.
fn eager(case: &Case) -> Vec<f64> {
    let trace = |train: &[u64], step: u64| -> f64 {
        train.iter().filter(|s| **s < step).map(|s| (-((step - s) as f64) * DT / 20.0).exp()).sum()
    };
    let synapse = |pre: &[u64], post: &[u64]| {
        let (mut w, mut c, mut last) = (case.weight, 0.25, 0);
        for step in 0..case.steps {
            let (sent, fired) = (pre.contains(&step), post.contains(&step));
            if sent || fired {
                let kept = (-((step - last) as f64) * DT / 70.0).exp();
                w += 0.07 * c * (1.0 - kept);
                c *= kept;
                last = step;
            }
            if sent {
                c -= 1.2 * trace(post, step);
            }
            if fired {
                c += trace(pre, step);
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
fn what_happens_between_spikes_is_made_up_for() {
    let case = Case::random(6, 40, 3000);
    let [found, _] = case.learnt(&MODEL, &PARAMS, &[0, 40], 4);
    let right = eager(&case);
    assert!(right.iter().filter(|w| (*w - case.weight).abs() > 0.01).count() > right.len() / 2);
    for (found, right) in found.iter().zip(right) {
        assert!((found - right).abs() < 1e-12, "{found}, not {right}");
    }
    let all = case.learnt(&MODEL, &PARAMS, &[0, 40], 4096);
    for kept in [2, 8] {
        assert_eq!(case.learnt(&MODEL, &PARAMS, &[0, 13, 40], kept), all, "{kept} kept");
    }
}
