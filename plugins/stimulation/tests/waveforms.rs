//! Waveforms: their values at every step, when they are written, and what is refused.

mod rig;

use std::f64::consts::TAU;

use ecs_core::network::{Frames, Reach, StimulusPlan, Values};
use rig::{course, input, refused, stimulus, stimulus_plan, with_lists, writes};

/// The library's sine of a rounded argument, and f64's own rounding at 100 pA.
const ROUNDING: f64 = 1e-11;

fn plan(name: &str, given: &[(&str, f64)]) -> StimulusPlan {
    stimulus_plan(name, Reach::Range(0..1), given)
}

fn lists(name: &str, given: &[(&str, f64)], lists: &[(&'static str, &[f64])]) -> StimulusPlan {
    with_lists(plan(name, given), lists)
}

#[test]
fn sections_follow_each_other() {
    let section = lists(
        "section",
        &[("start", 0.5)],
        &[("values", &[2.0, 0.0, -1.0]), ("durations", &[0.3, 0.2, 0.14])],
    );
    let section = stimulus("section", &section).unwrap();
    // 0.64 + 0.5 = 1.14 ms is step 11.
    assert_eq!(writes(&*section, 100), [0, 5, 8, 10, 11]);
    assert_eq!(course(&*section, 13), [0., 0., 0., 0., 0., 2., 2., 2., 0., 0., -1., 0., 0.]);
}

#[test]
fn sections_end_where_the_sum_of_durations_does() {
    // Thirty times 0.13 ms are 3.9 ms; durations cut down to steps would give 3 ms.
    let section = lists("section", &[], &[("values", &[1.0; 30]), ("durations", &[0.13; 30])]);
    let current = course(&*stimulus("section", &section).unwrap(), 60);
    assert_eq!((current[38], current[39]), (1.0, 0.0));
}

#[test]
fn spikes_are_pulses_of_their_own_width_and_size() {
    let pulses =
        [("times", &[0.2, 0.6, 0.8][..]), ("widths", &[0.1, 0.2, 0.1]), ("sizes", &[5.0, 6.0, -7.0])];
    let pulses = stimulus("spike", &lists("spike", &[], &pulses)).unwrap();
    assert_eq!(course(&*pulses, 11), [0., 0., 5., 0., 0., 0., 6., 6., -7., 0., 0.]);
    assert_eq!(writes(&*pulses, 100), [0, 2, 3, 6, 8, 9]);
    let same = [("times", &[0.2, 0.6][..]), ("widths", &[0.2]), ("sizes", &[5.0])];
    let same = stimulus("spike", &lists("spike", &[], &same)).unwrap();
    assert_eq!(course(&*same, 9), [0., 0., 5., 5., 0., 0., 5., 5., 0.]);
}

#[test]
fn a_ramp_is_a_straight_line_between_its_ends() {
    let given = [("initial", 10.0), ("final", 30.0), ("start", 0.2), ("stop", 0.6)];
    let ramp = stimulus("ramp", &plan("ramp", &given)).unwrap();
    assert_eq!(course(&*ramp, 9), [0., 0., 10., 15., 20., 25., 0., 0., 0.]);
    assert_eq!(writes(&*ramp, 100), [0, 2, 3, 4, 5, 6]);
    let held = [&given[..], &[("hold", 1.0)]].concat();
    let held = stimulus("ramp", &plan("ramp", &held)).unwrap();
    assert_eq!(course(&*held, 9), [0., 0., 10., 15., 20., 25., 30., 30., 30.]);
}

#[test]
fn a_sinusoid_has_amplitude_offset_frequency_and_phase() {
    let given = [("amplitude", 50.0), ("frequency", 40.0), ("phase", 30.0), ("offset", 7.0)];
    let window = [("start", 1.0), ("stop", 60.0)];
    let wave = stimulus("sinusoidal", &plan("sinusoidal", &[&given[..], &window].concat())).unwrap();
    for (n, found) in course(&*wave, 700).into_iter().enumerate() {
        let time = (n as f64 - 10.0) * 1e-4;
        let right =
            if (10..600).contains(&n) { 7.0 + 50.0 * (TAU * 40.0 * time + TAU / 12.0).sin() } else { 0.0 };
        assert!((found - right).abs() < ROUNDING, "step {n}: {found} against {right}");
    }
    assert_eq!(writes(&*wave, 700).len(), 592);
}

#[test]
fn each_neuron_can_have_its_own_phase() {
    let mut wave =
        stimulus_plan("sinusoidal", Reach::List(vec![1, 3]), &[("amplitude", 2.0), ("frequency", 10.0)]);
    wave.params[2] = Values::Each(vec![90.0, -90.0]);
    let wave = stimulus("sinusoidal", &wave).unwrap();
    assert_eq!(input(&*wave, 0, &[2, 5]), [0.0, 2.0, 0.0, -2.0, 0.0]);
}

#[test]
fn a_square_wave_has_its_edges_at_the_nearest_steps() {
    // A period of 3.33 steps, high for a third of it.
    let given = [("amplitude", 1.0), ("frequency", 3000.0), ("duty", 0.34), ("offset", 3.0), ("start", 0.1)];
    let wave = stimulus("square", &plan("square", &given)).unwrap();
    let right = [0., 4., 2., 2., 4., 2., 2., 2., 4., 2., 2., 4.];
    assert_eq!(course(&*wave, 12), right);
    // 50 Hz on a grid of 0.1 ms: edges on the grid itself, where rounding must not move them, written once each.
    let given = [("amplitude", 1.0), ("frequency", 50.0)];
    let wave = stimulus("square", &plan("square", &given)).unwrap();
    assert_eq!(writes(&*wave, 1_000_000), (0..10_000).map(|k| k * 100).collect::<Vec<_>>());
    assert!(
        course(&*wave, 5_000).iter().enumerate().all(|(n, x)| *x == if n % 200 < 100 { 1.0 } else { -1.0 })
    );
    let late = [&given[..], &[("phase", 180.0)]].concat();
    let late = stimulus("square", &plan("square", &late)).unwrap();
    assert_eq!(course(&*late, 200)[..101].iter().sum::<f64>(), -99.0);
}

#[test]
fn a_timed_array_shows_its_frames_and_keeps_the_last() {
    let frames = Frames::new((1..=6).map(|x| x as f32).collect(), 2).unwrap();
    let given = [("amplitude", 10.0), ("frame", 0.2), ("start", 0.1)];
    let array = StimulusPlan { frames, ..stimulus_plan("timed_array", Reach::List(vec![0, 2]), &given) };
    let once = stimulus("timed_array", &array).unwrap();
    assert_eq!(writes(&*once, 100), [0, 1, 3, 5]);
    let shown = |s: &dyn ecs_core::network::Stimulus, n| input(s, n, &[1, 3]);
    assert_eq!(shown(&*once, 0), [0.0; 3]);
    assert_eq!(shown(&*once, 2), [10.0, 0.0, 20.0]);
    assert_eq!(shown(&*once, 4), [30.0, 0.0, 40.0]);
    assert_eq!(shown(&*once, 99), [50.0, 0.0, 60.0]);
    let mut again = array.clone();
    again.params[3] = Values::Uniform(1.0);
    let again = stimulus("timed_array", &again).unwrap();
    assert_eq!(writes(&*again, 10), [0, 1, 3, 5, 7, 9]);
    assert_eq!(shown(&*again, 7), [10.0, 0.0, 20.0]);
    let one_for_all = StimulusPlan { frames: Frames::new(vec![1.0, 2.0], 1).unwrap(), ..array };
    let one_for_all = stimulus("timed_array", &one_for_all).unwrap();
    assert_eq!(shown(&*one_for_all, 1), [10.0, 0.0, 10.0]);
}

#[test]
fn a_run_that_goes_on_writes_its_currents_again() {
    let section = lists("section", &[], &[("values", &[1.0]), ("durations", &[100.0])]);
    let later = StimulusPlan { clock: rig::clock(50), ..section };
    assert_eq!(writes(&*stimulus("section", &later).unwrap(), 100), [0, 50]);
}

#[test]
fn impossible_waveforms_are_refused() {
    let section = |values: &[f64], durations: &[f64]| {
        refused("section", &lists("section", &[], &[("values", values), ("durations", durations)]))
    };
    assert!(section(&[1.0], &[]).contains("1 entries and `durations` 0"));
    assert!(section(&[], &[]).contains("1 or more"));
    assert!(section(&[1.0], &[0.04]).contains("entry 0 is 0.04 ms"));
    assert!(section(&[f64::NAN], &[1.0]).contains("`values`: entry 0 is NaN"));
    let spike = |times: &[f64], widths: &[f64], sizes: &[f64]| {
        refused("spike", &lists("spike", &[], &[("times", times), ("widths", widths), ("sizes", sizes)]))
    };
    assert!(spike(&[1.0, 2.0, 3.0], &[0.1, 0.1], &[1.0]).contains("`widths` has 2 entries and `times` 3"));
    assert!(spike(&[1.0, 1.5], &[1.0], &[1.0]).contains("the pulse at 1.5 ms begins before"));
    assert!(spike(&[2.0, 1.0], &[0.1], &[1.0]).contains("the pulse at 1 ms begins before"));
    assert!(spike(&[1.0], &[0.01], &[1.0]).contains("entry 0 is 0.01 ms"));
    assert!(spike(&[], &[1.0], &[1.0]).contains("1 or more"));
    assert!(spike(&[-1.0], &[1.0], &[1.0]).contains("begins with -1 ms"));
    let ramp = |given: &[(&str, f64)]| refused("ramp", &plan("ramp", &[&[("final", 1.0)], given].concat()));
    assert!(ramp(&[("start", 1.0), ("stop", 1.0)]).contains("`stop` = 1 ms; a time after `start`"));
    assert!(ramp(&[("stop", f64::INFINITY)]).contains("`stop` = inf ms"));
    assert!(ramp(&[("stop", 1.0), ("hold", 0.5)]).contains("`hold` is 0.5; true or false"));
    let square = |given: &[(&str, f64)]| {
        refused("square", &plan("square", &[&[("amplitude", 1.0), ("frequency", 1.0)], given].concat()))
    };
    assert!(square(&[("duty", 1.5)]).contains("`duty` is 1.5; a finite number from 0 to 1"));
    assert!(square(&[("stop", -1.0)]).contains("`stop` is -1 ms"));
    let mut differing = plan("square", &[("amplitude", 1.0)]);
    differing.params[1] = Values::Each(vec![1.0]);
    assert!(refused("square", &differing).contains("`frequency` differs between neurons"));
    let wave = plan("sinusoidal", &[("amplitude", 1.0), ("frequency", -1.0)]);
    assert!(refused("sinusoidal", &wave).contains("`frequency` is -1; a finite number from 0 on"));
    let array = plan("timed_array", &[("amplitude", 1.0)]);
    assert!(refused("timed_array", &array).contains("`file` is missing"));
    let wide = StimulusPlan { frames: Frames::new(vec![0.0; 6], 3).unwrap(), ..array };
    assert!(refused("timed_array", &wide).contains("frames of 3 places; 1, or one for each of 1 neurons"));
    assert!(Frames::new(vec![0.0; 5], 3).unwrap_err().contains("5 values make no frames of 3"));
    assert!(Frames::new(vec![0.0, f32::NAN], 1).unwrap_err().contains("frame 1, place 0 is NaN"));
}
