//! Tasks: those that are shipped can be drawn and have the answers that they are known for, and a network learns one.

use std::any::Any;
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ecs_core::control::{Environment, EnvironmentModel, EnvironmentPlan, Outcome, Port, Spec};
use scenarios::parse;
use scenarios::schema::Scenario;
use scenarios::train::{Prepared, prepare, samples};
use tasks::{Task, Trial};
use tests::data::root;
use tests::network::registry;

/// Trials that are looked at.
const TRIALS: u64 = 2_000;

fn folder() -> PathBuf {
    root().join("scenarios")
}

/// A task that is shipped.
fn task(name: &str) -> Task {
    let text = format!(
        "[scenario]\ntitle = \"task\"\nsource = \"this project\"\nformat = 1\n[run]\nduration = \"20 s\"\ndt = \"1 ms\"\nseed = 1\n\
         [population.p]\nsize = 1\nneuron = \"lif\"\n[task]\nfile = \"tasks/{name}.toml\""
    );
    let scenario =
        parse(&text, "task.toml", &folder(), &registry(), &[]).unwrap_or_else(|e| panic!("{name}:\n{e}"));
    scenario.task.expect("the section is there")
}

fn names() -> Vec<String> {
    let files = fs::read_dir(folder().join("tasks")).expect("the folder of the tasks");
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect()
}

#[test]
fn every_shipped_task_asks_for_all_of_its_classes_alike() {
    let names = names();
    assert!(names.len() >= 8, "{names:?}");
    for name in names {
        let task = task(&name);
        let mut counts = vec![0.0; task.answer.classes as usize];
        for k in 0..TRIALS {
            counts[task.class(1, k) as usize] += 1.0;
        }
        let each = TRIALS as f64 / counts.len() as f64;
        let chi: f64 = counts.iter().map(|n: &f64| (n - each).powi(2) / each).sum();
        // Up to 7 degrees of freedom: beyond 26 in one of 2,000 seeds.
        assert!(chi < 26.0, "{name}: {counts:?}");
    }
}

/// The variables of a trial by name.
fn variables(task: &Task, trial: &Trial) -> BTreeMap<String, f64> {
    task.variables.iter().map(|v| v.name.clone()).zip(trial.values.iter().copied()).collect()
}

/// Numbers of a port, summed over steps, `[channel]`.
fn totals(task: &Task, trial: &Trial, port: &str, steps: std::ops::Range<u64>) -> Vec<f64> {
    let port = task.port(port).expect("the port is there");
    let mut frame = vec![0.0; task.ports[port].channels];
    let mut sums = vec![0.0; frame.len()];
    for step in steps {
        trial.show(port, step, &mut frame);
        sums.iter_mut().zip(&frame).for_each(|(sum, x)| *sum += f64::from(*x));
    }
    sums
}

fn highest(x: &[f64]) -> usize {
    (0..x.len()).fold(0, |best, k| if x[k] > x[best] { k } else { best })
}

/// The answer is read off what is shown, without the formulas of the class.
#[test]
fn what_is_shown_says_what_is_right() {
    let (dms, cues, memory) =
        (task("delayed_match_to_sample"), task("evidence_accumulation"), task("working_memory"));
    for k in 0..300 {
        let trial = dms.trial(3, k, 1.0);
        let [first, second] =
            [500..1000, 2000..2500].map(|steps| highest(&totals(&dms, &trial, "motion", steps)));
        assert_eq!(u32::from(first == second), trial.class);
        assert_eq!(
            first,
            variables(&dms, &trial)["sample"] as usize / 15,
            "24 channels, the first at 0 degrees"
        );
        let peak = totals(&dms, &trial, "motion", 700..701)[first];
        assert!((peak - 40.0).abs() < 1e-4, "39 Hz above a background of 1 Hz");

        let trial = cues.trial(3, k, 1.0);
        let sums = totals(&cues, &trial, "cues", 0..1050);
        assert_eq!(trial.class, u32::from(sums[10] > sums[0]), "more cues on the right");
        assert_eq!(sums[0] + sums[10], 7.0 * 100.0 * 40.0, "seven cues of 100 ms at 40 Hz");
        assert_eq!(trial.steps() - trial.judged().start, 150);

        let trial = memory.trial(3, k, 1.0);
        assert_eq!(highest(&totals(&memory, &trial, "cue", 750..1250)) as u32, 3 * trial.class);
    }
}

