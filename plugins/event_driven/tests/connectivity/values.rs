//! Weights and delays of synapses.

use ecs_core::random::{Distribution, Purpose};
use event_driven::build::{Plan, build};
use event_driven::csr::{Csr, Delays, Weights};
use event_driven::ends::Ends;
use event_driven::estimate::estimate;
use event_driven::rules::{ConnectError, FixedOutdegree, FixedProbability, Rule};

use crate::plan;

/// Standard errors a moment may be off; see `laws`.
const SIGMA: f64 = 4.5;
const N: u32 = 2_000;
const K: u32 = 100;

fn with(weight: Distribution, delay: Distribution) -> Result<Csr, ConnectError> {
    let rule = FixedOutdegree { k: K, self_connections: true, multiple: true };
    let plan = Plan { weight, delay, ..plan(31, &[0, N]) };
    build(&rule, &Ends::within(N.into()), &plan, &mut |_, _| {})
}

fn weights(law: Distribution) -> Vec<f64> {
    match with(law, Distribution::Constant(1.0)).expect("a possible request").weights {
        Weights::F32(weights) => weights.into_iter().map(f64::from).collect(),
        other => panic!("one weight for each synapse, not {other:?}"),
    }
}

fn delays(law: Distribution) -> Vec<f64> {
    match with(Distribution::Constant(1.0), law).expect("a possible request").delays {
        Delays::U8(steps) => steps.into_iter().map(f64::from).collect(),
        Delays::U16(steps) => steps.into_iter().map(f64::from).collect(),
        other => panic!("one delay for each synapse, not {other:?}"),
    }
}

fn mean_and_sd(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt())
}

fn assert_moments(values: &[f64], mean: f64, sd: f64) {
    let (found, spread) = mean_and_sd(values);
    assert!((found - mean).abs() < SIGMA * sd / (values.len() as f64).sqrt(), "mean {found} against {mean}");
    // Relative standard error of a spread from n values is below 1 / sqrt(n) for a kurtosis below 5.
    assert!((spread / sd - 1.0).abs() < SIGMA / (values.len() as f64).sqrt(), "sd {spread} against {sd}");
}

#[test]
fn weights_have_the_moments_of_their_law() {
    let (min, max) = (f64::NEG_INFINITY, f64::INFINITY);
    assert_moments(&weights(Distribution::Normal { mean: -3.0, sd: 0.7, min, max }), -3.0, 0.7);
    assert_moments(&weights(Distribution::LogNormal { mean: 2.0, sd: 0.4, min, max }), 2.0, 0.4);
    assert_moments(&weights(Distribution::Uniform { lo: 1.0, hi: 3.0 }), 2.0, 1.0 / 3f64.sqrt());
}

#[test]
fn clipped_values_lie_on_the_bounds_as_often_as_they_would_lie_beyond() {
    let values = weights(Distribution::Normal { mean: 1.0, sd: 0.5, min: 0.5, max: 2.0 });
    assert!(values.iter().all(|weight| (0.5..=2.0).contains(weight)));
    let n = values.len() as f64;
    // One and two standard deviations: textbook tails.
    for (bound, tail) in [(0.5, 0.158_655), (2.0, 0.022_750)] {
        let found = values.iter().filter(|&&weight| weight == bound).count() as f64;
        assert!((found - tail * n).abs() < SIGMA * (tail * n).sqrt(), "{found} at {bound}");
    }
}

#[test]
fn delays_are_rounded_to_steps_of_at_least_one() {
    // Uniform from 0 to 5 ms at 0.1 ms: steps 2 to 49 have probability 1/50, step 1 has 1.5/50, step 50 has 0.5/50.
    let steps = delays(Distribution::Uniform { lo: 0.0, hi: 5.0 });
    let n = steps.len() as f64;
    for (step, share) in [(1.0, 0.03), (2.0, 0.02), (49.0, 0.02), (50.0, 0.01), (0.0, 0.0), (51.0, 0.0)] {
        let found = steps.iter().filter(|&&found| found == step).count() as f64;
        assert!((found - share * n).abs() <= SIGMA * (share * n).sqrt(), "{found} at {step}");
    }
    let below_zero = delays(Distribution::Normal { mean: 0.0, sd: 1.0, min: -9.0, max: 9.0 });
    assert!(below_zero.iter().all(|&step| step >= 1.0));
    let shared =
        |delay| with(Distribution::Constant(1.0), Distribution::Constant(delay)).map(|csr| csr.delays);
    assert_eq!(shared(1.5), Ok(Delays::Shared(15)));
    assert_eq!(shared(0.0), Ok(Delays::Shared(1)));
    assert_eq!(shared(7_000.0), Ok(Delays::Shared(70_000)));
    assert!(matches!(shared(-1.0), Err(ConnectError::Delay { .. })));
    let long = Distribution::Uniform { lo: 6_000.0, hi: 7_000.0 };
    assert!(matches!(with(Distribution::Constant(1.0), long), Err(ConnectError::Delay { .. })));
}

