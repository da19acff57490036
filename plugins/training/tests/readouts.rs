//! Readouts: what learners fit, against scikit-learn, and online ones against what they are equal to.

use ecs_core::network::Registry;
use ecs_core::training::{Fitted, Learn, LearnerModel, Online, Plan, Samples};
use training as _;

const WIDTH: usize = 3;
const OUTPUTS: usize = 2;

/// Twelve samples of three features, rounded to single precision.
fn features() -> Vec<f32> {
    (0..36).map(|k| ((f64::from(k * k) * 0.37).sin() * 2.0) as f32).collect()
}

/// Two outputs for each of them: sums of the features, with something that no readout can explain.
fn targets() -> Vec<f64> {
    let rows = features();
    let row = |(k, x): (usize, &[f32])| {
        let (x, k) = ([0, 1, 2].map(|i| f64::from(x[i])), k as f64);
        let first = 0.5 + (x[0] - 2.0 * x[1] + 0.3 * x[2]) + 0.2 * (k * 2.1).cos();
        let second = -1.0 + (0.7 * x[1] + 0.1 * x[2]) + 0.3 * (k * 1.9).sin() + 0.1 * x[0] * x[0];
        [first, second]
    };
    rows.chunks_exact(WIDTH).enumerate().flat_map(row).collect()
}

fn learn(name: &str, given: &[(&str, f64)]) -> Learn {
    let registry = Registry::linked().expect("names are unique");
    let model = registry.find::<LearnerModel>(name).expect("it is registered");
    let fields = model.entry.params;
    let plan =
        given.iter().fold(Plan::defaults(fields), |plan, (name, value)| plan.with(fields, name, *value));
    (model.build)(&plan).expect("the plan is right")
}

fn fitted(name: &str, given: &[(&str, f64)], samples: &Samples<'_>) -> Result<Box<dyn Fitted>, String> {
    match learn(name, given) {
        Learn::Offline(fit) => fit(samples),
        Learn::Online(_) => panic!("`{name}` learns online"),
    }
}

fn online(name: &str, given: &[(&str, f64)]) -> Box<dyn Online> {
    match learn(name, given) {
        Learn::Online(make) => make(WIDTH),
        Learn::Offline(_) => panic!("`{name}` learns offline"),
    }
}

/// A learner, its parameters, how many samples it sees, and its weights, `[feature, output]`.
struct Peer {
    name: &'static str,
    given: &'static [(&'static str, f64)],
    samples: usize,
    weights: &'static [f64],
    intercepts: [f64; OUTPUTS],
}

/// scikit-learn 1.9.1 on numpy 2.4.6, solvers exact or run to a tolerance of 1e-14.
#[rustfmt::skip]
const PEERS: &[Peer] = &[
    // `LinearRegression()`.
    Peer { name: "linear", given: &[], samples: 12, weights: &[0.912731110793557, 0.08519308559155823, -1.9107504156250408, 0.5983478227979522, 0.2892051996842253, 0.16010041792816448], intercepts: [0.5186923477630416, -0.8858907967902786] },
    // `LinearRegression(fit_intercept=False)`.
    Peer { name: "linear", given: &[("intercept", 0.0)], samples: 12, weights: &[1.008626792961972, -0.07859013321107151, -1.9813289450473974, 0.718891088832062, 0.3926174889973827, -0.016520648051763592], intercepts: [0.0, 0.0] },
    // `Ridge(alpha=0.7)`.
    Peer { name: "ridge", given: &[("alpha", 0.7)], samples: 12, weights: &[0.8190455236074019, 0.0912164359444898, -1.8007041638423225, 0.5740987206822494, 0.25092383561948023, 0.15976856816628493], intercepts: [0.5473179801589132, -0.8877757989108341] },
    // `Lasso(alpha=0.2)`.
    Peer { name: "lasso", given: &[("alpha", 0.2), ("tolerance", 1e-13)], samples: 12, weights: &[0.5885187398757509, 0.0, -1.6251165417760731, 0.5169112896683996, 0.09044864846863945, 0.0527874921807867], intercepts: [0.6330706244465528, -0.8471627423583821] },
    // `ElasticNet(alpha=0.3, l1_ratio=0.4)`.
    Peer { name: "elastic_net", given: &[("alpha", 0.3), ("l1_ratio", 0.4), ("tolerance", 1e-13)], samples: 12, weights: &[0.5143010147831973, 0.015564193515571315, -1.4761691330021602, 0.4971761750288988, 0.0911940364193526, 0.09282062431160754], intercepts: [0.6494664449833305, -0.8623109542879228] },
    // `PolynomialFeatures(2, include_bias=False)` and `LinearRegression()`.
    Peer { name: "polynomial", given: &[], samples: 12, weights: &[0.9791459648601426, 0.020204288130839965, -1.9688979763057148, 0.6144477978211069, 0.44700766300058425, 0.11511390611389047, -0.014375079312421657, 0.03628231785531644, -0.003762072148591089, 0.052099089483390676, -0.08530664470645721, 0.05007586312841952, 0.12960199592425525, -0.09166959684671086, 0.08316672299287853, 0.03274362850144519, -0.05875253483768539, -0.045696850628934874], intercepts: [0.3553196633386445, -0.7091127419373975] },
    // `PolynomialFeatures(2, include_bias=False)` and `Ridge(alpha=0.7)`.
    Peer { name: "polynomial_ridge", given: &[("alpha", 0.7)], samples: 12, weights: &[0.6142688061900737, 0.06789811471955888, -1.4671881013114356, 0.530238228278653, -0.21867281451454593, 0.19435013790461486, 0.07012430878350769, 0.028984847052589507, 0.11401219444234686, 0.02952539604086751, 0.053985439285809, 0.04173844099115822, -0.39177126374026017, -0.02117108782423181, -0.18185477503252298, 0.055458443987790366, 0.3117851629472992, -0.09316387172965623], intercepts: [0.6443016982280704, -0.7464333026174567] },
    // The same of fewer samples than features.
    Peer { name: "polynomial_ridge", given: &[("alpha", 0.7)], samples: 4, weights: &[0.11166893655778128, -0.033393814739139834, -0.24217389720222982, 0.12025709926733642, -0.42914554523010706, 0.19022227826323224, 0.16840001337509256, -0.10541823522178073, -0.15675560255478005, 0.048373936452343, -0.24657991004013197, 0.13056994038567468, 0.10713618276421538, -0.05612222578294524, 0.04086548260701086, 0.006075473149840947, -0.1619976678427725, 0.08122149816815104], intercepts: [1.5006118320592625, -1.1069181034922533] },
    // `LogisticRegression(C=2)` of each output above its mean, as far as rounded there.
    Peer { name: "logistic", given: &[("alpha", 0.5)], samples: 12, weights: &[0.7369358038231211, 0.38776329287643135, -1.7996867252651203, 1.930634108260574, -0.0442895986225724, 0.6472943185416081], intercepts: [1.6487804626891178, -0.27987085443534526] },
];

