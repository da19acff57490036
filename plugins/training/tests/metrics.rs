//! Metrics: against scikit-learn, over one batch and over several.

use ecs_core::network::Registry;
use ecs_core::training::{Batch, Metric, MetricModel, Plan, Target, Wanted};
use training::metric::confusion::Confusion;

const CLASSES: [u32; 8] = [0, 1, 2, 2, 1, 0, 3, 2];

/// Eight rows of five classes, the right ones raised, and numbers to compare them with.
fn prediction() -> Vec<f64> {
    let raised = |k: usize| if k % 5 == CLASSES[k / 5] as usize { 0.9 } else { 0.0 };
    (0..40).map(|k| (k as f64 * 0.8).sin() + raised(k)).collect()
}

fn numbers() -> Vec<f64> {
    (0..40).map(|k| (f64::from(k) * 0.8).cos()).collect()
}

fn model(name: &str) -> &'static MetricModel {
    Registry::linked().expect("names are unique").find(name).expect("it is registered")
}

fn metric(name: &str, k: Option<f64>) -> Box<dyn Metric> {
    let model = model(name);
    let plan = Plan::defaults(model.entry.params);
    let plan = k.map_or(plan.clone(), |k| plan.with(model.entry.params, "k", k));
    (model.build)(&plan).expect("the plan is right")
}

/// scikit-learn 1.9.1: `accuracy_score`, `top_k_accuracy_score(k=2)`, `precision_score`, `recall_score` and `f1_score` with
/// `average="macro"`, `r2_score`, `mean_squared_error`, `mean_absolute_error`.
const RIGHT: [(&str, Option<f64>, f64); 8] = [
    ("accuracy", None, 0.375),
    ("top_k", Some(2.0), 0.875),
    ("precision", None, 0.36666666666666664),
    ("recall", None, 0.36666666666666664),
    ("f1", None, 0.36),
    ("r2", None, -1.2399188500425389),
    ("mse", None, 1.1247215978027014),
    ("mae", None, 0.9411142089774369),
];

#[test]
fn metrics_are_those_of_another_implementation_however_they_are_batched() {
    let (prediction, numbers) = (prediction(), numbers());
    for (name, k, right) in RIGHT {
        for rows in [8, 3, 1] {
            let mut metric = metric(name, k);
            assert!(metric.value().is_nan(), "{name} of nothing is no number");
            for pass in 0..2 {
                for (chunk, y) in prediction.chunks(rows * 5).enumerate() {
                    let at = chunk * rows;
                    let target = match model(name).target {
                        Wanted::Numbers => Target::Numbers(&numbers[at * 5..][..y.len()]),
                        _ => Target::Classes(&CLASSES[at..][..y.len() / 5]),
                    };
                    metric.add(&Batch { prediction: y, shape: [y.len() / 5, 1, 5], target });
                }
                let found = metric.value();
                assert!((found - right).abs() < 1e-13, "{name}, pass {pass}: {found}, not {right}");
                metric.reset();
            }
        }
    }
    let all = Registry::linked().expect("names are unique").all::<MetricModel>().len();
    assert_eq!(all, RIGHT.len(), "every metric is compared");
}

/// scikit-learn's `confusion_matrix`.
#[test]
fn the_confusion_matrix_says_what_was_taken_for_what() {
    let prediction = prediction();
    let mut confusion = Confusion::default();
    let target = Target::Classes(&CLASSES);
    confusion.add(&Batch { prediction: &prediction, shape: [8, 1, 5], target });
    let right = [1, 0, 1, 0, 0, 0, 0, 0, 0, 2, 2, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    assert_eq!(confusion, Confusion { classes: 5, counts: right.to_vec() });
    assert_eq!(confusion.count(1, 4), 2);
}

#[test]
fn targets_that_do_not_vary_are_explained_or_not() {
    let value = |y: [f64; 2]| {
        let mut metric = metric("r2", None);
        metric.add(&Batch { prediction: &y, shape: [2, 1, 1], target: Target::Numbers(&[3.0, 3.0]) });
        metric.value()
    };
    assert_eq!([value([3.0, 3.0]), value([3.0, 2.0])], [1.0, 0.0]);
}
