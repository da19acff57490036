//! Training: `synfire train` and `synfire evaluate`, from wrong files to a process that is killed.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use training::checkpoint::Tensors;

use super::{Desk, run_of};

/// A membrane without threshold learns the time constant and rest of an exponential.
const FIT: &str = r#"
[scenario]
title  = "a membrane"
source = "this project"
format = 1

[run]
duration = "50 ms"
dt       = "0.1 ms"
seed     = 1
threads  = 1

[population.cell]
size   = 1
neuron = "lif"
params = { tau_m = "5 ms", v_th = "1000 mV", e_l = "-60 mV" }
state  = { v = "-50 mV" }

[training]
epochs    = 40
batch     = 1
learn     = ["population.*.tau_m", "population.*.e_l"]
optimiser = { adam = { lr = 0.1 } }
loss      = "mse"

[training.traces]
of    = "cell"
file  = "trace.csv"
every = "0.5 ms"

[[training.transform]]
of   = "population.*.tau_m"
kind = "exponential"

[[training.expect]]
of     = "train"
what   = "loss"
within = [0, 5]
"#;

/// v = −65 mV + 15 mV e^(−t / 10 ms).
fn desk(scenario: &str) -> Desk {
    let desk = Desk::with(scenario);
    let value = |k: u32| format!("{}\n", -65.0 + 15.0 * (-f64::from(k) * 0.05).exp());
    fs::write(desk.file("trace.csv"), format!("v\n{}", (0..=100).map(value).collect::<String>()))
        .expect("the folder is ours");
    desk
}

fn tensors(folder: &Path) -> Vec<(String, Vec<usize>, Vec<f32>)> {
    Tensors::read(&folder.join("checkpoint.safetensors")).unwrap_or_else(|e| panic!("{e}")).tensors
}

fn value(folder: &Path, path: &str) -> f32 {
    let all = tensors(folder);
    all.iter().find(|(name, ..)| name == path).unwrap_or_else(|| panic!("no {path}")).2[0]
}

#[test]
fn a_neuron_is_fitted_to_a_trace_and_tested_from_its_checkpoint() {
    let desk = desk(&FIT.replace("epochs    = 40", "epochs    = 300"));
    desk.call(&["train", "case.toml", "-q"]).expect(0);
    let (tau, rest) =
        (value(&desk.results(), "population.cell.tau_m"), value(&desk.results(), "population.cell.e_l"));
    assert!((tau - 10.0).abs() < 0.1, "τ = {tau} ms, 10 ms made the trace");
    assert!((rest + 65.0).abs() < 0.1, "rest = {rest} mV, −65 mV made the trace");
    let run = run_of(&desk.results());
    let trace = &run.training.expect("it was trained").traces[0];
    assert!(trace.before.rmse > 3.0 && trace.after.rmse < 0.1, "{:?} {:?}", trace.before, trace.after);
    assert_eq!(trace.target.len(), trace.course.len());
    let report = fs::read_to_string(desk.results().join("report.html")).expect("there is a report");
    assert!(report.contains("Traces and fits"));
    let answer = desk.call(&["evaluate", "case.toml", "--from", "out/case"]).expect(0);
    assert!(answer.out.contains("train     loss 0.00"), "{}", answer.out);
}

#[test]
fn a_trace_that_is_missing_too_short_or_no_list_is_refused_at_its_line() {
    let desk = desk(FIT);
    for (change, wanted) in [
        ("training.traces.file=none.csv", "there is no file `none.csv`"),
        ("training.traces.every=0.1 ms", "ends at 10 ms; a trial lasts 50 ms"),
    ] {
        let answer = desk.call(&["train", "case.toml", "--set", change]).expect(2);
        assert!(answer.err.contains(wanted), "{}", answer.err);
        assert!(answer.err.contains("training.traces.file"), "{}", answer.err);
        assert!(!desk.results().exists());
    }
}

#[test]
fn training_that_was_killed_goes_on_to_the_same_bits() {
    let desk = desk(&FIT.replace("epochs    = 40", "epochs    = 400"));
    desk.call(&["train", "case.toml", "-q", "--no-report", "--out", "whole"]);
    let mut killed =
        desk.synfire(&["train", "case.toml", "-q", "--no-report"]).spawn().expect("the command starts");
    let checkpoint = desk.results().join("checkpoint.safetensors");
    let begun = Instant::now();
    while !checkpoint.exists() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(1));
    }
    killed.kill().expect("it is ours");
    killed.wait().expect("it ends");
    let kept = Tensors::read(&checkpoint).unwrap_or_else(|e| panic!("{e}"));
    let step: u64 = kept.metadata["step"].parse().expect("a number");
    assert!((1..400).contains(&step), "killed in update {step} of 400");
    desk.call(&["train", "case.toml", "-q", "--no-report", "--resume"]);
    assert_eq!(tensors(&desk.results()), tensors(&desk.file("whole")));
}

#[test]
fn a_checkpoint_of_another_network_or_none_is_refused() {
    let desk = desk(FIT);
    desk.call(&["train", "case.toml", "-q", "--no-report"]);
    let other = ["--set", "training.learn=population.cell.c_m", "--set", "training.transform=[]"];
    let answer =
        desk.call(&[&["evaluate", "case.toml", "--from", "out/case"][..], &other[..]].concat()).expect(1);
    assert!(answer.err.contains("it has no `population.cell.c_m`"), "{}", answer.err);
    let answer = desk.call(&["evaluate", "case.toml", "--from", "nowhere"]).expect(1);
    assert!(answer.err.contains("nowhere"), "{}", answer.err);
    let seed = ["--set", "training.seed=9"];
    let answer = desk.call(&[&["train", "case.toml", "-q", "--resume"][..], &seed[..]].concat()).expect(1);
    assert!(answer.err.contains("its `seed` is `1`, and here it is `9`"), "{}", answer.err);
    fs::write(desk.results().join("checkpoint.safetensors"), b"cut").expect("the folder is ours");
    desk.call(&["evaluate", "case.toml", "--from", "out/case"]).expect(1);
    desk.call(&["train", "fashion.toml"]).expect(2);
}
