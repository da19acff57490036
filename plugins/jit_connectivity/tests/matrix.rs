//! One matrix, whichever way it is used: stored and just-in-time agree on every synapse, forwards, transposed, by spikes and by
//! vectors, for any number of shards; gradients are those of finite differences.

use std::ops::Range;

use ecs_core::network::{
    Arrivals, ConnectPlan, ConnectorModel, Inbox, Operator, OperatorModel, Registry, Target,
};
use ecs_core::random::Distribution;
use jit_connectivity as _;

const N: u64 = 700;
const FREE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
/// Sums of some hundred weights in single precision, in another order.
const ROUNDING: f32 = 1e-4;

/// Rule and its parameters, in table order.
const RULES: [(&str, &[f64]); 6] = [
    ("fixed_probability", &[0.15, 1.0]),
    ("fixed_probability", &[0.02, 0.0]),
    ("fixed_outdegree", &[90.0, 1.0, 1.0]),
    ("fixed_outdegree", &[40.0, 0.0, 1.0]),
    ("fixed_outdegree", &[700.0, 0.0, 1.0]),
    ("fixed_indegree", &[60.0, 1.0, 1.0]),
];

const LAWS: [Distribution; 5] = [
    Distribution::Constant(0.5),
    Distribution::Uniform { lo: 0.25, hi: 2.0 },
    Distribution::Normal { mean: 1.0, sd: 0.5, min: FREE.0, max: FREE.1 },
    Distribution::TruncatedNormal { mean: 1.0, sd: 0.5, min: 0.1, max: 3.0 },
    Distribution::LogNormal { mean: 1.0, sd: 0.5, min: 0.1, max: 3.0 },
];

struct Ask<'a> {
    rule: (&'a str, &'a [f64]),
    weight: Distribution,
    bounds: &'a [u32],
    double: bool,
    post: Range<u64>,
}

fn plan<'a>(ask: &Ask<'a>) -> ConnectPlan<'a> {
    ConnectPlan {
        pre: 0..N,
        post: ask.post.clone(),
        sizes: (N, N),
        recurrent: true,
        weight: ask.weight,
        delay: Distribution::Constant(1.5),
        dt: 0.1,
        seed: 5,
        stream: 2,
        double: ask.double,
        bounds: ask.bounds,
        threads: 2,
        params: ask.rule.1,
        edges: None,
        spaces: [None, None],
        initialisers: [None, None],
        plasticity: None,
    }
}

fn operator(storage: &str, ask: &Ask<'_>) -> Box<dyn Operator> {
    let registry = Registry::linked().expect("names are unique");
    let connector = registry.find::<ConnectorModel>(ask.rule.0).expect("a rule");
    let model = registry.find::<OperatorModel>(storage).expect("a way to hold synapses");
    (model.check)(connector, &plan(ask)).unwrap_or_else(|e| panic!("{e}"));
    (model.connect)(connector, plan(ask), &mut |_, _| ()).unwrap_or_else(|e| panic!("{e}"))
}

fn ask<'a>(rule: (&'a str, &'a [f64]), weight: Distribution) -> Ask<'a> {
    Ask { rule, weight, bounds: &[0, N as u32], double: false, post: 0..N }
}

/// The matrix, as what a spike of each neuron brings.
fn rows(operator: &dyn Operator) -> Vec<Vec<f32>> {
    let row = |i: u32| {
        let mut row = vec![0.0; N as usize];
        let inbox = Inbox::Sum32(&mut row);
        let mut target = Target { inbox, first: 0, neurons: N as usize, slots: 1, slot: 0 };
        operator.deliver(0, Arrivals::plain(0, &[i]), &mut target);
        row
    };
    (0..N as u32).map(row).collect()
}

/// What reaches each neuron, shard by shard, in bits.
fn delivered(operator: &dyn Operator, bounds: &[u32], spikes: Arrivals<'_>, double: bool) -> Vec<u64> {
    let mut all = Vec::new();
    for (shard, ends) in bounds.windows(2).enumerate() {
        let (first, neurons) = (ends[0], (ends[1] - ends[0]) as usize);
        let target = |inbox| Target { inbox, first, neurons, slots: 1, slot: 0 };
        let (mut single, mut twice) = (vec![0f32; neurons], vec![0f64; neurons]);
        if double {
            operator.deliver(shard, spikes, &mut target(Inbox::Sum64(&mut twice)));
            all.extend(twice.iter().map(|x| x.to_bits()));
        } else {
            operator.deliver(shard, spikes, &mut target(Inbox::Sum32(&mut single)));
            all.extend(single.iter().map(|x| u64::from(x.to_bits())));
        }
    }
    all
}

