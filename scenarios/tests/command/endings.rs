//! Endings before the end: interrupted, killed, or with a number that is none. What was computed is kept.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use recording::Status;

use crate::{Answer, Desk, SMALL, run_of, times_of};

/// The longest that a run is given to begin, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);
/// More than the head of the spool: spikes have been handed to the system.
const FILLED: u64 = 4096;

/// A run that goes on for hours, once it has written spikes.
fn endless(desk: &Desk) -> Child {
    let line = ["run", "case.toml", "--duration", "100000 s", "--set", "record.0.what=spikes"];
    let mut command = desk.synfire(&line);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
    let spool = desk.results().join("spikes.spool");
    let start = Instant::now();
    while !fs::metadata(&spool).is_ok_and(|m| m.len() > FILLED) {
        assert!(start.elapsed() < PATIENCE, "nothing is recorded");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn signal(child: &Child, name: &str) {
    let kill = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(kill.expect("there is `kill`").success());
}

#[test]
fn a_run_that_is_interrupted_stops_at_the_next_step_and_keeps_everything() {
    let desk = Desk::with(SMALL);
    let child = endless(&desk);
    signal(&child, "-INT");
    let answer = Answer::of(child.wait_with_output().unwrap()).expect(130);
    assert!(answer.out.contains("interrupted; what was computed is kept"), "{}", answer.out);
    let run = run_of(&desk.results());
    assert_eq!(run.status, Status::Interrupted);
    assert!((run.steps as f64 * run.dt_ms / 1000.0 - run.biological_s).abs() < 1e-9 && run.steps > 0);
    let times = times_of(&desk.results());
    assert_eq!(run.populations[0].spikes as usize, times.len());
    let rate = times.len() as f64 / 100.0 / run.biological_s;
    assert!(
        (40.0..80.0).contains(&rate),
        "{rate} Hz until the end of {} s: none is missing",
        run.biological_s
    );
    assert!(desk.results().join("report.html").exists() && !desk.results().join("spikes.spool").exists());
}

#[test]
fn a_run_that_is_killed_is_recovered_by_a_new_report() {
    let desk = Desk::with(SMALL);
    let mut child = endless(&desk);
    let busy = desk.call(&["report", "out/case"]).expect(1);
    assert!(busy.err.contains("still going"), "{}", busy.err);
    let refused = desk.call(&["run", "case.toml", "-q", "--overwrite"]).expect(1);
    assert!(refused.err.contains("still going"), "{}", refused.err);
    signal(&child, "-KILL");
    child.wait().unwrap();
    desk.call(&["report", "out/case"]).expect(0);
    let run = run_of(&desk.results());
    let times = times_of(&desk.results());
    assert_eq!((run.status, run.populations[0].spikes as usize), (Status::Interrupted, times.len()));
    assert!(times.is_sorted() && times.len() > 1000 / 8, "{} spikes", times.len());
    assert!(desk.results().join("report.html").exists() && !desk.results().join("spikes.spool").exists());
    desk.call(&["run", "case.toml", "-q", "--overwrite"]).expect(0);
}

/// A capacitance so small that a current at 50 ms drives the voltage beyond all numbers.
fn runaway() -> String {
    let stimulus = "
[[stimulus]]
to         = \"exc[30..40]\"
kind       = \"steps\"
times      = [\"0 ms\", \"50 ms\"]
amplitudes = [\"0 pA\", \"-1e38 pA\"]
";
    SMALL.replace("i_e = \"500 pA\"", "i_e = \"0.002 pA\", c_m = \"0.001 pF\", t_ref = \"0 ms\"") + stimulus
}

fn kept_up_to(folder: &Path) -> f64 {
    times_of(folder).last().copied().expect("there are spikes")
}

#[test]
fn a_number_that_stops_being_finite_is_named_and_what_came_before_is_kept() {
    let desk = Desk::with(&runaway());
    let answer = desk.call(&["run", "case.toml"]).expect(1);
    for part in [
        "population `exc`, neuron 30: `v` stopped being finite",
        "t = 50.0",
        "last good value",
        "smaller `dt`",
    ] {
        assert!(answer.err.contains(part), "`{part}` in {}", answer.err);
    }
    let run = run_of(&desk.results());
    assert_eq!(run.status, Status::Failed);
    assert!(run.error.is_some_and(|e| e.contains("neuron 30")), "the summary says it as well");
    let last = kept_up_to(&desk.results());
    assert!((40.0..=50.1).contains(&last), "spikes up to {last} ms are kept");
    assert!(desk.results().join("report.html").exists());
}
