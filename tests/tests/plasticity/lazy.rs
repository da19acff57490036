//! Putting work off changes no bit: not when it is done, and not by whom.

use ecs_core::model::PlasticityModel;
use tests::network::registry;

use crate::synapses_of::{Case, rule};

fn each_rule(check: impl Fn(&PlasticityModel, &[f64])) {
    let registry = registry();
    let all = registry.all::<PlasticityModel>();
    assert!(all.len() >= 4);
    for model in all {
        let needs_largest =
            model.entry.params.iter().any(|field| field.name == "w_max" && field.default.is_nan());
        let given: &[(&str, f64)] = if needs_largest { &[("w_max", 1.0)] } else { &[] };
        let (model, params) = rule(model.entry.name, given);
        check(model, &params);
    }
}

#[test]
fn how_many_spikes_are_kept_changes_no_bit() {
    let case = Case::random(9, 50, 4000);
    each_rule(|model, params| {
        let right = case.learnt(model, params, &[0, 50], 4096);
        assert!(right[0].iter().any(|w| *w != case.weight));
        for kept in [2, 4, 16] {
            assert_eq!(
                case.learnt(model, params, &[0, 50], kept),
                right,
                "{}, {kept} kept",
                model.entry.name
            );
        }
    });
}

#[test]
fn shards_change_no_bit() {
    let case = Case::random(9, 50, 4000);
    each_rule(|model, params| {
        let right = case.learnt(model, params, &[0, 50], 8);
        for bounds in [&[0, 20, 50][..], &[0, 16, 17, 50]] {
            assert_eq!(case.learnt(model, params, bounds, 8), right, "{}, {bounds:?}", model.entry.name);
        }
    });
}

#[test]
fn spikes_of_one_step_do_not_see_each_other() {
    let (model, params) = rule("stdp", &[("w_max", 1.0), ("mu_plus", 0.0), ("mu_minus", 0.0)]);
    let together = Case {
        rows: vec![vec![0]],
        posts: 1,
        weight: 0.5,
        steps: 60,
        pre: vec![vec![50]],
        post: vec![vec![50]],
    };
    assert_eq!(together.learnt(model, &params, &[0, 1], 8)[0], [0.5]);
}
