//! Losses and regularisers: values of other implementations, and every gradient against differences.

use ecs_core::network::Registry;
use ecs_core::registry::Field;
use ecs_core::training::{Batch, LossModel, Plan, RegulariserModel, Target, Wanted};
use training::loss::paths::Paths;

/// Logits of three rows of four classes, numbers to compare them with, and classes.
const Y: [f64; 12] = [0.4, -1.2, 0.7, 2.1, 0.1, 0.9, -0.3, 0.2, -0.8, 1.5, 1.1, -0.6];
const T: [f64; 12] = [0.5, 0.2, 0.9, 2.6, 0.0, -1.4, 0.3, 0.2, 0.7, 1.0, -0.9, 0.4];
const CLASSES: [u32; 3] = [3, 0, 2];
const SHAPE: [usize; 3] = [3, 1, 4];

fn losses() -> Vec<&'static LossModel> {
    Registry::linked().expect("names are unique").all::<LossModel>().to_vec()
}

fn regularisers() -> Vec<&'static RegulariserModel> {
    Registry::linked().expect("names are unique").all::<RegulariserModel>().to_vec()
}

type Given<'a> = &'a [(&'a str, f64)];

fn plan(fields: &'static [Field], given: Given<'_>) -> Plan {
    given.iter().fold(Plan::defaults(fields), |plan, (name, value)| plan.with(fields, name, *value))
}

fn loss(name: &str, given: Given<'_>, weights: &[f64], batch: &Batch<'_>) -> (f64, Vec<f64>) {
    let model = losses().into_iter().find(|model| model.entry.name == name).expect("it is registered");
    let mut plan = plan(model.entry.params, given);
    plan.lists.iter_mut().for_each(|(_, list)| *list = weights.to_vec());
    let evaluate = (model.build)(&plan).expect("the plan is right");
    // What stands there before must not matter.
    let mut gradient = vec![f64::NAN; batch.prediction.len()];
    let value = evaluate(batch, &mut gradient);
    (value, gradient)
}

/// Rounding of some dozen operations in double precision.
const ROUNDING: f64 = 1e-14;

#[track_caller]
fn assert_same(name: &str, found: f64, right: f64) {
    assert!((found - right).abs() <= ROUNDING * right.abs().max(1.0), "{name}: {found}, not {right}");
}

/// `torch.nn.functional` of PyTorch 2.15.0 in double precision: `mse_loss`, half of it, `l1_loss`, `huber_loss`, `huber_loss(delta=0.6)`,
/// the mean of `log(cosh(y - t))`, and, of |y| and |t|, the mean squared difference of `log1p`.
#[test]
fn losses_of_numbers_are_those_of_pytorch() {
    let batch = Batch { prediction: &Y, shape: SHAPE, target: Target::Numbers(&T) };
    let value = |name, given| loss(name, given, &[], &batch).0;
    assert_same("mse", value("mse", &[]), 1.285);
    assert_same("l2", value("l2", &[]), 0.6425);
    assert_same("mae", value("mae", &[]), 0.85);
    assert_same("huber", value("huber", &[]), 0.5133333333333333);
    assert_same("huber", value("huber", &[("delta", 0.6)]), 0.3733333333333333);
    assert_same("log_cosh", value("log_cosh", &[]), 0.4530983013546968);
    let (y, t) = (Y.map(f64::abs), T.map(f64::abs));
    let batch = Batch { prediction: &y, shape: SHAPE, target: Target::Numbers(&t) };
    assert_same("msle", loss("msle", &[], &[], &batch).0, 0.045954908281796686);
}

/// PyTorch 2.15.0: `binary_cross_entropy_with_logits`, `cross_entropy` with and without weights, `ignore_index=0` and
/// `label_smoothing`, with classes and with `softmax(t)`, `nll_loss`, and `multi_margin_loss` times the number of classes.
#[test]
fn losses_of_classes_are_those_of_pytorch() {
    let answers = [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.5, 0.0, 0.0, 0.0, 1.0, 1.0];
    let batch = Batch { prediction: &Y, shape: SHAPE, target: Target::Numbers(&answers) };
    assert_same("sigmoid", loss("sigmoid_cross_entropy", &[], &[], &batch).0, 0.9816987633325684);

    let mut shares = T.map(f64::exp);
    shares.chunks_exact_mut(4).for_each(|row| {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|share| *share /= sum);
    });
    let batch = Batch { target: Target::Numbers(&shares), ..batch };
    let value = |given| loss("softmax_cross_entropy", given, &[], &batch).0;
    assert_same("softmax", value(&[]), 1.47687754694626);
    assert_same("smoothed softmax", value(&[("label_smoothing", 0.2)]), 1.5352003728956543);

    let batch = Batch { target: Target::Classes(&CLASSES), ..batch };
    let value = |name, given, weights: &[f64]| loss(name, given, weights, &batch).0;
    let weights = [0.5, 2.0, 1.0, 1.5];
    assert_same("classes", value("cross_entropy", &[], &[]), 1.0101583433598955);

    assert_same(
        "weighted",
        value("cross_entropy", &[("label_smoothing", 0.1)], &weights),
        0.9363630461747565,
    );
    assert_same("ignoring", value("cross_entropy", &[("ignore", 0.0)], &[]), 0.7104153802089763);
    let all = value("cross_entropy", &[("ignore", 0.0), ("label_smoothing", 0.1)], &weights);
    assert_same("ignoring and weighted", all, 0.766917473387509);
    assert_same("nll", value("nll", &[], &[]), -1.1);
    assert_same("margin", value("multi_margin", &[], &[]), 1.6333333333333335);
    let squared = value("multi_margin", &[("p", 2.0), ("margin", 0.7)], &[]);
    assert_same("squared margin", squared, 1.3966666666666665);
}

/// Two samples of five frames, the second of which has four that count.
fn sequences() -> (Vec<f64>, Vec<Vec<u32>>, Vec<usize>) {
    let logits = (0..40).map(|k| (f64::from(k) * 1.7).sin() * 1.5).collect();
    (logits, vec![vec![1, 1], vec![2, 3, 1]], vec![5, 4])
}

/// `torch.nn.functional.ctc_loss` of PyTorch 2.15.0, blank 0, mean over samples of the unreduced loss, and parts of its gradient by the
/// logits; forward probabilities of labels, `ctc_loss_with_forward_probs` of optax 0.2.8.
#[test]
fn temporal_classification_is_that_of_pytorch() {
    let (logits, labels, lengths) = sequences();
    let target = Target::Sequences(&labels, &lengths);
    let batch = Batch { prediction: &logits, shape: [2, 5, 4], target };
    let (value, gradient) = loss("ctc", &[], &[], &batch);
    assert_same("ctc", value, 3.933441924548919);
    let right = [-0.11090317551298537, 0.05034570353166441, 0.02842487487997939, 0.03213259710134157];
    gradient[4..8].iter().zip(right).for_each(|(found, right)| assert_same("first", *found, right));
    let right = [0.013011915274394593, -0.4488971546886924, 0.3302960884105473, 0.10558915100375048];
    gradient[32..36].iter().zip(right).for_each(|(found, right)| assert_same("second", *found, right));
    assert_eq!(gradient[36..], [0.0; 4], "what comes behind its end does not count");

    let paths = Paths::new(&logits[..20], 4, &labels[0], 0);
    assert_same("one sample", paths.loss(), 2.710068244894069);
    let first = [
        -0.36205912811038965,
        -0.7781540952471755,
        -1.9409754014699383,
        -3.8986062266727517,
        -6.16741006719963,
    ];
    let second = [-2.7116599946398403, -2.9315671387977313, -3.879560837695566];
    for (frame, right) in first.into_iter().enumerate() {
        assert_same("first label", paths.forward()[frame * 5 + 1], right);
    }
    for (frame, right) in second.into_iter().enumerate() {
        assert_same("second label", paths.forward()[(frame + 2) * 5 + 3], right);
    }
    let short = Paths::new(&logits[..8], 4, &labels[0], 0);
    assert_eq!(short.loss(), f64::INFINITY, "a label twice needs three frames");
}

/// By hand: one spike against none, of time constant τ and step dt, gives dt/τ Σ e^(−2 k dt/τ).
#[test]
fn one_spike_has_a_van_rossum_distance_of_about_one_half() {
    let mut spikes = vec![0.0; 2000];
    spikes[3] = 1.0;
    let nothing = vec![0.0; 2000];
    let batch = Batch { prediction: &spikes, shape: [1, 2000, 1], target: Target::Numbers(&nothing) };
    let (value, _) = loss("van_rossum", &[("tau", 10.0), ("dt", 0.1)], &[], &batch);
    assert_same("one spike", value, 0.01 / (1.0 - (-0.02f64).exp()));
    let batch = Batch { target: Target::Numbers(&spikes), ..batch };
    assert_eq!(loss("van_rossum", &[], &[], &batch).0, 0.0, "equal trains are not apart");
}

/// By hand: two samples of three frames and two classes.
#[test]
fn counts_and_first_spikes_are_compared_with_those_of_the_right_class() {
    let spikes = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
    let batch = Batch { prediction: &spikes, shape: [2, 3, 2], target: Target::Classes(&[0, 1]) };
    // Counts 2 and 1, 0 and 3; wanted 3 and 0, 0 and 3.
    assert_same("counts", loss("spike_count", &[], &[], &batch).0, 2.0 / 4.0);
    let rates: Given<'_> = &[("correct", 1.0), ("incorrect", 0.0)];
    assert_same("rates", loss("spike_rate", rates, &[], &batch).0, 2.0 / 9.0 / 4.0);

    let times = [5.0, 8.0];
    let batch = Batch { prediction: &times, shape: [1, 1, 2], target: Target::Classes(&[0]) };
    let (value, gradient) = loss("first_spike", &[("tau", 3.0)], &[], &batch);
    assert_same("first spike", value, (1.0 + (-1.0f64).exp()).ln());
    assert!(gradient[0] > 0.0 && gradient[1] < 0.0, "the right one should come earlier: {gradient:?}");
}

/// Of a central difference over 2e-5 in double precision.
const DIFFERENCE: f64 = 1e-8;

#[track_caller]
fn assert_slopes(what: &str, x: &[f64], gradient: &[f64], value: impl Fn(&[f64]) -> f64) {
    let h = 1e-5;
    for k in 0..x.len() {
        let at = |offset: f64| {
            let mut moved = x.to_vec();
            moved[k] += offset;
            value(&moved)
        };
        let slope = (at(h) - at(-h)) / (2.0 * h);
        let error = (slope - gradient[k]).abs();
        assert!(
            error < DIFFERENCE * slope.abs().max(1.0),
            "{what}, {k}: {} for a slope of {slope}",
            gradient[k]
        );
    }
}

#[test]
fn every_gradient_is_the_slope_of_its_loss() {
    let prediction: Vec<f64> = (0..40).map(|k| (f64::from(k) * 1.3).cos() * 0.8 + 0.01).collect();
    let numbers: Vec<f64> = (0..40).map(|k| (f64::from(k) * 0.9).sin() * 0.4 + 0.45).collect();
    let (_, labels, lengths) = sequences();
    let classes: Vec<u32> = (0..10).map(|k| k * 7 % 4).collect();
    let weights = [0.5, 2.0, 1.0, 1.5];
    let more: &[(&str, Given<'_>)] = &[
        ("cross_entropy", &[("label_smoothing", 0.2), ("ignore", 1.0)]),
        ("softmax_cross_entropy", &[("label_smoothing", 0.2)]),
        ("multi_margin", &[("p", 2.0)]),
        ("huber", &[("delta", 0.3)]),
        ("first_spike", &[("tau", 0.4)]),
        ("ctc", &[("blank", 3.0)]),
    ];
    let all = losses();
    assert_eq!(all.len(), 16, "those of the field are there");
    let plain: Vec<(&str, Given<'_>)> = all.iter().map(|model| (model.entry.name, [].as_slice())).collect();
    for (name, given) in plain.iter().chain(more) {
        let model = all.iter().find(|model| model.entry.name == *name).expect("it is registered");
        let target = match model.target {
            Wanted::Numbers => Target::Numbers(&numbers),
            Wanted::Classes => Target::Classes(&classes),
            Wanted::Sequences => Target::Sequences(&labels, &lengths),
        };
        let batch = Batch { prediction: &prediction, shape: [2, 5, 4], target };
        let value = |x: &[f64]| loss(name, given, &weights, &Batch { prediction: x, ..batch }).0;
        let (_, gradient) = loss(name, given, &weights, &batch);
        assert!(gradient.iter().any(|slope| *slope != 0.0), "{name} has a slope");
        assert_slopes(name, &prediction, &gradient, value);
    }
}

#[test]
fn every_regulariser_adds_the_slope_of_its_penalty() {
    let x: Vec<f64> = (0..20).map(|k| (f64::from(k) * 1.3).cos() * 3.0 + 0.01).collect();
    let cases: &[(&str, Given<'_>, f64)] = &[
        // By hand in numpy 2.4: `norm`, `mean(abs)`, `mean(square)`, `mean(log(cosh))`, and the two ranges spelled out.
        ("l2_norm", &[("strength", 2.0)], 19.31586880294536),
        ("mean_absolute", &[], 1.9447633151920491),
        ("mean_square", &[("strength", 0.3)], 1.3991354535472422),
        ("log_cosh", &[("strength", 0.3)], 0.4017219191190852),
        ("firing_rate", &[("lower", 0.5), ("upper", 1.5), ("strength", 0.7)], 2.547154343933397),
        ("voltage", &[("lower", -1.0), ("upper", 0.4)], 2.5579822616004635),
        (
            "voltage",
            &[("lower", -1.0), ("upper", 0.4), ("exponent", 2.0), ("strength", 3.0)],
            19.629819751987867,
        ),
    ];
    assert_eq!(regularisers().len(), 6);
    for model in regularisers() {
        assert!(cases.iter().any(|(name, ..)| *name == model.entry.name), "{} is tested", model.entry.name);
    }
    for (name, given, right) in cases {
        let model = regularisers().into_iter().find(|m| m.entry.name == *name).expect("it is registered");
        let penalise = (model.build)(&plan(model.entry.params, given)).expect("the plan is right");
        let mut gradient = vec![1.0; x.len()];
        assert_same(name, penalise(&x, &mut gradient), *right);
        gradient.iter_mut().for_each(|slope| *slope -= 1.0);
        assert_slopes(name, &x, &gradient, |x| penalise(x, &mut vec![0.0; x.len()]));
    }
}

#[test]
fn a_range_that_is_none_is_refused() {
    for model in regularisers().into_iter().filter(|m| m.entry.params.iter().any(|f| f.name == "upper")) {
        let upside_down = plan(model.entry.params, &[("lower", 2.0), ("upper", 1.0)]);
        assert_eq!(
            (model.build)(&upside_down).err().as_deref(),
            Some("`lower` is 2, above `upper`, which is 1")
        );
    }
}
