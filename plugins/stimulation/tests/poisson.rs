//! Poisson input: the law of its counts, and that nothing but seed, stream, neuron and step decides them.

use std::ops::Range;

use ecs_core::model::Instructions;
use ecs_core::network::{Clock, Frames, Inbox, Reach, Stimulus, StimulusPlan, Values};
use stimulation::poisson::{build, build_for};

/// Standard errors a mean may be off: once in two million tests.
const SIGMA: f64 = 5.0;
const DT: f64 = 0.1;
/// Means of a step on both sides of every border between ways to draw.
const MEANS: [f64; 8] = [1e-4, 0.01, 0.062, 0.063, 0.5, 2.0, 8.0, 30.0];

fn plan(reach: Range<u32>, means: Values) -> StimulusPlan {
    let rate = |mean: f64| mean / (DT * 1e-3);
    let rates = match means {
        Values::Uniform(mean) => Values::Uniform(rate(mean)),
        Values::Each(means) => Values::Each(means.into_iter().map(rate).collect()),
    };
    StimulusPlan {
        reach: Reach::Range(reach),
        params: vec![rates, Values::Uniform(0.0), Values::Uniform(f64::INFINITY)],
        lists: vec![],
        frames: Frames::default(),
        heard: None,
        weight: 1.0,
        stream: 5,
        clock: Clock { step: 0, dt: DT, seed: 11 },
    }
}

/// What `size` neurons get in a step, drawn in shards that end at `ends`.
fn step(stimulus: &dyn Stimulus, step: u64, ends: &[usize]) -> Vec<f64> {
    let (mut all, mut start) = (vec![0.0; *ends.last().expect("there is a shard")], 0);
    for &end in ends {
        let input = &mut all[start..end];
        stimulus.add(&Clock { step, dt: DT, seed: 11 }, &(start..end), &mut Inbox::Sum64(input));
        start = end;
    }
    all
}

/// P(N = k), by logarithms.
fn probability(mean: f64, k: u64) -> f64 {
    let logarithm = k as f64 * mean.ln() - mean - (1..=k).map(|j| (j as f64).ln()).sum::<f64>();
    logarithm.exp()
}

/// Mean, variance and distribution of counts, in standard errors.
fn deviations(counts: &[f64], mean: f64) -> [f64; 3] {
    let n = counts.len() as f64;
    let found = counts.iter().sum::<f64>() / n;
    let variance = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / n;
    let (mut square, mut classes, mut rest) = (0.0, 0.0, (0.0, 0.0));
    for k in 0..200 {
        let expected = n * probability(mean, k);
        let seen = counts.iter().filter(|c| **c == k as f64).count() as f64;
        if expected < 10.0 {
            rest = (rest.0 + expected, rest.1 + seen);
        } else {
            square += (seen - expected).powi(2) / expected;
            classes += 1.0;
        }
    }
    square += (rest.1 - rest.0).powi(2) / rest.0.max(1.0);
    [
        (found - mean) / (mean / n).sqrt(),
        (variance - mean) / ((mean + 2.0 * mean * mean) / n).sqrt(),
        (square - classes) / (2.0f64 * classes).sqrt().max(1.0),
    ]
}

#[test]
fn counts_follow_the_poisson_law_at_every_mean() {
    for mean in MEANS {
        for values in [Values::Uniform(mean), Values::Each(vec![mean; 1_000])] {
            let stimulus = build(&plan(0..1_000, values)).unwrap();
            let counts: Vec<f64> = (0..400).flat_map(|n| step(&*stimulus, n, &[1_000])).collect();
            let found = deviations(&counts, mean);
            assert!(found.iter().all(|d| d.abs() < SIGMA), "mean {mean}: {found:?} standard errors");
            let wrong = deviations(&counts, mean * 1.1);
            assert!(mean < 0.01 || wrong[0].abs() > SIGMA, "mean {mean}: a wrong mean passes");
        }
    }
}

#[test]
fn each_neuron_has_its_own_rate() {
    for scale in [0.01, 1.0, 12.0] {
        let means: Vec<f64> = (0..200).map(|k| scale * f64::from(k % 5) / 4.0).collect();
        let stimulus = build(&plan(30..230, Values::Each(means.clone()))).unwrap();
        let mut sums = vec![0.0; 230];
        for n in 0..2_000 {
            sums.iter_mut().zip(step(&*stimulus, n, &[230])).for_each(|(sum, x)| *sum += x);
        }
        assert!(sums[..30].iter().all(|sum| *sum == 0.0));
        for (mean, sum) in means.iter().zip(&sums[30..]) {
            let right = mean * 2_000.0;
            assert!((sum - right).abs() <= SIGMA * (right + 1.0).sqrt(), "{sum} against {right}");
        }
    }
}

