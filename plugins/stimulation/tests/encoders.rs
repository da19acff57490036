//! Encoders: their published examples, the law of those that draw, and what is refused.

mod rig;

use ecs_core::network::{Clock, Frames, SourcePlan, Values};
use rig::{DT, SIGMA, source, source_plan, spikes};
use stimulation::encoders::{delta_encoder, latency_encoder::Latency, weighted_phase_encoder};

/// At a step of 1 ms, as BrainPy's examples have it.
fn slow(name: &str, size: usize, values: &[f64], given: &[(&str, f64)]) -> SourcePlan {
    SourcePlan { clock: Clock { step: 0, dt: 1.0, seed: 2 }, ..source_plan(name, size, values, given) }
}

fn refused(name: &str, plan: &SourcePlan) -> String {
    source(name, plan).err().expect("it is refused")
}

#[test]
fn the_chance_of_a_spike_is_the_value() {
    const STEPS: u64 = 40_000;
    let values = [0.0, 0.1, 0.5, 0.9, 1.0, 1.5, -1.0, 0.5];
    let found = spikes("poisson_encoder", &source_plan("poisson_encoder", 8, &values, &[]), STEPS);
    let counts = |k: u32| found.iter().flatten().filter(|n| **n == k).count() as f64;
    for (k, value) in values.into_iter().enumerate() {
        let p: f64 = value.clamp(0.0, 1.0);
        let error = SIGMA * (STEPS as f64 * p * (1.0 - p)).sqrt();
        assert!((counts(k as u32) - STEPS as f64 * p).abs() <= error, "value {value}: {}", counts(k as u32));
    }
    // Trials of a neuron and of neighbours are independent: pairs occur with the product of the chances.
    let pairs = |far: usize, a: u32, b: u32| {
        found.iter().zip(&found[far..]).filter(|(now, then)| now.contains(&a) && then.contains(&b)).count()
            as f64
    };
    for (far, a, b, p) in [(1, 2, 2, 0.25), (0, 1, 2, 0.05), (0, 2, 3, 0.45), (0, 3, 7, 0.45)] {
        // Neighbouring pairs of one neuron overlap, which at most triples their variance.
        let error = SIGMA * (3.0 * STEPS as f64 * p * (1.0 - p)).sqrt();
        let found = pairs(far, a, b);
        assert!((found - STEPS as f64 * p).abs() < error, "{a} and {b}: {found} pairs");
    }
}

#[test]
fn the_rate_is_proportional_to_the_scaled_value() {
    const STEPS: u64 = 100_000;
    let given = [("rate", 400.0), ("min_val", 100.0), ("max_val", 355.0), ("gain", 0.5), ("offset", 0.25)];
    let found =
        spikes("poisson_encoder", &source_plan("poisson_encoder", 3, &[100.0, 151.0, 355.0], &given), STEPS);
    for (k, drive) in [(0, 0.25), (1, 0.35), (2, 0.75)] {
        let right = STEPS as f64 * 400.0 * DT * 1e-3 * drive;
        let n = found.iter().flatten().filter(|n| **n == k).count() as f64;
        assert!((n - right).abs() < SIGMA * right.sqrt(), "neuron {k}: {n} against {right}");
    }
}