/// Two channels, of which one is the stronger; the test of it comes after a delay of a length of its own.
fn text(threads: usize) -> String {
    format!(
        r#"
[scenario]
title  = "left or right, later"
source = "this project"
format = 1

[run]
duration = "60 ms"
dt       = "1 ms"
seed     = 3
threads  = {threads}

[model.leaky]
equations  = "dv/dt = (r*i - v) / tau : mV"
parameters = {{ tau = "10 ms", r = "1 GOhm" }}

[population.spikes]
size   = 6
neuron = "poisson_encoder"
params = {{ rate = "300 Hz" }}

[population.cells]
size   = 6
neuron = "lif"
params = {{ e_l = "0 mV", v_th = "1 mV", v_reset = "0 mV", tau_m = "20 ms", c_m = "20 pF", t_ref = "0 ms" }}
state  = {{ v = "0 mV" }}

[population.choice]
size   = 2
neuron = "leaky"

[[projection]]
from    = ["spikes", "cells"]
to      = "choice"
synapse = {{ exponential = {{ tau = "20 ms" }} }}
output  = "current"
connect = "all_to_all"
weight  = {{ normal = {{ mean = "0 pA", sd = "0.1 pA" }} }}
delay   = "1 ms"

[task]

[[task.port]]
name     = "sides"
channels = 6

[[task.variable]]
name  = "side"
value = {{ choice = [0, 1] }}

[[task.period]]
name     = "stimulus"
duration = "20 ms"

[[task.period]]
name     = "delay"
duration = {{ uniform = ["0 ms", "20 ms"] }}

[[task.period]]
name     = "decision"
duration = "10 ms"

[[task.stimulus]]
during   = "stimulus"
channels = [0, 3]
value    = "1 - side"

[[task.stimulus]]
during   = "stimulus"
channels = [3, 6]
value    = "side"

[task.answer]
during = "decision"
class  = "side"

[training]
epochs    = 4
batch     = 16
optimiser = {{ adam = {{ lr = 0.05 }} }}

[training.readout]
of     = "choice"
reduce = "mean"

[training.task]
trials   = 160
held_out = 100

[[training.task.show]]
to = "spikes"

[[training.task.show]]
to        = "cells"
amplitude = "2 pA"
"#
    )
}

fn ready(threads: usize) -> (Scenario, Prepared) {
    let scenario = parse(&text(threads), "sides.toml", Path::new(""), &registry(), &[])
        .unwrap_or_else(|e| panic!("{e}"));
    let training = scenario.training.clone().expect("the section is there");
    let data = samples(&scenario, &training).unwrap_or_else(|e| panic!("{e}"));
    let prepared = prepare(&scenario, &training, data, &mut |_, _, _| ()).unwrap_or_else(|e| panic!("{e}"));
    (scenario, prepared)
}

#[test]
fn a_task_is_learned_to_the_same_bits_on_any_number_of_threads() {
    let of = |threads: usize| {
        let (_, Prepared { mut trainer, train, held_out, .. }) = ready(threads);
        let held_out = held_out.expect("trials are held out");
        let before =
            trainer.evaluate(&held_out).expect("it is tested").value("accuracy").expect("it is measured");
        for _ in 0..4 {
            trainer.epoch(&train, &mut |_| ControlFlow::Continue(())).expect("it trains");
        }
        let after = trainer.evaluate(&held_out).expect("it is tested");
        let learned: Vec<u32> = (0..trainer.circuit.parameters.len())
            .flat_map(|k| trainer.circuit.values(k).iter().map(|x| x.to_bits()).collect::<Vec<_>>())
            .collect();
        (learned, before, after.value("accuracy").expect("it is measured"), after.cost.to_bits())
    };
    let one = of(1);
    assert_eq!(one, of(2));
    let (_, before, after, _) = one;
    assert!(before < 0.9 && after > 0.95, "from {before} to {after}");
}

