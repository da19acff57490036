//! Processes: that currents drawn at random have the law they claim, and depend on nothing but seed, stream, neuron and step.

mod rig;

use ecs_core::network::{Clock, Reach, Stimulus, StimulusPlan, Values};
use rig::{SIGMA, input, input_at, refused, stimulus, stimulus_plan, writes};

const N: usize = 20_000;

fn plan(name: &str, given: &[(&str, f64)]) -> StimulusPlan {
    stimulus_plan(name, Reach::Range(0..N as u32), given)
}

fn mean(x: impl Iterator<Item = f64>) -> f64 {
    x.sum::<f64>() / N as f64
}

/// That normal numbers `x` about `centre` have the deviation `sd`: their second and fourth moments and their mean.
fn assert_normal(x: &[f64], centre: f64, sd: f64, what: &str) {
    let error = SIGMA / (N as f64).sqrt();
    let z = || x.iter().map(|x| (x - centre) / sd);
    let (first, second, fourth) = (mean(z()), mean(z().map(|z| z * z)), mean(z().map(|z| z.powi(4))));
    assert!(first.abs() < error, "{what}: mean {first} deviations off");
    assert!((second - 1.0).abs() < error * 2f64.sqrt(), "{what}: variance {second} times the law's");
    // The eighth moment of a normal is 105, so the fourth has the variance 105 - 9.
    assert!((fourth - 3.0).abs() < error * 96f64.sqrt(), "{what}: fourth moment {fourth} instead of 3");
}

fn correlation(a: &[f64], b: &[f64], centre: f64, sd: f64) -> f64 {
    mean(a.iter().zip(b).map(|(a, b)| (a - centre) * (b - centre))) / (sd * sd)
}

/// Inputs of all neurons at steps 0 to `steps`, asked in order.
fn history(stimulus: &dyn Stimulus, dt: f64, steps: u64) -> Vec<Vec<f64>> {
    (0..steps).map(|step| input_at(stimulus, &Clock { step, dt, seed: 2 }, &[N])).collect()
}

#[test]
fn increments_of_a_wiener_process_have_the_variance_of_their_time() {
    for dt in [0.025, 0.1, 1.0] {
        let clock = Clock { step: 0, dt, seed: 2 };
        let plan = StimulusPlan { clock, ..plan("wiener_process", &[("mean", 3.0), ("sd", 2.0)]) };
        let found = history(&*stimulus("wiener_process", &plan).unwrap(), dt, 2);
        assert_normal(&found[0], 3.0, 2.0 * dt.sqrt(), &format!("dt {dt}"));
        let error = SIGMA / (N as f64).sqrt();
        assert!(
            correlation(&found[0], &found[1], 3.0, 2.0 * dt.sqrt()).abs() < error,
            "steps are independent"
        );
        assert!(correlation(&found[0], &found[0][1..], 3.0, 2.0 * dt.sqrt()).abs() < error, "neurons too");
    }
}

#[test]
fn an_ornstein_uhlenbeck_process_grows_to_its_deviation_whatever_the_step() {
    const TAU: f64 = 2.0;
    // Steps far below, near and above the time constant: a step of Euler's would be off by 5 %, a third, and without bound.
    for dt in [0.1, 1.0, 5.0] {
        let clock = Clock { step: 0, dt, seed: 2 };
        let given = [("mean", 5.0), ("sd", 3.0), ("tau", TAU)];
        let plan = StimulusPlan { clock, ..plan("ou_process", &given) };
        let found = history(&*stimulus("ou_process", &plan).unwrap(), dt, 31);
        assert!(found[0].iter().all(|x| *x == 5.0), "it begins at its mean");
        for step in [1, 2, 7, 30] {
            let sd = 3.0 * (1.0 - f64::exp(-2.0 * step as f64 * dt / TAU)).sqrt();
            assert_normal(&found[step], 5.0, sd, &format!("dt {dt}, step {step}"));
        }
    }
}

