//! Heard: encoders that an environment shows values tick by tick, and those of this kind that a scenario gives values.

mod rig;

use ecs_core::network::{Clock, Heard, Inbox, Reach, SourcePlan, Stimulus, StimulusPlan};
use rig::{DT, SIGMA, clock, source, source_plan, spikes, stimulus, stimulus_plan};

/// Steps of a tick.
const EVERY: u64 = 50;

/// A plan whose values come from an environment.
fn hearing(name: &str, size: usize, width: usize, given: &[(&str, f64)]) -> SourcePlan {
    let heard = Some(Heard { width, every: EVERY });
    SourcePlan { lists: vec![], heard, ..source_plan(name, size, &[], given) }
}

/// The spikes of a source that is shown these values, one tick after the other, `[step, spike]`.
fn told(name: &str, plan: &SourcePlan, ticks: &[&[f64]]) -> Vec<Vec<u32>> {
    let mut source = source(name, plan).unwrap_or_else(|e| panic!("{e}"));
    let step = |n: u64| {
        let mut spikes = Vec::new();
        let now = Clock { step: n, ..plan.clock };
        if n.is_multiple_of(EVERY) {
            source.hear(&now, ticks[(n / EVERY) as usize]);
        }
        source.emit(&now, &mut spikes);
        assert!(spikes.is_sorted_by(|a, b| a < b), "each neuron once, ascending");
        spikes
    };
    (0..ticks.len() as u64 * EVERY).map(step).collect()
}

/// Step and neuron of each spike.
fn events(spikes: &[Vec<u32>]) -> Vec<(usize, u32)> {
    spikes.iter().enumerate().flat_map(|(step, fired)| fired.iter().map(move |k| (step, *k))).collect()
}

#[test]
fn one_hot_fires_the_neuron_of_the_value() {
    let given = [("interval", 2.0)];
    // Two values with three neurons each; 3 and −1 are in no row.
    let plan = hearing("one_hot_encoder", 6, 2, &given);
    let found = events(&told("one_hot_encoder", &plan, &[&[2.0, 0.0], &[1.4, 3.0], &[-1.0, 2.0]]));
    let right = [
        (0, 2),
        (0, 3),
        (20, 2),
        (20, 3),
        (40, 2),
        (40, 3),
        (50, 1),
        (70, 1),
        (90, 1),
        (100, 5),
        (120, 5),
        (140, 5),
    ];
    assert_eq!(found, right);
    // One spike in a frame where no interval is given, and values of the scenario just so.
    let given = [("frame", 5.0)];
    let found = spikes("one_hot_encoder", &source_plan("one_hot_encoder", 3, &[2.0, 0.0, 1.0], &given), 200);
    assert_eq!(events(&found), [(0, 2), (50, 0), (100, 1)]);
    let refused =
        source("one_hot_encoder", &hearing("one_hot_encoder", 5, 2, &[])).err().expect("it is refused");
    assert!(refused.contains("5 neurons for 2 values; a multiple of 2"), "{refused}");
}

#[test]
fn regular_spikes_follow_the_integral_of_the_rate_to_within_one() {
    // 2 kHz at a step of 0.1 ms: 0.2 spikes in a step at the value 1.
    let plan = hearing("regular_encoder", 4, 4, &[("rate", 2000.0), ("min_val", -1.0)]);
    let ticks: [&[f64]; 3] = [&[1.0, 0.0, -1.0, 3.0], &[1.0, 0.5, -3.0, 1.0], &[1.0, -0.5, -1.0, 1.0]];
    let found = told("regular_encoder", &plan, &ticks);
    let (mut counts, mut integrals) = ([0.0_f64; 4], [0.0_f64; 4]);
    for (step, fired) in found.iter().enumerate() {
        let values = ticks[step / EVERY as usize];
        for k in 0..4 {
            integrals[k] += 0.2 * ((values[k] + 1.0) / 2.0).clamp(0.0, 1.0);
            counts[k] += f64::from(u8::from(fired.contains(&(k as u32))));
            let ahead = integrals[k] - counts[k];
            assert!((-1e-9..1.0 + 1e-9).contains(&ahead), "neuron {k}, step {step}: {ahead}");
        }
    }
    assert_eq!(counts[2], 0.0);
    // The highest value fires in every fifth step.
    let full: Vec<usize> =
        events(&found[..20]).iter().filter(|(_, k)| *k == 0).map(|(step, _)| *step).collect();
    assert!(full.windows(2).all(|pair| (4..=6).contains(&(pair[1] - pair[0]))), "{full:?}");
}

