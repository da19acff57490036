//! Trials of a small task: the same however they are drawn, with the answers that its data say, and drawn as its laws say.

use std::ops::Range;
use std::thread;

use equations::formula;
use tasks::{
    Answer, Formula, Law, Outcome, Period, Port, Response, Reward, Shape, Stimulus, Task, Trial, Value,
    Variable,
};

const DT: f64 = 10.0;
const NAMES: [&str; 2] = ["angle", "cue"];

fn f(text: &str) -> Formula {
    formula(text, &NAMES).expect("a formula of the variables")
}

fn stimulus(during: usize, channels: Range<usize>, shape: Shape, gain: &str) -> Stimulus {
    Stimulus { port: 0, during: vec![during], channels, lasts: None, shape, gain: f(gain) }
}

/// An angle is shown as a bump, three cues follow, each 1 with probability 0.3, and noise; the answer is whether most cues were 1.
fn task() -> Task {
    let period = |name: &str, duration: Value, repeat: usize| Period { name: name.into(), duration, repeat };
    let fixed = |time: f64| Value::Drawn(Law::Fixed(time));
    let chance = Value::Chance(formula("0.3", &NAMES[..1]).expect("a number"));
    let cue = Stimulus { lasts: Some(20.0), ..stimulus(1, 0..2, Shape::Flat(f("2*cue")), "1") };
    Task {
        ports: vec![Port { name: "shown".into(), channels: 4 }],
        variables: vec![
            Variable {
                name: "angle".into(),
                value: Value::Drawn(Law::Choice(vec![0.0, 90.0, 180.0])),
                repeat: 1,
            },
            Variable { name: "cue".into(), value: chance, repeat: 3 },
        ],
        periods: vec![
            period("bump", fixed(50.0), 1),
            period("cues", fixed(30.0), 3),
            period("wait", Value::Drawn(Law::Uniform(100.0, 200.0)), 1),
            period("answer", fixed(40.0), 1),
        ],
        stimuli: vec![
            stimulus(0, 0..4, Shape::VonMises { at: f("angle"), kappa: 2.0 }, "10"),
            cue,
            stimulus(2, 3..4, Shape::Noise, "0.5"),
        ],
        answer: Answer { period: 3, class: f("cue > 1.5"), classes: 2, silent: Some(0) },
        reward: Reward { abort: -0.1, correct: 1.0, fail: -0.5, miss: -0.2 },
    }
}

#[test]
fn a_trial_is_the_same_however_it_is_drawn() {
    let task = task();
    let of = |seed: u64, k: u64| task.trial(seed, k, DT);
    let all = |numbers: Vec<u64>| -> Vec<Trial> { numbers.into_iter().map(|k| of(5, k)).collect() };
    let forward = all((0..64).collect());
    let mut backward = all((0..64).rev().collect());
    backward.reverse();
    assert_eq!(forward, backward);
    let shared: Vec<Trial> = thread::scope(|scope| {
        let parts: Vec<_> =
            (0..4).map(|p| scope.spawn(move || all((16 * p..16 * (p + 1)).collect()))).collect();
        parts.into_iter().flat_map(|part| part.join().expect("nothing goes wrong")).collect()
    });
    assert_eq!(forward, shared);
    assert!((0..64).any(|k| of(6, k) != forward[k as usize]), "another seed has other trials");
    assert!(forward.iter().any(|trial| trial.values != forward[0].values), "trials differ");
    for trial in &forward {
        assert_eq!(trial.class, task.class(5, trial.number), "the class alone is that of the trial");
        let frames = trial.frames(0, 4, trial.steps() as usize);
        let mut shown = [7.0; 4];
        for (step, frame) in (0..).zip(frames.chunks_exact(4)) {
            trial.show(0, step, &mut shown);
            assert_eq!(frame, shown, "one step after the other, or all at once");
        }
    }
}

#[test]
fn what_is_shown_and_what_is_right_are_as_the_data_say() {
    let task = task();
    let (mut ones, mut zeros) = (0, 0);
    for number in 0..200 {
        let trial = task.trial(1, number, DT);
        let [angle, cues] = trial.values[..] else { panic!("two variables") };
        let frames = trial.frames(0, 4, trial.steps() as usize);
        let at = |step: usize, channel: usize| frames[4 * step + channel];
        for channel in 0..4 {
            let right = 10.0 * (2.0 * ((angle - 90.0 * channel as f64).to_radians().cos() - 1.0)).exp();
            assert!((f64::from(at(4, channel)) - right).abs() < 1e-5);
        }
        // Each cue lasts two of the three steps of its period, on the first two channels.
        let cue = |k: usize| at(5 + 3 * k, 0);
        assert!(
            (0..3).all(|k| at(6 + 3 * k, 1) == cue(k) && at(7 + 3 * k, 0) == 0.0 && at(5 + 3 * k, 2) == 0.0)
        );
        assert_eq!(
            f64::from((0..3).map(cue).sum::<f32>()),
            2.0 * cues,
            "outside of its period a cue is the sum"
        );
        assert_eq!(trial.class, u32::from(cues > 1.5));
        let judged = trial.judged();
        assert_eq!((judged.end - judged.start, judged.end), (4, trial.steps()));
        assert!((14 + 10..=14 + 20).contains(&judged.start), "5 + 9 steps, then 100 to 200 ms");
        let after = &trial.frames(0, 4, 500)[4 * trial.steps() as usize..];
        assert!(after.iter().all(|x| *x == 0.0), "silence follows");
        if trial.class == 1 { ones += 1 } else { zeros += 1 }
    }
    assert!(ones > 20 && zeros > 100, "{ones} and {zeros}");
}