#[test]
fn a_stationary_process_keeps_its_deviation_and_forgets_exponentially() {
    let given = [("mean", -1.0), ("sd", 4.0), ("tau", 1.0), ("stationary", 1.0)];
    let found = history(&*stimulus("ou_process", &plan("ou_process", &given)).unwrap(), rig::DT, 40);
    for step in [0, 1, 39] {
        assert_normal(&found[step], -1.0, 4.0, &format!("step {step}"));
    }
    for lag in [1, 5, 10, 30] {
        let right = f64::exp(-(lag as f64) * rig::DT);
        // A product of two normals with correlation r has the variance 1 + r².
        let error = SIGMA * ((1.0 + right * right) / N as f64).sqrt();
        let found = correlation(&found[5], &found[5 + lag], -1.0, 4.0);
        assert!((found - right).abs() < error, "lag {lag}: {found} against {right}");
    }
    let error = SIGMA / (N as f64).sqrt();
    assert!(correlation(&found[20], &found[20][1..], -1.0, 4.0).abs() < error, "neurons are independent");
}

#[test]
fn shared_processes_are_one_for_all() {
    for (name, given) in [
        ("wiener_process", &[("sd", 2.0), ("shared", 1.0)][..]),
        ("ou_process", &[("sd", 2.0), ("tau", 1.0), ("shared", 1.0)]),
    ] {
        let mut plan = plan(name, given);
        plan.params[1] = Values::Each((0..N).map(|k| if k == 0 { 4.0 } else { 2.0 }).collect());
        let found = history(&*stimulus(name, &plan).unwrap(), rig::DT, 5);
        let last = &found[4];
        assert!(last[1] != 0.0 && last[1..].iter().all(|x| *x == last[1]), "{name}");
        assert_eq!(last[0], 2.0 * last[1], "{name}: each neuron has its own deviation");
        assert_ne!(found[3][1], last[1]);
    }
}

#[test]
fn processes_depend_on_no_shard_no_neighbour_and_no_second_look() {
    for (name, given) in [
        ("wiener_process", &[("sd", 2.0)][..]),
        ("ou_process", &[("sd", 2.0), ("tau", 1.0), ("stationary", 1.0)]),
    ] {
        let new = |reach| stimulus(name, &stimulus_plan(name, reach, given)).unwrap();
        let ways = [&[300][..], &[1, 64, 65, 200, 300], &[150, 300]];
        let [one, many, two] = [0, 1, 2].map(|_| new(Reach::Range(0..300)));
        let few = new(Reach::List(vec![7, 250]));
        for step in 0..20 {
            let right = input(&*one, step, ways[0]);
            assert_eq!(input(&*one, step, ways[0]), right, "{name}: asked twice");
            assert_eq!(input(&*many, step, ways[1]), right, "{name}: in five shards");
            assert_eq!(input(&*two, step, ways[2]), right, "{name}: in two shards");
            let found = input(&*few, step, &[300]);
            assert_eq!((found[7], found[250], found[8]), (right[7], right[250], 0.0), "{name}");
        }
    }
}

#[test]
fn processes_keep_to_their_window() {
    for (name, given) in
        [("wiener_process", &[("sd", 2.0)][..]), ("ou_process", &[("sd", 2.0), ("tau", 1.0)])]
    {
        let window = [given, &[("start", 0.3), ("stop", 0.6)]].concat();
        let found = stimulus(name, &plan(name, &window)).unwrap();
        assert_eq!(writes(&*found, 20), [0, 3, 4, 5, 6]);
        assert!(input(&*found, 2, &[N]).iter().chain(&input(&*found, 6, &[N])).all(|x| *x == 0.0));
        assert!(input(&*found, 3, &[N]).is_sorted() == (name == "ou_process"));
    }
}

#[test]
fn impossible_processes_are_refused() {
    let ou = |given: &[(&str, f64)]| refused("ou_process", &plan("ou_process", given));
    assert!(ou(&[("sd", 1.0), ("tau", 0.0)]).contains("`tau` is 0; a finite number above 0"));
    assert!(ou(&[("sd", -1.0), ("tau", 1.0)]).contains("`sd` is -1; a finite number from 0 on"));
    assert!(ou(&[("sd", 1.0), ("tau", 1.0), ("stationary", 0.5)]).contains("`stationary` is 0.5"));
    let wiener = |given: &[(&str, f64)]| refused("wiener_process", &plan("wiener_process", given));
    assert!(wiener(&[("sd", f64::INFINITY)]).contains("`sd` is inf"));
    assert!(wiener(&[("sd", 1.0), ("start", 2.0), ("stop", 1.0)]).contains("`start` = 2 ms lies after"));
}
