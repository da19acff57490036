//! Python: Synfire's environments and networks held from there, and a Gymnasium that ends before its time. Skips with a message where
//! there is no Python that has Gymnasium.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use recording::Status;

use crate::{Answer, Desk, run_of, times_of};

/// How long something may take to end, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// A pole that neurons balance, in a world of this kind.
fn pole(kind: &str) -> String {
    let text = include_str!("../../cartpole.toml");
    let record = "[[record]]\nof = \"left\"\nwhat = \"spikes\"\n\n[[env.expect]]";
    let text = text.replace("kind    = \"cartpole\"", &format!("kind = {kind}"));
    text.replace("[[env.expect]]", record).replace("episodes = 10", "episodes = 1000000")
}

/// A Python that has Gymnasium and finds Synfire.
fn python(desk: &Desk) -> Option<Command> {
    let name = std::env::var("SYNFIRE_PYTHON").unwrap_or_else(|_| "python3".into());
    let found = Command::new(&name).args(["-c", "import gymnasium"]).output();
    if !found.is_ok_and(|run| run.status.success()) {
        skipped(&name);
        return None;
    }
    let mut command = Command::new(name);
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/environments/python");
    command
        .env("PYTHONPATH", clients)
        .env("PYTHONWARNINGS", "ignore")
        .env("SYNFIRE", env!("CARGO_BIN_EXE_synfire"));
    command.current_dir(&desk.path);
    Some(command)
}

#[expect(clippy::print_stderr, reason = "the reader of a test log should see what was skipped")]
fn skipped(name: &str) {
    eprintln!("skipped: `{name}` has no gymnasium; name another Python by SYNFIRE_PYTHON");
}

/// Waits until a process is gone, or is but a name that nobody asked for.
fn ends(process: u32) {
    let start = Instant::now();
    let lives = || {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
    };
    while lives() {
        assert!(start.elapsed() < PATIENCE, "process {process} lives on");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The only child of a process, once there is one.
fn child_of(process: u32) -> u32 {
    let start = Instant::now();
    loop {
        let children =
            fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
        if let Some(child) = children.split_whitespace().next() {
            return child.parse().expect("a number");
        }
        assert!(start.elapsed() < PATIENCE, "process {process} starts no other");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn kill(process: u32) {
    assert!(
        Command::new("kill")
            .args(["-KILL", &process.to_string()])
            .status()
            .expect("there is `kill`")
            .success()
    );
}

#[test]
fn worlds_are_environments_of_gymnasium() {
    let desk = Desk::with("");
    let Some(mut python) = python(&desk) else { return };
    Answer::of(python.args(["-c", include_str!("python/worlds.py")]).output().expect("Python starts"))
        .expect(0);
}

#[test]
fn a_brain_acts_in_a_loop_of_python_and_keeps_what_it_recorded() {
    let desk = Desk::with(&pole("{ external = { address = \"stdio\" } }"));
    let Some(mut python) = python(&desk) else { return };
    let wrong = fs::read_to_string(desk.file("case.toml")).unwrap().replace("argmax_count", "argmax_cont");
    fs::write(desk.file("wrong.toml"), wrong).unwrap();
    let answer =
        Answer::of(python.args(["-c", include_str!("python/brain.py")]).output().expect("Python starts"));
    let ticks: u64 = answer.expect(0).out.trim().parse().expect("a number");
    let run = run_of(&desk.results());
    assert_eq!(run.status, Status::Finished);
    let behaviour = run.behaviour.expect("it acted");
    assert_eq!((behaviour.episodes[0].ticks, behaviour.episodes[0].total), (ticks, ticks as f64));
    assert!(times_of(&desk.results()).len() > 100);
    let traces = tables::read(&desk.results().join("traces.parquet")).unwrap_or_else(|e| panic!("{e}"));
    assert!(traces.numbers("time_ms").is_ok_and(|times| !times.is_empty()), "what was observed is there");
}

#[test]
fn neither_side_outlives_the_other() {
    let desk = Desk::with(&pole("{ gym = { id = \"CartPole-v1\" } }"));
    let Some(mut python) = python(&desk) else { return };
    let code = "import synfire, time\nenv = synfire.Env('pong')\nprint(env.process.child.pid, flush=True)\ntime.sleep(600)";
    let mut holder = python.args(["-c", code]).stdout(Stdio::piped()).spawn().expect("Python starts");
    let mut line = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
    kill(holder.id());
    holder.wait().unwrap();
    ends(line.trim().parse().expect("a number"));

    let mut run =
        desk.synfire(&["run", "case.toml", "-q", "--duration", "100000 s"]).spawn().expect("it starts");
    let child = child_of(run.id());
    kill(run.id());
    run.wait().unwrap();
    ends(child);
}

#[test]
fn a_gymnasium_that_dies_is_named_and_what_was_recorded_is_kept() {
    let desk = Desk::with(&pole("{ gym = { id = \"CartPole-v1\" } }"));
    if python(&desk).is_none() {
        return;
    }
    let mut command = desk.synfire(&["run", "case.toml", "--duration", "100000 s"]);
    let run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let child = child_of(run.id());
    let (start, spool) = (Instant::now(), desk.results().join("spikes.spool"));
    while !fs::metadata(&spool).is_ok_and(|file| file.len() > 4096) {
        assert!(start.elapsed() < PATIENCE, "nothing is recorded");
        std::thread::sleep(Duration::from_millis(20));
    }
    kill(child);
    let answer = Answer::of(run.wait_with_output().unwrap()).expect(1);
    for part in ["environment `env`", "CartPole-v1", "ended", "signal: 9"] {
        assert!(answer.err.contains(part), "`{part}` in {}", answer.err);
    }
    assert_eq!(run_of(&desk.results()).status, Status::Failed);
    assert!(!times_of(&desk.results()).is_empty());
}
