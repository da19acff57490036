//! Injected currents: when they are written, what they are, and what is refused.

use ecs_core::network::{
    Clock, Frames, Inbox, Reach, Registry, Stimulus, StimulusModel, StimulusPlan, Values,
};
use stimulation as _;

/// Standard errors a mean may be off: once in two million tests.
const SIGMA: f64 = 5.0;
const NEVER: Values = Values::Uniform(f64::INFINITY);

fn clock(step: u64) -> Clock {
    Clock { step, dt: 0.1, seed: 2 }
}

fn plan(params: Vec<Values>) -> StimulusPlan {
    let reach = Reach::Range(2..5);
    StimulusPlan {
        reach,
        params,
        lists: vec![],
        frames: Frames::default(),
        heard: None,
        weight: 1.0,
        stream: 1,
        clock: clock(0),
    }
}

fn build(name: &str, plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    (Registry::linked()
        .expect("names are unique")
        .find::<StimulusModel>(name)
        .expect("it is registered")
        .build)(plan)
}

fn refusal(name: &str, plan: &StimulusPlan) -> String {
    build(name, plan).err().expect("it is refused")
}

/// The current of `n` neurons at a step, each shard cleared before.
fn current(stimulus: &dyn Stimulus, step: u64, shards: &[usize]) -> Vec<f32> {
    let (mut all, mut start) = (vec![0.0; *shards.last().expect("there is a shard")], 0);
    for &end in shards {
        stimulus.add(&clock(step), &(start..end), &mut Inbox::Sum32(&mut all[start..end]));
        start = end;
    }
    all
}

fn writes(stimulus: &dyn Stimulus, steps: u64) -> Vec<u64> {
    (0..steps).filter(|n| stimulus.acts(&clock(*n))).collect()
}

#[test]
fn every_stimulus_is_registered_with_its_table() {
    for (name, events) in [("constant", false), ("noise", false), ("poisson", true), ("steps", false)] {
        let model = Registry::linked()
            .expect("names are unique")
            .find::<StimulusModel>(name)
            .expect("it is registered");
        assert_eq!((model.events, model.entry.drive.is_none()), (events, events), "{name}");
        assert!(!model.entry.params.is_empty() && model.entry.doc.starts_with("//! "));
    }
}

#[test]
fn a_constant_is_written_when_it_starts_and_when_it_stops() {
    let values = Values::Each(vec![1.0, 2.0, 3.0]);
    let stimulus =
        build("constant", &plan(vec![values, Values::Uniform(1.0), Values::Uniform(2.0)])).unwrap();
    assert_eq!(writes(&*stimulus, 100), [0, 10, 20]);
    assert_eq!(current(&*stimulus, 9, &[6]), [0.0; 6]);
    assert_eq!(current(&*stimulus, 10, &[6]), [0.0, 0.0, 1.0, 2.0, 3.0, 0.0]);
    assert_eq!(current(&*stimulus, 19, &[3, 4, 6]), [0.0, 0.0, 1.0, 2.0, 3.0, 0.0]);
    assert_eq!(current(&*stimulus, 20, &[6]), [0.0; 6]);
}

#[test]
fn a_run_that_goes_on_writes_its_currents_again() {
    let later =
        StimulusPlan { clock: clock(50), ..plan(vec![Values::Uniform(1.0), Values::Uniform(0.0), NEVER]) };
    assert_eq!(writes(&*build("constant", &later).unwrap(), 100), [0, 50]);
}

#[test]
fn steps_change_at_their_times() {
    let lists = vec![("times", vec![0.5, 1.04]), ("amplitudes", vec![2.0, -1.0])];
    let reach = Reach::List(vec![1, 3]);
    let stimulus = build("steps", &StimulusPlan { lists, reach, ..plan(vec![]) }).unwrap();
    assert_eq!(writes(&*stimulus, 100), [0, 5, 10]);
    assert_eq!(current(&*stimulus, 4, &[4]), [0.0; 4]);
    assert_eq!(current(&*stimulus, 5, &[2, 4]), [0.0, 2.0, 0.0, 2.0]);
    assert_eq!(current(&*stimulus, 99, &[3, 4]), [0.0, -1.0, 0.0, -1.0]);
}

