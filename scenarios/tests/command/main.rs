//! Command: what `synfire` does, says, leaves behind and answers to whoever called it.

mod circuit;
mod endings;
mod estimate;
mod full_disk;
mod options;
mod python;
mod results;
mod sweep;
mod training;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use recording::Run;

/// A hundred neurons that fire at some 60 Hz for 0.1 s.
const SMALL: &str = r#"
[scenario]
title  = "small"
source = "this project"
format = 1

[run]
duration = "100 ms"
seed     = 1

[population.exc]
size   = 100
neuron = "lif"
params = { i_e = "500 pA" }
state  = { v = { uniform = ["-70 mV", "-55 mV"] } }

[[record]]
of   = "exc"
what = ["spikes", "v"]

[[expect]]
of     = "exc"
what   = "mean_rate"
within = ["40 Hz", "80 Hz"]
"#;

/// A folder of its own with a scenario, gone when dropped.
struct Desk {
    path: PathBuf,
}

impl Desk {
    fn with(scenario: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("synfire_command_{}_{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a temporary folder");
        fs::write(path.join("case.toml"), scenario).expect("the folder is ours");
        Self { path }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Where results go unless another place is asked for.
    fn results(&self) -> PathBuf {
        self.file("out/case")
    }

    fn synfire(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_synfire"));
        command.args(arguments).current_dir(&self.path);
        command
    }

    fn call(&self, arguments: &[&str]) -> Answer {
        Answer::of(self.synfire(arguments).output().expect("the command starts"))
    }

    /// A line for a shell, in which `$SYNFIRE` is the command.
    fn shell(&self, line: &str) -> Answer {
        let mut shell = Command::new("bash");
        shell.args(["-c", line]).env("SYNFIRE", env!("CARGO_BIN_EXE_synfire")).current_dir(&self.path);
        Answer::of(shell.output().expect("there is a shell"))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// What a call ended with.
#[derive(Debug)]
struct Answer {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Answer {
    fn of(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    #[track_caller]
    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self
    }
}

fn run_of(folder: &Path) -> Run {
    Run::read(folder).unwrap_or_else(|e| panic!("{e}"))
}

/// Times in ms of the spikes that a folder keeps as a table.
fn times_of(folder: &Path) -> Vec<f64> {
    let table = tables::read(&folder.join("spikes.parquet")).unwrap_or_else(|e| panic!("{e}"));
    table.numbers("time_ms").unwrap_or_else(|e| panic!("{e}")).into_owned()
}