#[test]
fn answers_are_worth_what_the_reward_says() {
    let task = task();
    let find = |class: u32| {
        (0..).map(|k| task.trial(1, k, DT)).find(|trial| trial.class == class).expect("both come")
    };
    let (silent, asked) = (find(0), find(1));
    let judge = |trial: &Trial, step: u64, class: u32| task.judge(trial, Some(Response { step, class }));
    let (start, end) = (asked.judged().start, asked.judged().end);
    assert_eq!(judge(&asked, start - 1, 1), (Outcome::Abort, -0.1));
    assert_eq!(judge(&asked, start, 1), (Outcome::Correct, 1.0));
    assert_eq!(judge(&asked, end - 1, 0), (Outcome::Fail, -0.5));
    assert_eq!(judge(&asked, end, 1), (Outcome::Miss, -0.2));
    assert_eq!(task.judge(&asked, None), (Outcome::Miss, -0.2));
    assert_eq!(task.judge(&silent, None), (Outcome::Correct, 1.0));
}

#[test]
fn a_task_that_cannot_be_judged_is_refused_with_the_trial() {
    let whole = task();
    // 5 + 9 steps, 200 ms at most, and 4 steps.
    assert_eq!(whole.check(0, DT), Ok(38));
    let wrong = |answer: Answer| Task { answer, ..task() }.check(0, DT).unwrap_err();
    assert!(
        wrong(Answer { class: f("cue/2"), ..whole.answer.clone() }).contains("whole numbers from 0 to 1")
    );
    assert!(wrong(Answer { class: f("cue"), ..whole.answer.clone() }).contains("the class is"));
    let mut short = task();
    short.periods[3].duration = Value::Drawn(Law::Fixed(1.0));
    assert!(short.check(0, DT).unwrap_err().contains("shorter than a step"));
    let mut backwards = task();
    backwards.periods[2].duration = Value::Computed(f("-1"));
    assert!(backwards.check(0, DT).unwrap_err().contains("`wait` lasts -1 ms"));
}

/// Draws of many trials have the laws of the task, apart from the exact tests.
#[test]
fn variables_and_noise_have_their_laws() {
    const TRIALS: u64 = 40_000;
    let task = task();
    let (mut angles, mut cues, mut waits) = ([0u32; 3], [0u32; 4], 0.0);
    let (mut sum, mut squares, mut n) = (0.0, 0.0, 0.0);
    for k in 0..TRIALS {
        let trial = task.trial(9, k, 1.0);
        angles[(trial.values[0] / 90.0) as usize] += 1;
        cues[trial.values[1] as usize] += 1;
        waits += (trial.moments[4].steps.end - trial.moments[4].steps.start) as f64;
        if k < 400 {
            let frames = trial.frames(0, 4, trial.steps() as usize);
            for step in trial.moments[4].steps.clone() {
                let x = f64::from(frames[4 * step as usize + 3]);
                (sum, squares, n) = (sum + x, squares + x * x, n + 1.0);
            }
        }
    }
    let all = TRIALS as f64;
    let chi = |found: &[u32], right: &[f64]| -> f64 {
        found.iter().zip(right).map(|(n, p)| (f64::from(*n) - all * p).powi(2) / (all * p)).sum()
    };
    // 2 degrees of freedom: beyond 15.2 in one of 2,000 seeds; 3: beyond 17.7.
    assert!(chi(&angles, &[1.0 / 3.0; 3]) < 15.2, "{angles:?}");
    assert!(chi(&cues, &[0.343, 0.441, 0.189, 0.027]) < 17.7, "binomial, p = 0.3: {cues:?}");
    // Uniform over 100 ms: standard deviation 28.9 ms.
    assert!((waits / all - 150.0).abs() < 5.0 * 28.9 / all.sqrt(), "{}", waits / all);
    assert!((sum / n).abs() < 5.0 * 0.5 / f64::sqrt(n));
    assert!((squares / n - 0.25).abs() < 5.0 * 0.25 * f64::sqrt(2.0 / n), "{}", squares / n);
}