fn noise(n: u32, every: f64) -> StimulusPlan {
    let params =
        vec![Values::Uniform(3.0), Values::Uniform(2.0), Values::Uniform(every), Values::Uniform(0.5), NEVER];
    StimulusPlan { reach: Reach::Range(0..n), ..plan(params) }
}

#[test]
fn noise_has_its_mean_and_deviation_and_no_memory() {
    const N: usize = 10_000;
    let stimulus = build("noise", &noise(N as u32, 0.0)).unwrap();
    let [now, next] =
        [5, 6].map(|n| current(&*stimulus, n, &[N]).into_iter().map(f64::from).collect::<Vec<_>>());
    let mean = |x: &mut dyn Iterator<Item = f64>| x.sum::<f64>() / N as f64;
    let error = SIGMA / (N as f64).sqrt();
    assert!((mean(&mut now.iter().copied()) - 3.0).abs() < 2.0 * error);
    assert!((mean(&mut now.iter().map(|x| (x - 3.0).powi(2))) - 4.0).abs() < 4.0 * error * 2f64.sqrt());
    let covariance = |a: &[f64], b: &[f64]| mean(&mut a.iter().zip(b).map(|(a, b)| (a - 3.0) * (b - 3.0)));
    assert!(covariance(&now, &next).abs() < 4.0 * error && covariance(&now, &now[1..]).abs() < 4.0 * error);
}

#[test]
fn noise_is_drawn_at_its_interval_and_does_not_depend_on_shards() {
    let stimulus = build("noise", &noise(300, 0.3)).unwrap();
    assert_eq!(writes(&*stimulus, 15), [0, 5, 8, 11, 14]);
    let right = current(&*stimulus, 8, &[300]);
    assert_eq!(current(&*stimulus, 10, &[300]), right);
    assert_ne!(current(&*stimulus, 11, &[300]), right);
    assert_eq!(current(&*stimulus, 8, &[1, 64, 65, 200, 300]), right);
    assert_eq!(current(&*stimulus, 4, &[300]), [0.0; 300]);
    let part = StimulusPlan { reach: Reach::List(vec![7, 250]), ..noise(300, 0.3) };
    let found = current(&*build("noise", &part).unwrap(), 8, &[300]);
    assert_eq!((found[7], found[250], found[8]), (right[7], right[250], 0.0));
}

#[test]
fn impossible_currents_are_refused() {
    let one = |x| Values::Uniform(x);
    assert!(refusal("constant", &plan(vec![one(f64::NAN), one(0.0), NEVER])).contains("`amplitude` is NaN"));
    assert!(
        refusal("constant", &plan(vec![one(1.0), one(2.0), one(1.0)])).contains("`start` = 2 ms lies after")
    );
    assert!(refusal("constant", &plan(vec![one(1.0), one(-2.0), NEVER])).contains("`start` is -2 ms"));
    let differing = plan(vec![one(1.0), Values::Each(vec![1.0; 3]), NEVER]);
    assert!(refusal("constant", &differing).contains("`start` differs"));
    assert!(refusal("constant", &plan(vec![Values::Each(vec![1.0]), one(0.0), NEVER])).contains("1 values"));
    let mut loud = noise(3, 0.1);
    loud.params[1] = one(-1.0);
    assert!(refusal("noise", &loud).contains("`sd` is -1"));
    let steps = |times: &[f64], amplitudes: &[f64]| {
        let lists = vec![("times", times.to_vec()), ("amplitudes", amplitudes.to_vec())];
        refusal("steps", &StimulusPlan { lists, ..plan(vec![]) })
    };
    assert!(steps(&[1.0], &[]).contains("1 entries and `amplitudes` 0"));
    assert!(steps(&[], &[]).contains("1 or more"));
    assert!(steps(&[2.0, 1.0], &[1.0, 1.0]).contains("1 ms follows 2 ms"));
    assert!(steps(&[-1.0], &[1.0]).contains("begins with -1 ms"));
    assert!(steps(&[1.0], &[f64::INFINITY]).contains("entry 0 is inf"));
}