#[test]
fn stored_and_just_in_time_deliver_the_same_bits_for_any_shards() {
    let spikes: Vec<u32> = (0..N as u32).filter(|k| k % 7 < 3).collect();
    let gains: Vec<f64> = spikes.iter().map(|k| 0.25 + f64::from(k % 5)).collect();
    for rule in RULES {
        for weight in LAWS {
            for double in [false, true] {
                let base = Ask { double, ..ask(rule, weight) };
                let stored = operator("stored", &base);
                for spikes in [
                    Arrivals::plain(0, &spikes),
                    Arrivals { step: 0, neurons: &spikes, gains: &gains },
                    Arrivals::plain(0, &spikes[..5]),
                ] {
                    let right = delivered(&*stored, base.bounds, spikes, double);
                    assert!(right.iter().any(|bits| *bits != 0));
                    for bounds in [&[0, 700][..], &[0, 320, 700], &[0, 192, 448, 700], &[0, 1, 2, 699, 700]] {
                        let jit = operator("just_in_time", &Ask { bounds, double, ..ask(rule, weight) });
                        let found = delivered(&*jit, bounds, spikes, double);
                        assert!(found == right, "{rule:?} {weight:?} {bounds:?} double {double}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_range_of_the_post_neurons_is_reached_and_no_other() {
    for (case, rule) in [RULES[1], RULES[3], RULES[5]].into_iter().enumerate() {
        // Rows that meet themselves and rows that do not; a part border within.
        let asked = || Ask { post: 100..400, ..ask((rule.0, rule.1), LAWS[1]) };
        let (stored, jit) =
            (rows(&*operator("stored", &asked())), rows(&*operator("just_in_time", &asked())));
        assert!(stored == jit, "{rule:?}");
        let outside = |j: usize| !(100..400).contains(&j);
        assert!(jit.iter().all(|row| row.iter().enumerate().all(|(j, w)| !outside(j) || *w == 0.0)));
        // 300 x 700 pairs with 0.02; 700 rows of 40; 300 neurons with 60.
        let synapses = jit.iter().flatten().filter(|w| **w != 0.0).count();
        let (right, spread) = [(4194.0, 64.0), (26_236.0, 60.0), (17_250.0, 30.0)][case];
        assert!((synapses as f64 - right).abs() < 6.0 * spread, "{rule:?}: {synapses}");
    }
}

/// Numbers between -1 and 1 without a period.
fn wave(size: usize, step: f32) -> Vec<f32> {
    (0..size).map(|k| (k as f32 * step + 0.1).sin()).collect()
}

#[track_caller]
fn near(found: &[f32], right: &[f32], place: &str) {
    for (k, (x, y)) in found.iter().zip(right).enumerate() {
        assert!((x - y).abs() <= ROUNDING * y.abs().max(1.0), "{place}: entry {k} is {x}, expected {y}");
    }
}

#[test]
fn all_products_are_those_of_the_stored_matrix() {
    let n = N as usize;
    for rule in RULES {
        for weight in LAWS {
            let place = format!("{rule:?} {weight:?}");
            let jit = operator("just_in_time", &ask(rule, weight));
            let matrix = rows(&*operator("stored", &ask(rule, weight)));
            assert!(rows(&*jit) == matrix, "{place}");
            let x = wave(3 * n, 0.3);
            let (mut post, mut pre) = (vec![0.0; 3 * n], vec![0.0; 3 * n]);
            jit.forward_many(&x, &mut post, 3);
            jit.transposed_many(&x, &mut pre, 3);
            let of =
                |all: &[f32], column: usize| all.iter().skip(column).step_by(3).copied().collect::<Vec<_>>();
            for column in 0..3 {
                let x = &of(&x, column)[..];
                let right: Vec<f32> = (0..n)
                    .map(|j| (0..n).map(|i| f64::from(matrix[i][j] * x[i])).sum::<f64>() as f32)
                    .collect();
                near(&of(&post, column), &right, &place);
                let right: Vec<f32> = matrix
                    .iter()
                    .map(|row| row.iter().zip(x).map(|(w, x)| f64::from(w * x)).sum::<f64>() as f32)
                    .collect();
                near(&of(&pre, column), &right, &place);
                let mut alone = vec![0.0; n];
                jit.transposed(x, &mut alone);
                near(&alone, &right, &place);
            }
        }
    }
}

#[test]
fn products_with_many_columns_have_the_bits_of_each_alone_stored_or_not() {
    let n = N as usize;
    for rule in RULES {
        for weight in LAWS {
            let [stored, jit] =
                ["stored", "just_in_time"].map(|storage| operator(storage, &ask(rule, weight)));
            for columns in [1, 5, 16, 32] {
                let x = wave(columns * n, 0.3);
                let [stored_post, jit_post] = [&stored, &jit].map(|operator| {
                    let mut post = wave(columns * n, 0.1);
                    operator.forward_many(&x, &mut post, columns);
                    post
                });
                assert!(stored_post == jit_post, "{rule:?} {weight:?}: {columns} columns");
                let column = columns - 1;
                let own =
                    |all: &[f32]| all.iter().skip(column).step_by(columns).copied().collect::<Vec<f32>>();
                let mut alone = own(&wave(columns * n, 0.1));
                stored.forward(&own(&x), &mut alone);
                assert!(alone == own(&stored_post), "{rule:?} {weight:?}: column {column} of {columns}");
            }
        }
    }
}

#[test]
fn weight_gradients_are_those_of_the_stored_synapses() {
    let (x, y) = (wave(N as usize, 0.3), wave(N as usize, 0.7));
    for rule in RULES {
        let [stored, jit] = ["stored", "just_in_time"].map(|storage| {
            let (operator, mut all) = (operator(storage, &ask(rule, LAWS[1])), Vec::new());
            operator.weight_gradient(&x, &y, &mut |synapse, gradient| all.push((synapse, gradient)));
            assert_eq!(all.len() as u64, operator.transfer().synapses, "{rule:?} {storage}");
            all
        });
        assert!(stored == jit, "{rule:?}");
    }
}

/// loss = sum of y_j (W^T x)_j, whose gradient with respect to a parameter is what `law_gradient` gives.
fn loss(rule: (&str, &[f64]), weight: Distribution, x: &[f32], y: &[f32]) -> f64 {
    let mut post = vec![0.0; N as usize];
    operator("just_in_time", &Ask { double: true, ..ask(rule, weight) }).forward(x, &mut post);
    post.iter().zip(y).map(|(post, y)| f64::from(*post) * f64::from(*y)).sum()
}

#[test]
fn gradients_of_the_law_are_those_of_finite_differences() {
    let (x, y) = (wave(N as usize, 0.3), wave(N as usize, 0.7));
    let laws: [fn([f64; 2]) -> Distribution; 4] = [
        |[value, _]| Distribution::Constant(value),
        |[lo, hi]| Distribution::Uniform { lo, hi },
        |[mean, sd]| Distribution::Normal { mean, sd, min: FREE.0, max: FREE.1 },
        |[mean, sd]| Distribution::LogNormal { mean, sd, min: FREE.0, max: FREE.1 },
    ];
    for rule in [RULES[0], RULES[3], RULES[5]] {
        for law in laws {
            let at = [1.0, 1.5];
            let operator = operator("just_in_time", &ask(rule, law(at)));
            let mut found = Vec::new();
            operator.law_gradient(&x, &y, &mut |name, gradient| found.push((name, gradient)));
            assert_eq!(found.len(), law(at).parameters().len());
            for (k, (name, gradient)) in found.into_iter().enumerate() {
                const STEP: f64 = 1e-2;
                let moved = |by: f64| {
                    let mut at = at;
                    at[k] += by;
                    loss(rule, law(at), &x, &y)
                };
                let right = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
                // Weights are read back in single precision, and the log-normal law is curved over the step.
                assert!(
                    (gradient - right).abs() < 2e-3 * right.abs().max(1.0),
                    "{rule:?} {name}: {gradient} against {right}"
                );
            }
        }
    }
    let mut called = false;
    operator("stored", &ask(RULES[0], LAWS[0])).law_gradient(&x, &y, &mut |_, _| called = true);
    assert!(!called, "stored weights follow no law");
}

#[test]
fn facts_are_those_of_the_stored_network_but_for_the_memory() {
    for rule in RULES {
        let [stored, jit] =
            ["stored", "just_in_time"].map(|storage| operator(storage, &ask(rule, LAWS[0])).transfer());
        assert_eq!(
            (stored.synapses, stored.delay, stored.shared_weight),
            (jit.synapses, jit.delay, jit.shared_weight)
        );
        assert!(jit.most_per_neuron >= stored.most_per_neuron, "{rule:?}: a bound");
        assert!(jit.bytes <= 12 * (N + 2), "{rule:?}: {} bytes", jit.bytes);
    }
}

fn refused(rule: (&str, &[f64]), change: impl FnOnce(&mut ConnectPlan<'_>)) -> String {
    let registry = Registry::linked().expect("names are unique");
    let connector = registry.find::<ConnectorModel>(rule.0).expect("a rule");
    let model = registry.find::<OperatorModel>("just_in_time").expect("it is linked");
    let ask = ask(rule, LAWS[0]);
    let mut plan = plan(&ask);
    change(&mut plan);
    (model.check)(connector, &plan).expect_err("it cannot be drawn again")
}

#[test]
fn what_cannot_be_drawn_again_is_refused_with_what_to_do() {
    const REST: &str = "cannot be drawn again at each spike; `storage = \"just_in_time\"` takes `fixed_probability`, and \
                        `fixed_outdegree` and `fixed_indegree` with repeats and self connections; write `storage = \"stored\"`";
    for (rule, params, what) in [
        ("one_to_one", &[][..], "rule `one_to_one`"),
        ("fixed_total", &[50.0], "rule `fixed_total`"),
        // Rules of places.
        ("grid_four", &[], "rule `grid_four`"),
        ("gaussian", &[1.0], "rule `gaussian`"),
        ("fixed_outdegree", &[5.0, 1.0, 0.0], "rule `fixed_outdegree` with `multiple = 0`"),
        ("fixed_indegree", &[5.0, 1.0, 0.0], "rule `fixed_indegree` with `multiple = 0`"),
        ("fixed_indegree", &[5.0, 0.0, 1.0], "rule `fixed_indegree` with `self_connections = 0`"),
    ] {
        assert_eq!(refused((rule, params), |_| ()), format!("{what} {REST}"));
    }
    assert_eq!(
        refused(RULES[0], |plan| plan.delay = Distribution::Uniform { lo: 0.1, hi: 2.0 }),
        "delays that differ cannot be drawn again at each spike; `storage = \"just_in_time\"` takes one delay for all synapses; give \
         one, or write `storage = \"stored\"`"
    );
    assert!(refused(("fixed_probability", &[1.5]), |_| ()).contains("0 to 1 is allowed"));
    let wrong = Distribution::Normal { mean: 0.0, sd: -1.0, min: 0.0, max: 1.0 };
    assert!(refused(RULES[0], |plan| plan.weight = wrong).starts_with("`weight`: `sd` is -1"));
}

#[test]
fn rows_that_are_asked_for_are_those_that_spikes_bring_and_move_with_the_law() {
    const STEP: f64 = 1e-5;
    let neurons: Vec<u32> = (0..N as u32).filter(|k| k % 3 > 0).collect();
    for rule in RULES {
        for weight in LAWS {
            let asked = Ask { double: true, ..ask(rule, weight) };
            let jit = operator("just_in_time", &asked);
            let bounds = asked.bounds;
            assert_eq!(jit.law(), Some(weight));
            let mut sums = vec![0.0; N as usize];
            let mut slopes = [0.0; 2];
            assert!(jit.rows(&neurons, true, &mut |row| {
                assert_eq!([row.targets.len(), row.slopes.len()], [row.weights.len(); 2]);
                for ((target, weight), slope) in row.targets.iter().zip(row.weights).zip(row.slopes) {
                    sums[*target as usize] += weight;
                    (0..2).for_each(|k| slopes[k] += slope[k]);
                }
            }));
            let bits: Vec<u64> = sums.iter().map(|x: &f64| x.to_bits()).collect();
            assert!(
                bits == delivered(&*jit, bounds, Arrivals::plain(0, &neurons), true),
                "{rule:?} {weight:?}"
            );
            for k in 0..weight.parameters().len() {
                let total = |by: f64| {
                    let mut values = weight.values();
                    values[k] += by;
                    let moved = jit.with_law(weight.with_values(values)).expect("laws can be changed");
                    let mut sum = 0.0;
                    moved.rows(&neurons, false, &mut |row| sum += row.weights.iter().sum::<f64>());
                    sum
                };
                let right = (total(STEP) - total(-STEP)) / (2.0 * STEP);
                let close = (slopes[k] - right).abs() < 1e-4 * right.abs().max(1.0);
                assert!(close, "{rule:?} {weight:?} {k}: {} against {right}", slopes[k]);
            }
        }
    }
}