/// The condition of the worst of the systems, some hundreds, times rounding; and what scikit-learn's own stopping leaves.
const TOLERANCE: f64 = 1e-10;

#[test]
fn weights_are_those_of_another_implementation() {
    let (features, numbers) = (features(), targets());
    let classes: Vec<f64> = numbers
        .chunks_exact(OUTPUTS)
        .flat_map(|y| [y[0] > 0.0, y[1] > -1.0])
        .map(|above| f64::from(u8::from(above)))
        .collect();
    for Peer { name, given, samples, weights, intercepts } in PEERS {
        let targets = if *name == "logistic" { &classes } else { &numbers };
        let (features, targets) = (&features[..samples * WIDTH], &targets[..samples * OUTPUTS]);
        let fitted = fitted(name, given, &Samples { features, targets, width: WIDTH, outputs: OUTPUTS });
        let fitted = fitted.expect("there is a fit");
        assert_eq!(fitted.weights().len(), weights.len(), "{name}");
        let all = fitted.weights().iter().zip(*weights).chain(fitted.intercepts().iter().zip(intercepts));
        for (found, right) in all {
            assert!((found - right).abs() < TOLERANCE, "{name}: {found}, not {right}");
        }
    }
}

#[test]
fn a_readout_gives_what_it_was_fitted_to() {
    let features = features();
    let products = |x: &[f32]| f64::from(x[0]) * f64::from(x[2]) - 3.0 * f64::from(x[1]) + 0.25;
    let targets: Vec<f64> = features.chunks_exact(WIDTH).map(products).collect();
    let samples = Samples { features: &features, targets: &targets, width: WIDTH, outputs: 1 };
    let fitted = fitted("polynomial", &[], &samples).expect("there is a fit");
    let mut output = [0.0];
    fitted.predict(&[0.3, -0.7, 1.9], &mut output);
    assert!((output[0] - products(&[0.3, -0.7, 1.9])).abs() < 1e-12, "{output:?}");
}

/// The probability that scikit-learn gives the first sample's first output.
#[test]
fn a_logistic_readout_gives_probabilities() {
    let features = features();
    let targets: Vec<f64> = targets().chunks_exact(2).map(|y| f64::from(u8::from(y[0] > 0.0))).collect();
    let samples = Samples { features: &features, targets: &targets, width: WIDTH, outputs: 1 };
    let fitted = fitted("logistic", &[("alpha", 0.5)], &samples).expect("there is a fit");
    let mut output = [0.0];
    fitted.predict(&features[..WIDTH], &mut output);
    assert!((output[0] - 0.5643848476403595).abs() < TOLERANCE, "{output:?}");
}

/// What an online learner makes of all samples.
fn learned(mut learner: Box<dyn Online>, rounds: usize) -> Vec<f64> {
    let (features, targets) = (features(), targets());
    let mut weights = vec![0.0; WIDTH * OUTPUTS];
    for _ in 0..rounds {
        for (x, t) in features.chunks_exact(WIDTH).zip(targets.chunks_exact(OUTPUTS)) {
            let output = |o| (0..WIDTH).map(|k| f64::from(x[k]) * weights[k * OUTPUTS + o]).sum();
            let outputs: [f64; OUTPUTS] = [output(0), output(1)];
            learner.learn(&mut weights, x, &outputs, t);
        }
    }
    weights
}

