//! Rates: Poisson events at rates that change with time: the law of their counts in every step.

mod rig;

use std::f64::consts::TAU;

use ecs_core::model::Instructions;
use ecs_core::network::{Reach, Stimulus, StimulusPlan};
use rig::{DT, SIGMA, input, refused, stimulus, stimulus_plan, with_lists, writes};

const N: usize = 20_000;

fn steps(rates: &[f64], times: &[f64]) -> StimulusPlan {
    let plan = stimulus_plan("inhomogeneous_poisson", Reach::Range(0..N as u32), &[]);
    with_lists(plan, &[("times", times), ("rates", rates)])
}

fn wave(given: &[(&str, f64)]) -> StimulusPlan {
    stimulus_plan("sinusoidal_poisson", Reach::Range(0..N as u32), given)
}

/// That the counts of a step have the mean and the variance of a Poisson law.
fn assert_poisson(stimulus: &dyn Stimulus, step: u64, mean: f64) {
    let counts = input(stimulus, step, &[N]);
    let n = N as f64;
    let found = counts.iter().sum::<f64>() / n;
    let variance = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / n;
    assert!((found - mean).abs() < SIGMA * (mean / n).sqrt(), "step {step}: mean {found} against {mean}");
    let error = SIGMA * ((mean + 2.0 * mean * mean) / n).sqrt();
    assert!((variance - mean).abs() < error, "step {step}: variance {variance} against {mean}");
}

#[test]
fn counts_follow_the_rate_of_their_step() {
    // Highest means of 0.05 and 6 events in a step: thinned blocks, and distributions added up.
    for scale in [1.0, 120.0] {
        let rates = [100.0, 500.0, 0.0, 300.0].map(|rate| rate * scale);
        let events = stimulus("inhomogeneous_poisson", &steps(&rates, &[0.2, 0.4, 0.6, 0.9])).unwrap();
        assert_eq!(writes(&*events, 11), [2, 3, 4, 5, 9, 10]);
        for (step, rate) in [(2, rates[0]), (3, rates[0]), (4, rates[1]), (5, rates[1]), (10, rates[3])] {
            assert_poisson(&*events, step, rate * DT * 1e-3);
        }
    }
}

#[test]
fn a_rate_that_stays_gives_the_very_events_of_poisson() {
    for rate in [20.0, 300.0, 2_000.0, 40_000.0, 200_000.0] {
        let changing = stimulus("inhomogeneous_poisson", &steps(&[rate], &[0.0])).unwrap();
        let plan = stimulus_plan("poisson", Reach::Range(0..N as u32), &[("rate", rate)]);
        let steady = stimulus("poisson", &plan).unwrap();
        for step in [0, 1, 77] {
            let found = input(&*changing, step, &[N]);
            assert!(found.iter().any(|count| *count > 0.0));
            assert!(found == input(&*steady, step, &[N]), "rate {rate}, step {step}");
        }
    }
}

#[test]
fn a_sinusoidal_rate_goes_up_and_down() {
    for scale in [1.0, 100.0] {
        let (rate, amplitude, frequency) = (400.0 * scale, 300.0 * scale, 3_700.0);
        let given = [("rate", rate), ("amplitude", amplitude), ("frequency", frequency), ("phase", 60.0)];
        let events =
            stimulus("sinusoidal_poisson", &wave(&[&given[..], &[("start", 1.0)]].concat())).unwrap();
        let omega = TAU * frequency * 1e-3;
        // The integral of the rate, in events.
        let integral = |t: f64| (rate * t - amplitude / omega * (omega * t + TAU / 6.0).cos()) * 1e-3;
        assert!(!events.acts(&rig::clock(9)));
        for step in 10..30 {
            let time = (step as f64 - 10.0) * DT;
            assert_poisson(&*events, step, integral(time + DT) - integral(time));
        }
    }
}

#[test]
fn a_rate_below_zero_is_none() {
    let given = [("rate", 100.0), ("amplitude", 10_000.0), ("frequency", 100.0)];
    let events = stimulus("sinusoidal_poisson", &wave(&given)).unwrap();
    // A period is 100 steps; sin < -0.01 from a little after its middle to a little before its end.
    let silent: Vec<u64> = (0..100).filter(|n| !events.acts(&rig::clock(*n))).collect();
    assert_eq!(silent, (50..100).collect::<Vec<_>>());
    assert_eq!(
        writes(
            &*stimulus("sinusoidal_poisson", &wave(&[("rate", 0.0), ("amplitude", 0.0), ("frequency", 1.0)]))
                .unwrap(),
            9
        ),
        []
    );
}

#[test]
fn shards_and_instruction_sets_change_no_bit() {
    for scale in [1.0, 120.0] {
        let given = [("rate", 300.0 * scale), ("amplitude", 200.0 * scale), ("frequency", 700.0)];
        let plan = StimulusPlan { weight: 0.3, ..wave(&given) };
        let right = input(&*stimulus("sinusoidal_poisson", &plan).unwrap(), 5, &[N]);
        assert!(right.iter().any(|x| *x > 0.0));
        for level in Instructions::available() {
            let events = stimulation::sinusoidal_poisson::build_for(&plan, *level).unwrap();
            assert!(input(&*events, 5, &[N]) == right, "{level:?}");
            assert!(input(&*events, 5, &[1, 130, 7_777, N]) == right, "{level:?}, in shards");
        }
        let few = StimulusPlan { reach: Reach::List(vec![3, 200, 15_000]), ..plan };
        let found = input(&*stimulus("sinusoidal_poisson", &few).unwrap(), 5, &[N]);
        assert_eq!([3, 200, 15_000].map(|k: usize| found[k]), [3, 200, 15_000].map(|k: usize| right[k]));
    }
}

#[test]
fn impossible_rates_are_refused() {
    let refusal = |rates: &[f64], times: &[f64]| refused("inhomogeneous_poisson", &steps(rates, times));
    assert!(refusal(&[1.0], &[]).contains("`times` has 0 entries and `rates` 1"));
    assert!(refusal(&[1.0, -2.0], &[0.0, 1.0]).contains("`rates`: entry 1 is -2 Hz"));
    assert!(refusal(&[1.0, 2.0], &[1.0, 1.0]).contains("1 ms follows 1 ms"));
    assert!(refusal(&[1e9], &[0.0]).contains("`rates` make 100000 events in a step"));
    let wave = |rate: f64, amplitude: f64, frequency: f64| {
        refused(
            "sinusoidal_poisson",
            &wave(&[("rate", rate), ("amplitude", amplitude), ("frequency", frequency)]),
        )
    };
    assert!(wave(-1.0, 0.0, 1.0).contains("`rate` is -1"));
    assert!(wave(1.0, f64::NAN, 1.0).contains("`amplitude` is NaN"));
    assert!(wave(9e7, 9e7, 1.0).contains("`rate` and `amplitude` make 18000 events"));
    let heavy = StimulusPlan { weight: f64::INFINITY, ..steps(&[1.0], &[0.0]) };
    assert!(refused("inhomogeneous_poisson", &heavy).contains("`weight` is inf"));
}