#[test]
fn each_epoch_has_trials_of_its_own_and_those_held_out_stay() {
    let (_, Prepared { train, held_out, .. }) = ready(1);
    assert_eq!(train.order(3, 2), (320..480).collect::<Vec<u32>>());
    let trials = train.trials().expect("they are trials");
    let held_out = held_out.expect("trials are held out");
    let tests = held_out.trials().expect("they are trials");
    assert!(tests.first > u64::from(u32::MAX), "no epoch comes there");
    // The judged period follows the delay of its own trial.
    let starts: std::collections::BTreeSet<usize> =
        (0..50).map(|k| trials.judged(k, 60).expect("it fits").start).collect();
    assert!(starts.len() > 10 && starts.iter().all(|start| (20..=40).contains(start)), "{starts:?}");
    assert!(trials.judged(0, 30).unwrap_err().contains("lengthen `run.duration`"));
}

/// A task that is shipped, as an environment with ticks of 20 ms.
fn world(name: &str) -> Box<dyn Environment> {
    let registry = registry();
    let model = registry.find::<EnvironmentModel>("task").expect("it is registered");
    let task: Arc<dyn Any + Send + Sync> = Arc::new(task(name));
    let plan = EnvironmentPlan { interval: TICK, task: Some(task), ..EnvironmentPlan::default() };
    (model.build)(&plan).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Ticks of the environments, ms.
const TICK: f64 = 20.0;

/// Who knows the answer gives it at the beginning of the judged period, and is right; who answers at once aborts; who never answers is
/// right only where silence is.
#[test]
fn every_shipped_task_is_an_environment() {
    for name in names() {
        let (task, mut env) = (task(&name), world(&name));
        let mut seen = vec![0.0; Spec::width(&env.spec().observation)];
        assert_eq!(env.spec().action, [Port::discrete("answer", task.answer.classes + 1)], "{name}");
        let width = env.accounts().len();
        for seed in 0..20 {
            let trial = task.trial(seed, 0, TICK);
            let judged = trial.judged();
            let silent = task.answer.silent == Some(trial.class);
            // The answer, from which tick on, and what comes of it.
            let right = if silent { 0.0 } else { f64::from(trial.class) + 1.0 };
            let cases = [
                (right, judged.start, task.reward.correct, true),
                (1.0, 0, task.reward.abort, false),
                (0.0, 0, if silent { task.reward.correct } else { task.reward.miss }, silent),
            ];
            for (answer, from, worth, success) in cases {
                if answer == 1.0 && from == 0 && judged.start == 0 {
                    continue;
                }
                env.reset(seed, &mut seen).expect("it lives here");
                let (mut last, mut ticks) = (Outcome::default(), 0);
                while !last.ended() {
                    let mut at = 0;
                    for (k, port) in task.ports.iter().enumerate() {
                        let mut shown = vec![0.0_f32; port.channels];
                        trial.show(k, ticks, &mut shown);
                        let held: Vec<f32> = seen[at..at + port.channels].iter().map(|x| *x as f32).collect();
                        assert_eq!(held, shown, "{name}, seed {seed}, tick {ticks}");
                        at += port.channels;
                    }
                    let action = if ticks >= from { answer } else { 0.0 };
                    last = env.step(&[action], TICK, &mut seen).expect("it lives here");
                    ticks += 1;
                }
                let end = if answer == 0.0 { judged.end } else { from + 1 };
                assert_eq!(
                    (ticks, last.reward, last.success),
                    (end, worth, Some(success)),
                    "{name}, seed {seed}"
                );
                let mut account = Vec::new();
                env.account(&mut account);
                assert_eq!(account.len(), width);
                assert_eq!(account[..trial.values.len()], trial.values);
                let time = (ticks as f64 - judged.start as f64) * TICK;
                let told = [f64::from(trial.class), answer - 1.0, f64::from(u8::from(success)), time];
                assert_eq!(account[trial.values.len()..], told, "{name}, seed {seed}");
            }
        }
    }
}