#[test]
fn a_weight_is_the_draw_of_its_row_and_rank() {
    let law = Distribution::LogNormal { mean: 1.0, sd: 1.0, min: 0.0, max: 9.0 };
    let plan = Plan { weight: law, ..plan(31, &[0, N]) };
    let key = plan.stream.key(Purpose::Weight);
    // Rows of a law are drawn part by part: those of 100 synapses in two halves.
    let chosen = FixedOutdegree { k: K, self_connections: true, multiple: false };
    let joined = FixedProbability { p: 0.05, self_connections: true };
    let cases: [(&dyn Rule, u32); 2] = [(&chosen, N), (&joined, 1024)];
    for (rule, border) in cases {
        let csr = build(rule, &Ends::within(N.into()), &plan, &mut |_, _| {}).expect("a possible request");
        let Weights::F32(weights) = &csr.weights else { panic!("one weight for each synapse") };
        for row in [0, 17, 1999] {
            let mut ranks = [0; 2];
            for at in csr.row(row) {
                let part = usize::from(csr.targets.at(at) >= border);
                let mut drawn = vec![0.0; ranks[part] + 1];
                law.sampler().fill_words(key, u64::from(row) | (part as u64) << 32, 0, &mut drawn);
                assert_eq!(weights[at], drawn[ranks[part]] as f32, "{rule:?}, row {row}");
                ranks[part] += 1;
            }
        }
    }
}

#[test]
fn weights_and_delays_are_independent_of_each_other() {
    let law = Distribution::Uniform { lo: 0.0, hi: 100.0 };
    let csr = with(law, law).expect("a possible request");
    let (Weights::F32(weights), Delays::U16(delays)) = (&csr.weights, &csr.delays) else {
        panic!("values for each synapse");
    };
    let product: Vec<f64> = weights
        .iter()
        .zip(delays)
        .map(|(&weight, &delay)| (f64::from(weight) - 50.0) * (f64::from(delay) / 10.0 - 50.0) / (1e4 / 12.0))
        .collect();
    let correlation = mean_and_sd(&product).0;
    assert!(correlation.abs() < SIGMA / (product.len() as f64).sqrt(), "{correlation}");
}

#[test]
fn a_synapse_takes_no_more_bytes_than_it_needs() {
    let (same, differing) = (Distribution::Constant(1.0), Distribution::Uniform { lo: 1.0, hi: 20.0 });
    for (posts, weight, delay, most) in [
        (60_000, same, same, 2.2),
        (70_000, same, same, 4.2),
        (70_000, differing, same, 8.2),
        (70_000, differing, differing, 9.2),
        (60_000, differing, differing, 7.2),
    ] {
        let rule = FixedOutdegree { k: 1000, self_connections: true, multiple: true };
        let bounds = [0, posts];
        let plan = Plan { weight, delay, ..plan(31, &bounds) };
        let ends = Ends::between(200, posts.into());
        let csr = build(&rule, &ends, &plan, &mut |_, _| {}).expect("a possible request");
        let each = csr.memory_bytes() as f64 / csr.synapses() as f64;
        assert!(each <= most, "{posts} {weight:?} {delay:?}: {each} bytes");
        let estimated = estimate(&rule, &ends, &plan).bytes;
        assert!((estimated / csr.memory_bytes() as f64 - 1.0).abs() < 1e-3, "estimated {estimated}");
    }
}

#[test]
fn delays_that_outgrow_a_byte_stay_what_they_were() {
    // Both laws take the same draws, so each of the long law is twice that of the short one.
    let law = |hi: f64| Distribution::Uniform { lo: 0.0, hi };
    let (short, long) = (delays(law(20.0)), delays(law(40.0)));
    assert!(long.iter().any(|steps| *steps > 255.0) && short.iter().all(|steps| *steps <= 200.0));
    // Rounding to steps moves each by a half at most, and the shortest delay is one step.
    let off = short.iter().zip(&long).map(|(short, long)| (2.0 * short - long).abs()).fold(0.0, f64::max);
    assert!(off <= 1.5, "{off} steps");
}