#[test]
fn latencies_and_changes_begin_anew_with_each_tick() {
    let given = [("linear", 1.0), ("normalize", 1.0)];
    // Spread over a tick of 5 ms less a step: 49 steps.
    let plan = hearing("latency_encoder", 2, 2, &given);
    let found = events(&told("latency_encoder", &plan, &[&[1.0, 0.0], &[0.25, 1.0], &[0.0, 0.0]]));
    // 0.75 of 49 steps, to the nearest.
    assert_eq!(found, [(0, 0), (49, 1), (50, 1), (87, 0), (149, 0), (149, 1)]);

    let plan = hearing("delta_encoder", 4, 2, &[("threshold", 0.5), ("off_spike", 1.0)]);
    let ticks: [&[f64]; 4] = [&[1.0, 0.25], &[1.25, 1.0], &[0.0, 0.75], &[0.0, 0.0]];
    assert_eq!(events(&told("delta_encoder", &plan, &ticks)), [(0, 0), (50, 1), (100, 2), (150, 3)]);
}

/// What neurons of a stimulus get in a step; none where it writes nothing.
fn current(stimulus: &dyn Stimulus, step: u64, size: usize) -> Option<Vec<f64>> {
    stimulus.acts(&clock(step)).then(|| {
        let mut all = vec![0.0; size];
        stimulus.add(&clock(step), &(0..size), &mut Inbox::Sum64(&mut all));
        all
    })
}

#[test]
fn a_current_follows_the_observation() {
    let given = [("gain", 10.0), ("offset", 1.0), ("least", -5.0), ("most", 21.0)];
    let plan = |width| StimulusPlan {
        heard: Some(Heard { width, every: EVERY }),
        ..stimulus_plan("current_encoder", Reach::Range(1..4), &given)
    };
    let mut one = stimulus("current_encoder", &plan(1)).expect("it fits");
    assert_eq!(current(&*one, 0, 5), None, "nothing was shown yet");
    for (tick, value, right) in [(0, 0.5, 6.0), (1, 9.0, 21.0), (2, -9.0, -5.0)] {
        one.hear(&clock(tick * EVERY), &[value]);
        assert_eq!(current(&*one, tick * EVERY, 5), Some(vec![0.0, right, right, right, 0.0]));
        // What is written stays until it is written again.
        assert!((1..EVERY).all(|within| current(&*one, tick * EVERY + within, 5).is_none()));
    }
    let mut each = stimulus("current_encoder", &plan(3)).expect("it fits");
    each.hear(&clock(0), &[0.0, 1.0, 2.0]);
    assert_eq!(current(&*each, 0, 5), Some(vec![0.0, 1.0, 11.0, 21.0, 0.0]));
    let refused = stimulus("current_encoder", &plan(2)).err().expect("it is refused");
    assert!(refused.contains("2 values come from the environment; 1, or 3"), "{refused}");
    let alone = stimulus_plan("current_encoder", Reach::Range(0..1), &given);
    assert!(stimulus("current_encoder", &alone).err().expect("it is refused").contains("[[env.sense]]"));
}

#[test]
fn an_encoder_hears_as_many_values_as_it_has_places_and_from_one_side_alone() {
    let refused = |name: &str, plan: &SourcePlan| source(name, plan).err().expect("it is refused");
    for name in
        ["poisson_encoder", "regular_encoder", "latency_encoder", "delta_encoder", "weighted_phase_encoder"]
    {
        let rate: &[(&str, f64)] = match name {
            "regular_encoder" => &[("rate", 100.0)],
            "weighted_phase_encoder" => &[("num_phase", 3.0)],
            _ => &[],
        };
        let found = refused(name, &hearing(name, 3, 2, rate));
        assert!(found.contains("2 values come from the environment; 3"), "{name}: {found}");
        let both = SourcePlan {
            heard: Some(Heard { width: 3, every: EVERY }),
            ..source_plan(name, 3, &[1.0; 3], rate)
        };
        let found = refused(name, &both);
        assert!(found.contains("an environment and `values` or `file` both say"), "{name}: {found}");
    }
}