#[test]
fn frames_are_shown_in_turn() {
    let values = [1.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    let given = [("frame", 0.2), ("start", 0.1)];
    let once = source_plan("poisson_encoder", 2, &values, &given);
    let right: [&[u32]; 9] = [&[], &[0], &[0], &[1], &[1], &[0, 1], &[0, 1], &[], &[]];
    assert_eq!(spikes("poisson_encoder", &once, 9), right);
    let again = source_plan("poisson_encoder", 2, &values, &[&given[..], &[("repeat", 1.0)]].concat());
    assert_eq!(spikes("poisson_encoder", &again, 9)[7..], [[0], [0]]);
    let frames = Frames::new(values.map(|x| x as f32).to_vec(), 2).unwrap();
    let file = SourcePlan { lists: vec![], frames, ..once.clone() };
    assert_eq!(spikes("poisson_encoder", &file, 9), right);
    // A run that goes on shows what its step says.
    let later = SourcePlan { clock: rig::clock(4), ..once };
    assert_eq!(spikes("poisson_encoder", &later, 2), right[4..6]);
}

#[test]
fn seed_and_stream_decide_what_is_drawn() {
    let plan = source_plan("poisson_encoder", 100, &[0.5; 100], &[]);
    let first = spikes("poisson_encoder", &plan, 10);
    assert_eq!(spikes("poisson_encoder", &plan, 10), first);
    assert_ne!(spikes("poisson_encoder", &SourcePlan { stream: 4, ..plan.clone() }, 10), first);
    let other = SourcePlan { clock: Clock { seed: 3, ..plan.clock }, ..plan };
    assert_ne!(spikes("poisson_encoder", &other, 10), first);
}

#[test]
fn linear_latencies_are_those_of_brainpys_example() {
    // Documentation of `brainpy.encoding.LatencyEncoder`: 0.02, 0.5 and 1 over five steps.
    let given = [("linear", 1.0), ("normalize", 1.0), ("frame", 5.0)];
    let found = spikes("latency_encoder", &slow("latency_encoder", 3, &[0.02, 0.5, 1.0], &given), 7);
    let right: [&[u32]; 7] = [&[2], &[], &[1], &[], &[0], &[], &[]];
    assert_eq!(found, right);
}

#[test]
fn logarithmic_latencies_are_those_of_a_leaky_integrator() {
    let law = Latency { linear: false, threshold: 0.2, clip: false, first: 0.0, spread: 7.0 };
    for x in [0.21, 0.5, 1.0] {
        // u' = (x - u) / 7 from 0 reaches the threshold at the latency.
        let reached = x * (1.0 - f64::exp(-law.time(x).unwrap() / 7.0));
        assert!((reached - 0.2).abs() < 1e-12, "{x}: {reached}");
    }
    let given = [("threshold", 0.2), ("tau", 7.1), ("frame", 20.0)];
    let values = [0.3, 0.5, 1.0, 0.1, 0.0];
    let steps =
        [7.0 * 3f64.ln(), 7.0 * (5.0f64 / 3.0).ln(), 7.0 * 1.25f64.ln()].map(|t| (t / DT).round() as usize);
    let found = spikes("latency_encoder", &source_plan("latency_encoder", 5, &values, &given), 200);
    for (k, step) in (0..).zip(steps) {
        assert!(found[step].contains(&k), "neuron {k} fires in step {step}");
    }
    // Values below the threshold are raised to just above it: 7 ln(0.2 / 1e-7) = 101.6 ms is beyond the frame.
    assert_eq!(found.iter().flatten().count(), 3);
}

#[test]
fn latencies_can_begin_later_be_clipped_and_repeat() {
    let values = [1.0, 0.0, 0.3, 0.0, 1.0, 0.3];
    let given = [("linear", 1.0), ("tau", 5.0), ("first", 1.0), ("frame", 6.0)];
    let right: [&[u32]; 12] = [&[], &[0], &[], &[2], &[1], &[], &[], &[1], &[], &[2], &[0], &[]];
    // 1 + (5 - 1 - 1) 0.7 = 3.1.
    let plan = slow("latency_encoder", 3, &values, &[&given[..], &[("repeat", 1.0)]].concat());
    let found = spikes("latency_encoder", &plan, 24);
    assert_eq!(found[..12], right);
    assert_eq!(found[12..], right);
    let clipped = [&given[..], &[("clip", 1.0), ("threshold", 0.2)]].concat();
    let found = spikes("latency_encoder", &slow("latency_encoder", 3, &values[..3], &clipped), 12);
    assert_eq!(found.concat(), [0, 2]);
}

#[test]
fn changes_are_those_of_brainpys_examples() {
    // Documentation of `brainpy.encoding.DiffEncoder`: a row for each example, on and off spikes by step.
    let run = |values: &[f64], given: &[(&str, f64)], size| {
        let given = [&[("threshold", 1.0)], given].concat();
        spikes("delta_encoder", &slow("delta_encoder", size, values, &given), 6)
    };
    let a = [1.0, 2.0, 2.9, 3.0, 3.9];
    let right: [&[u32]; 6] = [&[], &[0], &[], &[], &[], &[]];
    assert_eq!(run(&a, &[("padding", 1.0)], 1), right);
    let b = [1.0, 2.0, 0.0, 2.0, 2.9];
    let right: [&[u32]; 6] = [&[0], &[0], &[1], &[0], &[], &[]];
    assert_eq!(run(&b, &[("off_spike", 1.0)], 2), right);
    let right: [&[u32]; 6] = [&[], &[0], &[1], &[0], &[], &[]];
    assert_eq!(run(&b, &[("off_spike", 1.0), ("padding", 1.0)], 2), right);
    assert_eq!(
        [delta_encoder::sign(1.0, 1.0), delta_encoder::sign(-1.0, 1.0), delta_encoder::sign(0.9, 1.0)],
        [1, -1, 0]
    );
}

#[test]
fn changes_are_told_once_a_frame_and_across_the_end() {
    let given = [("threshold", 1.0), ("frame", 2.0), ("repeat", 1.0), ("off_spike", 1.0)];
    let found = spikes("delta_encoder", &slow("delta_encoder", 4, &[0.0, 5.0, 3.0, 5.0], &given), 8);
    let right: [&[u32]; 8] = [&[1], &[], &[0], &[], &[2], &[], &[0], &[]];
    assert_eq!(found, right);
}

#[test]
fn phases_spell_the_digits_of_a_byte() {
    // As bytes, as numbers from 0 to 1, and scaled so that single precision puts half of them below their digits.
    for max in [255.0, 1.0, 0.3] {
        let values: Vec<f64> = (0..=255).map(|byte| f64::from(byte) / 255.0 * max).collect();
        let given = [("max_val", max), ("num_phase", 8.0)];
        let plan = source_plan("weighted_phase_encoder", 256, &values, &given);
        let found = spikes("weighted_phase_encoder", &plan, 24);
        for byte in 0..=255u32 {
            for (step, spikes) in found.iter().enumerate() {
                let digit = byte >> (7 - step % 8) & 1;
                assert_eq!(spikes.contains(&byte), digit == 1, "byte {byte} of {max}, step {step}");
            }
        }
    }
}

#[test]
fn weights_of_phases_add_up_to_the_value() {
    for phases in [1, 4, 12] {
        for k in 0..=1000 {
            let x = f64::from(k) / 1000.0;
            let code = weighted_phase_encoder::code(x, phases);
            let fires = |i: &u32| weighted_phase_encoder::fires(code, *i, phases);
            let sum: f64 = (0..phases).filter(fires).map(|i| 0.5f64.powi(1 + i as i32)).sum();
            let right = x * (1.0 - 0.5f64.powi(phases as i32));
            let last = 0.5f64.powi(phases as i32);
            assert!((-1e-6..last).contains(&(right - sum)), "{x} in {phases} phases: {sum} against {right}");
        }
    }
}

#[test]
fn phases_last_and_frames_begin_anew() {
    // 2 / 3 of 3 is 10 in binary digits, 1 is 11.
    let given = [("num_phase", 2.0), ("phase", 2.0), ("frame", 5.0)];
    let found =
        spikes("weighted_phase_encoder", &slow("weighted_phase_encoder", 1, &[2.0 / 3.0, 1.0], &given), 12);
    let fired: Vec<usize> = (0..12).filter(|n| !found[*n].is_empty()).collect();
    assert_eq!(fired, [0, 4, 5, 7, 9]);
}

#[test]
fn impossible_values_are_refused() {
    let poisson = |values: &[f64], given: &[(&str, f64)]| {
        refused("poisson_encoder", &source_plan("poisson_encoder", 2, values, given))
    };
    assert!(poisson(&[], &[]).contains("`values` and `file` are missing"));
    assert!(poisson(&[1.0; 3], &[]).contains("`values`: 3 values make no frames of 2"));
    assert!(poisson(&[1.0, f64::NAN], &[]).contains("`values`: entry 1 is NaN"));
    assert!(poisson(&[1.0; 2], &[("rate", 20_000.0)]).contains("`rate` is 20000 Hz, 2 spikes in a step"));
    assert!(poisson(&[1.0; 2], &[("min_val", 1.0)]).contains("`min_val` = 1 is not below `max_val` = 1"));
    let mut differing = source_plan("poisson_encoder", 2, &[1.0; 2], &[]);
    differing.params[0] = Values::Each(vec![1.0, 2.0]);
    assert!(refused("poisson_encoder", &differing).contains("`rate` differs between neurons"));
    let mut file = source_plan("poisson_encoder", 2, &[1.0; 2], &[]);
    file.frames = Frames::new(vec![0.0; 3], 3).unwrap();
    assert!(refused("poisson_encoder", &file).contains("both `values` and `file`"));
    file.lists.clear();
    assert!(refused("poisson_encoder", &file).contains("frames of 3 places; 2, one for each neuron"));
    let latency =
        |given: &[(&str, f64)]| refused("latency_encoder", &source_plan("latency_encoder", 1, &[1.0], given));
    assert!(latency(&[("frame", f64::INFINITY)]).contains("`frame` is missing"));
    assert!(
        latency(&[("frame", 5.0), ("first", 2.0)])
            .contains("`tau` is 1 ms; a time of `first` and a step, 2.1 ms")
    );
    let delta = |size, given: &[(&str, f64)]| {
        refused("delta_encoder", &source_plan("delta_encoder", size, &[1.0], given))
    };
    assert!(delta(1, &[("off_spike", 1.0)]).contains("the population has 1, an odd number"));
    assert!(delta(1, &[("threshold", 0.0)]).contains("`threshold` is 0; a finite number above 0"));
    for phases in [0.5, 1.5, 21.0] {
        let plan = source_plan("weighted_phase_encoder", 1, &[1.0], &[("num_phase", phases)]);
        assert!(refused("weighted_phase_encoder", &plan).contains("a whole number from 1 to 20"));
    }
}
