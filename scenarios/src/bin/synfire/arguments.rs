//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use scenarios::Override;

/// Synfire, a differentiable brain simulator.
#[derive(Parser)]
#[command(version, about, after_help = EXIT_CODES)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 all went well; 1 the run, or reading or writing a file, failed; 2 the scenario or the \
                          command line is wrong; 3 the run ended, but not as the scenario expects; 130 interrupted, with \
                          all data kept.";

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Run a scenario (.toml), or a SONATA simulation (.json), and write its results to a folder.
    Run(Run),
    /// Find all errors of a scenario, and say what it will need, without running it.
    Check(Check),
    /// List what a scenario can name: models, connection rules, stimuli, with parameters, units and sources.
    Models(Models),
    /// Make the report of a finished or killed run again.
    Report {
        /// The run's folder.
        folder: PathBuf,
    },
    /// Print the JSON schema of scenario files, for editors.
    Schema,
    /// Print the completion script of a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Changes to a scenario.
#[derive(Args)]
pub struct Changes {
    /// Replace a value of the scenario, for example `population.exc.size=40000`; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Replace `run.seed`.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Replace `run.duration`, for example `2 s`.
    #[arg(long)]
    pub duration: Option<String>,
    /// Replace `run.threads`; 0 chooses by the size of the network.
    #[arg(long)]
    pub threads: Option<usize>,
}

impl Changes {
    /// As overrides; those with a switch of their own come last and win.
    pub fn overrides(&self) -> Vec<Override> {
        let mut all: Vec<Override> = self.set.iter().map(Override::new).collect();
        all.extend(self.seed.map(|seed| Override::new(format!("run.seed={seed}"))));
        all.extend(self.duration.as_ref().map(|d| Override::new(format!("run.duration=\"{d}\""))));
        all.extend(self.threads.map(|n| Override::new(format!("run.threads={n}"))));
        all
    }
}

/// `synfire run`
#[derive(Args)]
pub struct Run {
    /// The scenario.
    pub scenario: PathBuf,
    #[command(flatten)]
    pub changes: Changes,
    /// Where results go; `out/NAME` where not given.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Replace the results of an earlier run in that folder.
    #[arg(long)]
    pub overwrite: bool,
    /// Run even if the network seems too large for the machine.
    #[arg(long)]
    pub force: bool,
    /// Show nothing but errors.
    #[arg(long, short)]
    pub quiet: bool,
    /// Write no report.
    #[arg(long)]
    pub no_report: bool,
}

/// `synfire check`
#[derive(Args)]
pub struct Check {
    /// The scenario.
    pub scenario: PathBuf,
    #[command(flatten)]
    pub changes: Changes,
}

/// `synfire models`
#[derive(Args)]
pub struct Models {
    /// Show only this one, with its equations.
    pub name: Option<String>,
}
