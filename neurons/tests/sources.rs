//! Sources: who fires when, how often, and what is refused.

use ecs_core::network::{Clock, Frames, Registry, SourceModel, SourcePlan, SpikeSource, Values};
use neurons as _;

/// Standard errors a mean may be off: once in two million tests.
const SIGMA: f64 = 5.0;

fn plan(size: usize, params: Vec<Values>) -> SourcePlan {
    let clock = Clock { step: 0, dt: 0.1, seed: 7 };
    SourcePlan {
        size,
        params,
        lists: vec![],
        events: vec![],
        frames: Frames::default(),
        heard: None,
        stream: 3,
        clock,
    }
}

fn build(name: &str, plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    (Registry::linked().expect("names are unique").find::<SourceModel>(name).expect("it is registered").build)(
        plan,
    )
}

fn refusal(name: &str, plan: &SourcePlan) -> String {
    build(name, plan).err().expect("it is refused")
}

/// The spikes of steps 0 to `steps`, `[step, spike]`.
fn run(name: &str, plan: &SourcePlan, steps: u64) -> Vec<Vec<u32>> {
    let mut source = build(name, plan).expect("the plan is in order");
    let step = |step| {
        let mut spikes = Vec::new();
        source.emit(&Clock { step, ..plan.clock }, &mut spikes);
        spikes
    };
    (0..steps).map(step).collect()
}

#[test]
fn poisson_neurons_fire_at_their_own_rates_in_ascending_order() {
    const STEPS: u64 = 40_000;
    let rates = [0.0, 3.0, 40.0, 400.0, 0.5, 10_000.0, 40.0];
    let spikes = run("poisson", &plan(7, vec![Values::Each(rates.into())]), STEPS);
    assert!(spikes.iter().all(|step| step.is_sorted_by(|a, b| a < b)));
    for (neuron, rate) in rates.into_iter().enumerate() {
        let n = spikes.iter().flatten().filter(|k| **k == neuron as u32).count() as f64;
        let p = 1.0 - f64::exp(-rate * 1e-4);
        let error = SIGMA * (STEPS as f64 * p * (1.0 - p)).sqrt();
        assert!((n - STEPS as f64 * p).abs() <= error, "neuron {neuron}: {n} against {}", STEPS as f64 * p);
    }
}

#[test]
fn poisson_neurons_are_independent_of_each_other_and_of_the_step_before() {
    const STEPS: u64 = 20_000;
    let spikes = run("poisson", &plan(100, vec![Values::Uniform(200.0)]), STEPS);
    let counts: Vec<f64> = spikes.iter().map(|s| s.len() as f64).collect();
    let p = 1.0 - f64::exp(-0.02);
    let (mean, n) = (100.0 * p, STEPS as f64);
    let variance = mean * (1.0 - p);
    let found = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / n;
    // The binomial's kurtosis is near 3 + 1 / variance.
    assert!(
        (found - variance).abs() < SIGMA * variance * ((2.0 + 1.0 / variance) / n).sqrt(),
        "{found} against {variance}"
    );
    let next = counts.windows(2).map(|w| (w[0] - mean) * (w[1] - mean)).sum::<f64>() / n;
    assert!(next.abs() < SIGMA * variance / n.sqrt(), "covariance {next}");
}

#[test]
fn one_rate_for_all_and_for_each_are_the_same_spikes() {
    let all = run("poisson", &plan(50, vec![Values::Uniform(300.0)]), 200);
    assert_eq!(all, run("poisson", &plan(50, vec![Values::Each(vec![300.0; 50])]), 200));
    let other = SourcePlan { stream: 4, ..plan(50, vec![Values::Uniform(300.0)]) };
    assert_ne!(all, run("poisson", &other, 200));
    assert!(run("poisson", &plan(50, vec![Values::Uniform(0.0)]), 200).concat().is_empty());
}

#[test]
fn sources_fire_at_their_times() {
    let times = |spikes: Vec<Vec<u32>>| -> Vec<(u64, Vec<u32>)> {
        (0..).zip(spikes).filter(|(_, s)| !s.is_empty()).collect()
    };
    let regular = plan(2, vec![Values::Uniform(1_000.0), Values::Uniform(0.52)]);
    assert_eq!(times(run("regular", &regular, 26)), [(5, vec![0, 1]), (15, vec![0, 1]), (25, vec![0, 1])]);
    let each = plan(2, vec![Values::Each(vec![0.0, 2_500.0]), Values::Uniform(0.0)]);
    assert_eq!(times(run("regular", &each, 9)), [(0, vec![1]), (4, vec![1]), (8, vec![1])]);
    let list = SourcePlan { lists: vec![("times", vec![0.74, 0.2])], ..plan(2, vec![]) };
    assert_eq!(times(run("spike_times", &list, 20)), [(2, vec![0, 1]), (7, vec![0, 1])]);
    let file = SourcePlan { events: vec![(1, 1.0), (0, 0.0), (0, 1.0)], ..plan(2, vec![]) };
    assert_eq!(times(run("spike_times", &file, 20)), [(0, vec![0]), (10, vec![0, 1])]);
}

#[test]
fn impossible_sources_are_refused() {
    let fast = refusal("poisson", &plan(2, vec![Values::Each(vec![1.0, 20_000.0])]));
    assert!(fast.contains("neuron 1") && fast.contains("20000 Hz"), "{fast}");
    assert!(refusal("poisson", &plan(3, vec![Values::Each(vec![1.0, 2.0])])).contains("2 values"));
    assert!(refusal("poisson", &plan(1, vec![Values::Uniform(f64::NAN)])).contains("NaN"));
    assert!(
        refusal("regular", &plan(1, vec![Values::Uniform(-1.0), Values::Uniform(0.0)])).contains("-1 Hz")
    );
    assert!(
        refusal("regular", &plan(1, vec![Values::Uniform(1.0), Values::Uniform(-1.0)])).contains("`start`")
    );
    let events = |events| SourcePlan { events, ..plan(2, vec![]) };
    assert!(refusal("spike_times", &events(vec![(2, 1.0)])).contains("neuron 2"));
    assert!(refusal("spike_times", &events(vec![(0, 1.0), (0, -1.0)])).contains("time 1 is -1 ms"));
    assert!(refusal("spike_times", &events(vec![(0, f64::INFINITY)])).contains("inf"));
    assert!(
        refusal("spike_times", &events(vec![(1, 1.02), (1, 0.98)]))
            .contains("neuron 1 fires twice in step 10")
    );
    let both = SourcePlan { lists: vec![("times", vec![1.0])], ..events(vec![(0, 1.0)]) };
    assert!(refusal("spike_times", &both).contains("both"));
}
