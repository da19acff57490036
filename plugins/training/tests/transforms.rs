//! Transforms: where parameters may be, the way back, and the chain rule against differences.

use ecs_core::network::Registry;
use ecs_core::training::{Side, TransformModel, Transformed};
use training::transform::mask;

fn models() -> Vec<&'static TransformModel> {
    Registry::linked().expect("names are unique").all::<TransformModel>().to_vec()
}

fn named(name: &str) -> &'static TransformModel {
    models().into_iter().find(|model| model.entry.name == name).expect("it is registered")
}

/// A transform, parameters, what entries bring along, and the range in which every parameter has to be.
type Case = (&'static str, &'static [f64], &'static [f64], [f64; 2]);

const CASES: [Case; 10] = [
    ("identity", &[], &[1.0], [-9.0, 9.0]),
    ("softplus", &[0.5, 2.0], &[1.0], [0.5, 99.0]),
    ("exponential", &[], &[1.0], [0.0, 99.0]),
    ("sigmoid", &[-1.0, 3.0], &[1.0], [-1.0, 3.0]),
    ("signed", &[], &[1.0], [0.0, 99.0]),
    ("signed", &[], &[-1.0], [-99.0, 0.0]),
    ("signed_softplus", &[0.3], &[1.0], [0.0, 99.0]),
    ("signed_softplus", &[0.3], &[-1.0], [-99.0, 0.0]),
    ("bounds", &[-0.5, 0.7], &[1.0], [-9.0, 9.0]),
    ("mask", &[], &[1.0], [-9.0, 9.0]),
];

/// Numbers, none of them 0, where the size of a number has a kink.
fn numbers() -> Vec<f64> {
    (0..30).map(|k| f64::from(k) * 0.27 - 4.0).collect()
}

fn forward(model: &TransformModel, params: &[f64], x: &[f64], side: &[f64]) -> Vec<f64> {
    let side = vec![side[0]; x.len()];
    let mut w = vec![f64::NAN; x.len()];
    (model.double[0])(params, &mut Transformed { x, side: &side, columns: x.len(), w: &mut w });
    w
}

#[test]
fn parameters_stay_where_they_may_be_and_derivatives_follow() {
    let x = numbers();
    for (name, params, side, [low, high]) in CASES {
        let model = named(name);
        let w = forward(model, params, &x, side);
        assert!(w.iter().all(|w| (low..=high).contains(w)), "{name} {side:?}: {w:?}");

        let mut slopes = vec![2.0; x.len()];
        let sides = vec![side[0]; x.len()];
        (model.double[1])(params, &mut Transformed { x: &x, side: &sides, columns: x.len(), w: &mut slopes });
        let h = 1e-6;
        let moved = |h: f64| forward(model, params, &x.iter().map(|x| x + h).collect::<Vec<_>>(), side);
        for (k, (up, down)) in moved(h).iter().zip(moved(-h)).enumerate() {
            let slope = 2.0 * (up - down) / (2.0 * h);
            // Differences of large numbers are known to a share of them.
            let tolerance = 1e-8 * slope.abs().max(1.0);
            assert!((slope - slopes[k]).abs() < tolerance, "{name}, at {}: {} for {slope}", x[k], slopes[k]);
        }
    }
    models()
        .iter()
        .filter(|model| !model.matrix)
        .for_each(|m| assert!(CASES.iter().any(|case| case.0 == m.entry.name), "{}", m.entry.name));
}

#[test]
fn every_parameter_has_a_number_that_makes_it() {
    for (name, params, side, [low, high]) in CASES {
        let model = named(name);
        for w in [-0.4, 0.6, 1.0, 2.5].into_iter().filter(|w| (low..=high).contains(w)) {
            let bounded = if name == "bounds" { w.clamp(params[0], params[1]) } else { w };
            let x = (model.number)(params, w, side[0]);
            let back = forward(model, params, &[x], side)[0];
            assert!((back - bounded).abs() < 1e-12, "{name}: {w} became {back}");
        }
    }
}

#[test]
fn what_cannot_be_reached_becomes_the_nearest_that_can() {
    let near = |name: &str, params: &[f64], w: f64, side: f64, right: f64| {
        let x = (named(name).number)(params, w, side);
        assert!(x.is_finite(), "{name} of {w}");
        let back = forward(named(name), params, &[x], &[side])[0];
        assert!((back - right).abs() < 1e-9, "{name}: {w} became {back}");
    };
    near("softplus", &[0.5, 1.0], -3.0, 1.0, 0.5);
    near("sigmoid", &[0.0, 2.0], 7.0, 1.0, 2.0);
    near("signed", &[], -3.0, 1.0, 0.0);
    near("signed_softplus", &[1.0], 3.0, -1.0, 0.0);
    near("bounds", &[0.0, 2.0], 7.0, 1.0, 2.0);
}

#[test]
fn single_precision_agrees_with_double() {
    let x = numbers();
    let narrow: Vec<f32> = x.iter().map(|x| *x as f32).collect();
    for (name, params, side, _) in CASES {
        let model = named(name);
        let right = forward(model, params, &x, side);
        let sides = vec![side[0] as f32; x.len()];
        let mut w = vec![0.0; x.len()];
        (model.forward)(params, &mut Transformed { x: &narrow, side: &sides, columns: x.len(), w: &mut w });
        w.iter().zip(right).for_each(|(w, right)| {
            assert!((f64::from(*w) - right).abs() < 2e-6 * right.abs().max(1.0), "{name}: {w}, not {right}");
        });
    }
}

#[test]
fn bounds_put_numbers_back_and_leave_gradients_alone() {
    let project = named("bounds").project.expect("it projects");
    let mut x = [-3.0, 0.2, 9.0];
    project(&[-1.0, 0.5], &mut x);
    assert_eq!(x, [-1.0, 0.2, 0.5]);
    assert!(models().iter().all(|m| m.project.is_none() || m.entry.name == "bounds"));
}

#[test]
fn frozen_entries_have_no_gradient_and_are_held() {
    let model = named("mask");
    assert_eq!(model.side, Side::Mask);
    let side = [1.0, 0.0];
    let mut slopes = [3.0, 3.0];
    (model.backward)(&[], &mut Transformed { x: &[1.0, 2.0], side: &side, columns: 2, w: &mut slopes });
    assert_eq!(slopes, [3.0, 0.0]);
    let mut x = [0.9, 1.8];
    mask::hold(&side, &[1.0, 2.0], &mut x);
    assert_eq!(x, [0.9, 2.0]);
}

#[test]
fn standardised_weights_have_mean_zero_and_a_length_for_each_receiver() {
    let (model, params, columns) = (named("standardised"), [3.0, 1e-4], 3);
    assert!(model.matrix);
    let x = numbers();
    let of = |x: &[f64]| {
        let mut w = vec![f64::NAN; x.len()];
        (model.double[0])(&params, &mut Transformed { x, side: &[], columns, w: &mut w });
        w
    };
    let w = of(&x);
    for c in 0..columns {
        let column = || w.iter().skip(c).step_by(columns);
        assert!(column().sum::<f64>().abs() < 1e-12);
        // A sum of squares of some 60 beside eps.
        assert!((column().map(|w| w * w).sum::<f64>().sqrt() - 3.0).abs() < 1e-5);
    }
    // The chain rule against differences of Σ g w.
    let g: Vec<f64> = (0..x.len()).map(|k| ((k * 7 % 11) as f64 - 5.0) / 3.0).collect();
    let mut slopes = g.clone();
    (model.double[1])(&params, &mut Transformed { x: &x, side: &[], columns, w: &mut slopes });
    let cost = |x: &[f64]| of(x).iter().zip(&g).map(|(w, g)| w * g).sum::<f64>();
    let h = 1e-6;
    for k in 0..x.len() {
        let moved = |h: f64| {
            let mut x = x.clone();
            x[k] += h;
            cost(&x)
        };
        let slope = (moved(h) - moved(-h)) / (2.0 * h);
        assert!((slope - slopes[k]).abs() < 1e-8, "{k}: {} for {slope}", slopes[k]);
    }
}