#[test]
fn neighbours_and_steps_are_independent() {
    const N: usize = 20_000;
    for mean in [0.02, 2.0] {
        let stimulus = build(&plan(0..N as u32, Values::Uniform(mean))).unwrap();
        let [now, next] = [0, 1].map(|n| step(&*stimulus, n, &[N]));
        let covariance =
            |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
        let error = SIGMA * mean * (N as f64).sqrt();
        assert!(covariance(&now, &next).abs() < error);
        for apart in [1, 16, 32, 64, 128, 4_096] {
            assert!(covariance(&now, &now[apart..]).abs() < error, "{apart} apart");
        }
    }
}

#[test]
fn shards_and_instruction_sets_change_no_bit() {
    for mean in MEANS {
        let each = Values::Each((0..900).map(|k| mean * f64::from(k % 7) / 6.0).collect());
        for values in [Values::Uniform(mean), each] {
            let whole = plan(57..957, values.clone());
            let reference = build(&whole).unwrap();
            for n in [0, 1, 1 << 33] {
                let right = step(&*reference, n, &[1_000]);
                for ends in [&[64, 512, 1_000][..], &[1, 57, 58, 300, 301, 956, 1_000], &[500, 500, 1_000]] {
                    assert_eq!(step(&*reference, n, ends), right, "mean {mean}, shards {ends:?}");
                }
                for level in Instructions::available() {
                    let other = build_for(&whole, *level).unwrap();
                    assert_eq!(step(&*other, n, &[1_000]), right, "mean {mean}, {level:?}");
                }
            }
        }
    }
}

#[test]
fn a_list_of_neurons_gets_what_the_range_around_it_would() {
    for mean in [0.03, 2.0] {
        let list: Vec<u32> = (0..400).filter(|k| k % 3 == 1).collect();
        let all = step(&*build(&plan(0..400, Values::Uniform(mean))).unwrap(), 3, &[400]);
        let part = StimulusPlan { reach: Reach::List(list.clone()), ..plan(0..0, Values::Uniform(mean)) };
        let found = step(&*build(&part).unwrap(), 3, &[100, 170, 400]);
        for k in 0..400 {
            let right = if list.contains(&(k as u32)) { all[k] } else { 0.0 };
            assert_eq!(found[k], right, "neuron {k}");
        }
        let own = StimulusPlan { params: plan(0..0, Values::Each(vec![mean; list.len()])).params, ..part };
        assert_eq!(step(&*build(&own).unwrap(), 3, &[100, 170, 400]), found);
    }
}

#[test]
fn weights_scale_counts_in_either_precision() {
    let weighted = StimulusPlan { weight: -0.1, ..plan(0..300, Values::Uniform(2.0)) };
    let stimulus = build(&weighted).unwrap();
    let counts = step(&*build(&plan(0..300, Values::Uniform(2.0))).unwrap(), 9, &[300]);
    assert_eq!(step(&*stimulus, 9, &[300]), counts.iter().map(|c| c * -0.1).collect::<Vec<_>>());
    let mut single = vec![1f32; 300];
    stimulus.add(&Clock { step: 9, dt: DT, seed: 11 }, &(0..300), &mut Inbox::Sum32(&mut single));
    assert!(single.iter().zip(&counts).all(|(x, c)| *x == 1.0 + *c as f32 * -0.1));
}

#[test]
fn events_come_from_start_until_stop() {
    let mut window = plan(0..64, Values::Uniform(2.0));
    window.params[1..].clone_from_slice(&[Values::Uniform(1.0), Values::Uniform(2.0)]);
    let stimulus = build(&window).unwrap();
    let acts = |step| stimulus.acts(&Clock { step, dt: DT, seed: 11 });
    assert_eq!([9, 10, 19, 20].map(acts), [false, true, true, false]);
    let silent = build(&plan(0..64, Values::Uniform(0.0))).unwrap();
    assert!(!silent.acts(&Clock { step: 0, dt: DT, seed: 11 }));
}

#[test]
fn impossible_rates_are_refused() {
    let refusal = |means| build(&plan(0..3, means)).err().expect("it is refused");
    assert!(refusal(Values::Uniform(-1.0)).contains("`rate` is -10000"));
    assert!(refusal(Values::Uniform(f64::NAN)).contains("`rate` is NaN"));
    assert!(refusal(Values::Uniform(2e4)).contains("`rate` makes 20000"));
    assert!(refusal(Values::Each(vec![1.0, 2.0])).contains("2 values"));
    let heavy = StimulusPlan { weight: f64::INFINITY, ..plan(0..3, Values::Uniform(1.0)) };
    assert!(build(&heavy).err().unwrap().contains("`weight` is inf"));
}
