//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use scenarios::{Allow, Host, Override};

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
    /// Train the network of a scenario with `[training]`, and write what it learned to a folder.
    Train(Train),
    /// Test a trained network on the data of its scenario.
    Evaluate(Evaluate),
    /// Find all errors of a scenario, and say what it will need, without running it.
    Check(Check),
    /// List what a scenario can name: models, connection rules, stimuli, with parameters, units and sources.
    Models(Models),
    /// Show an environment to another program, such as Gymnasium in Python, over standard input.
    Env(Env),
    /// Begin a plugin, or check one that is built.
    #[command(subcommand)]
    Plugin(Plugin),
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

/// Shared libraries that bring models, rules and systems.
#[derive(Args)]
pub struct Plugins {
    /// Load a plugin, for example `./libadaptive.so`; may be repeated. Plugins are code.
    #[arg(long = "plugin", value_name = "FILE")]
    pub plugins: Vec<PathBuf>,
    /// Let the scenario load the plugins it names: all, or those of these SHA-256.
    #[arg(long, value_name = "SHA256", num_args = 0..=1, require_equals = true, default_missing_value = "all")]
    pub allow_plugins: Vec<String>,
}

impl Plugins {
    /// What a scenario may use.
    pub fn host(&self) -> Result<Host, String> {
        let mut host = Host::linked().map_err(|twice| twice.to_string())?;
        host.allow = match &self.allow_plugins[..] {
            [] => Allow::Nothing,
            all if all.iter().any(|word| word == "all") => Allow::Everything,
            these => Allow::These(these.to_vec()),
        };
        self.plugins.iter().try_for_each(|path| host.load(path))?;
        Ok(host)
    }
}

/// `synfire env`
#[derive(Args)]
pub struct Env {
    /// The environment by its name, with default parameters; or a scenario (.toml) that has `[env]`.
    pub environment: String,
    /// Length of a tick in ms, where the environment has none of its own.
    #[arg(long, default_value_t = 20.0)]
    pub interval: f64,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub plugins: Plugins,
}

/// `synfire run`
#[derive(Args)]
pub struct Run {
    /// The scenario.
    pub scenario: PathBuf,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub plugins: Plugins,
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

/// `synfire train`
#[derive(Args)]
pub struct Train {
    /// The scenario.
    pub scenario: PathBuf,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub plugins: Plugins,
    /// Where results go; `out/NAME` where not given.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Replace the results of an earlier run in that folder.
    #[arg(long, conflicts_with = "resume")]
    pub overwrite: bool,
    /// Go on from the checkpoint in that folder.
    #[arg(long)]
    pub resume: bool,
    /// Train even if the network seems too large for the machine.
    #[arg(long)]
    pub force: bool,
    /// Show nothing but errors.
    #[arg(long, short)]
    pub quiet: bool,
    /// Write no report.
    #[arg(long)]
    pub no_report: bool,
}

/// `synfire evaluate`
#[derive(Args)]
pub struct Evaluate {
    /// The scenario.
    pub scenario: PathBuf,
    /// A checkpoint, or the folder of a training.
    #[arg(long)]
    pub from: PathBuf,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub plugins: Plugins,
}

/// `synfire check`
#[derive(Args)]
pub struct Check {
    /// The scenario.
    pub scenario: PathBuf,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub plugins: Plugins,
}

/// `synfire plugin`
#[derive(Subcommand)]
pub enum Plugin {
    /// Write a crate with a neuron model of its own, which builds and passes its test.
    New {
        /// The name of the crate and of its model.
        name: String,
        /// The folder of the plugin SDK, where this program was not built from its workspace.
        #[arg(long, value_name = "FOLDER")]
        sdk: Option<PathBuf>,
    },
    /// Load a library, say what it brings, and hold its models to their contracts. This runs its code.
    Check {
        /// The library, with its folder: `./libadaptive.so`.
        file: PathBuf,
    },
}

/// `synfire models`
#[derive(Args)]
pub struct Models {
    /// Describe only this one.
    pub name: Option<String>,
    /// Print this model as the equations a scenario would define it by, and as LaTeX.
    #[arg(long, value_name = "NAME", conflicts_with = "name")]
    pub show: Option<String>,
    /// Take the models that a scenario defines or loads as well.
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    #[command(flatten)]
    pub plugins: Plugins,
}