#[test]
fn recursive_least_squares_is_ridge_regression_sample_by_sample() {
    let (features, targets) = (features(), targets());
    let samples = Samples { features: &features, targets: &targets, width: WIDTH, outputs: OUTPUTS };
    let ridge = fitted("ridge", &[("alpha", 0.4), ("intercept", 0.0)], &samples).expect("there is a fit");
    let pairs: [(&str, &[(&str, f64)]); 2] = [("rls", &[("initial", 2.5)]), ("force", &[("alpha", 0.4)])];
    for (name, given) in pairs {
        for (found, right) in learned(online(name, given), 1).iter().zip(ridge.weights()) {
            assert!((found - right).abs() < 1e-12, "{name}: {found}, not {right}");
        }
    }
}

#[test]
fn forgetting_weighs_samples_by_their_age() {
    // The same as ridge regression of samples that are scaled by √λ for each that comes later, the penalty being scaled by all.
    let (features, targets, forgetting) = (features(), targets(), 0.8f64);
    let age = |k: usize| forgetting.powi(11 - k as i32).sqrt();
    let scaled: Vec<f32> = (0..36).map(|k| (f64::from(features[k]) * age(k / WIDTH)) as f32).collect();
    let wanted: Vec<f64> = (0..24).map(|k| targets[k] * age(k / OUTPUTS)).collect();
    let alpha = forgetting.powi(12) / 5.0;
    let samples = Samples { features: &scaled, targets: &wanted, width: WIDTH, outputs: OUTPUTS };
    let ridge = fitted("ridge", &[("alpha", alpha), ("intercept", 0.0)], &samples).expect("there is a fit");
    let learner = online("rls", &[("initial", 5.0), ("forgetting", forgetting)]);
    for (found, right) in learned(learner, 1).iter().zip(ridge.weights()) {
        // The scaled features are rounded to single precision.
        assert!((found - right).abs() < 1e-6, "{found}, not {right}");
    }
}

#[test]
fn least_mean_squares_steps_against_the_error_and_ends_near_the_least() {
    let mut weights = [0.5, -0.5];
    online("lms", &[("alpha", 0.1)]).learn(&mut weights, &[2.0], &[1.0, -1.0], &[3.0, 0.0]);
    // w − 0.1 · 2 · (1 − 3), w − 0.1 · 2 · (−1 − 0).
    assert!((weights[0] - 0.9).abs() < 1e-15 && (weights[1] + 0.3).abs() < 1e-15, "{weights:?}");

    let (features, targets) = (features(), targets());
    let samples = Samples { features: &features, targets: &targets, width: WIDTH, outputs: OUTPUTS };
    let least = fitted("linear", &[("intercept", 0.0)], &samples).expect("there is a fit");
    for (found, right) in learned(online("lms", &[("alpha", 1e-3)]), 20_000).iter().zip(least.weights()) {
        assert!((found - right).abs() < 0.01, "{found}, not {right}");
    }
}

#[test]
fn what_has_no_solution_is_said() {
    let refused = |name, given: &[(&str, f64)], features: &[f32], targets: &[f64]| {
        let samples = Samples { features, targets, width: 2, outputs: 1 };
        fitted(name, given, &samples).err().expect("there is no fit")
    };
    let twins = [1.0, 1.0, 2.0, 2.0, 4.0, 4.0];
    let message = refused("linear", &[], &twins, &[1.0, 2.0, 3.0]);
    assert_eq!(message, "the features depend on each other: leave some out, or use `ridge`");
    let message = refused("linear", &[], &twins[..2], &[1.0]);
    assert_eq!(message, "1 samples cannot fix 2 weights: give more samples, or use `ridge`");
    let message = refused("ridge", &[], &[], &[]);
    assert_eq!(message, "there is nothing to fit: no sample, or no feature");
    let apart = [1.0, 0.3, 2.0, 0.1, -1.0, 0.2, -2.0, 0.4];
    let message = refused("logistic", &[("alpha", 0.0)], &apart, &[1.0, 1.0, 0.0, 0.0]);
    assert!(message.contains("depend on each other") || message.contains("raise `alpha`"), "{message}");
    let message = refused("lasso", &[("alpha", 1e-3), ("rounds", 1.0)], &apart, &[1.0, 0.3, 0.2, -1.0]);
    assert!(message.starts_with("weights still move after 1 rounds"), "{message}");
}

#[test]
fn every_learner_is_compared() {
    let registry = Registry::linked().expect("names are unique");
    let learners = registry.all::<LearnerModel>();
    let known =
        |name: &str| PEERS.iter().any(|peer| peer.name == name) || ["rls", "force", "lms"].contains(&name);
    assert_eq!(learners.len(), 10);
    learners.iter().for_each(|learner| assert!(known(learner.entry.name), "{}", learner.entry.name));
}