#[test]
fn each_value_plays_its_pattern() {
    // Patterns of 3 ms: 0 has a spike of neuron 1 at 1 ms and of 0 at its last step, 1 of both at its first.
    let (neurons, times) = (vec![1.0, 0.0, 1.0, 0.0], vec![1.0, 2.9, 3.0, 3.0]);
    let stored = |plan: SourcePlan| SourcePlan {
        lists: [plan.lists, vec![("neurons", neurons.clone()), ("times", times.clone())]].concat(),
        ..plan
    };
    let ticks: [&[f64]; 5] = [&[1.0], &[0.0], &[2.0], &[-1.0], &[0.4]];
    let right = [(0, 0), (0, 1), (60, 1), (79, 0), (210, 1), (229, 0)];
    let lists = stored(hearing("replay_encoder", 2, 1, &[("length", 3.0)]));
    assert_eq!(events(&told("replay_encoder", &lists, &ticks)), right);
    let file = SourcePlan {
        lists: vec![],
        events: neurons.iter().map(|k| *k as u32).zip(times.iter().copied()).collect(),
        ..lists.clone()
    };
    assert_eq!(events(&told("replay_encoder", &file, &ticks)), right);
    // Values of the scenario, in frames that are shorter than a pattern.
    let given = [("length", 3.0), ("frame", 2.0)];
    let short = stored(source_plan("replay_encoder", 2, &[0.0, 1.0, 0.0], &given));
    assert_eq!(events(&spikes("replay_encoder", &short, 80)), [(10, 1), (20, 0), (20, 1), (50, 1)]);

    let refused = |plan: SourcePlan| source("replay_encoder", &plan).err().expect("it is refused");
    let with = |lists: &[(&'static str, &[f64])]| SourcePlan {
        lists: lists.iter().map(|(name, list)| (*name, list.to_vec())).collect(),
        ..lists_of(&file)
    };
    assert!(refused(with(&[])).contains("no spikes are stored"));
    assert!(refused(with(&[("neurons", &[0.0])])).contains("`neurons` has 1 entries and `times` 0"));
    assert!(
        refused(with(&[("neurons", &[2.0]), ("times", &[1.0])]))
            .contains("is of neuron 2; 0 to 1 are allowed")
    );
    assert!(refused(with(&[("neurons", &[0.0]), ("times", &[-1.0])])).contains("is at -1 ms"));
    let twice = with(&[("neurons", &[0.0, 0.0]), ("times", &[1.0, 1.01])]);
    assert!(refused(twice).contains("neuron 0 is stored twice in step 10"));
    let both = SourcePlan { events: file.events.clone(), ..lists };
    assert!(refused(both).contains("both lists and `patterns` are given"));
}

/// The same without spikes of a file.
fn lists_of(plan: &SourcePlan) -> SourcePlan {
    SourcePlan { events: vec![], ..plan.clone() }
}

/// The law of the draws, in ticks whose value changes: statistical.
#[test]
fn chances_follow_what_is_heard() {
    const TICKS: usize = 2000;
    let steps = (TICKS as u64 * EVERY / 2) as f64;
    let check = |name: &str, found: &[Vec<u32>], p: &dyn Fn(usize, u32) -> f64, neurons: u32| {
        for (half, k) in (0..2).flat_map(|half| (0..neurons).map(move |k| (half, k))) {
            let mine = found.iter().enumerate().filter(|(step, _)| step / EVERY as usize % 2 == half);
            let count = mine.filter(|(_, fired)| fired.contains(&k)).count() as f64;
            let p = p(half, k);
            let error = SIGMA * (steps * p * (1.0 - p)).sqrt();
            assert!(
                (count - steps * p).abs() <= error,
                "{name}, neuron {k}, half {half}: {count} of {steps}, not {p}"
            );
        }
    };
    let ticks: [&[f64]; 2] = [&[0.25, 1.0], &[0.75, 0.0]];
    let ticks: Vec<&[f64]> = (0..TICKS).map(|tick| ticks[tick % 2]).collect();
    let full = 1000.0 * DT * 1e-3;
    let found = told("poisson_encoder", &hearing("poisson_encoder", 2, 2, &[("rate", 1000.0)]), &ticks);
    check("poisson", &found, &|half, k| full * ticks[half][k as usize], 2);
    // Rows of five neurons: centres at 0, 1/4 and so on, receptive fields of one and a half distances.
    let given = [("rate", 1000.0), ("width", 1.5)];
    let found = told("gauss_encoder", &hearing("gauss_encoder", 10, 2, &given), &ticks);
    let p = |half: usize, k: u32| {
        let (row, j) = ((k / 5) as usize, f64::from(k % 5));
        full * (-(ticks[half][row] - 0.25 * j).powi(2) / (2.0 * (1.5 * 0.25_f64).powi(2))).exp()
    };
    check("gauss", &found, &p, 10);
}
