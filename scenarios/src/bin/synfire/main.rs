//! `synfire`: runs brain simulations that scenario files describe.

mod arguments;
mod check;
mod console;
mod env;
mod finish;
mod fit;
mod models;
mod plugin;
mod report;
mod run;
mod signals;
mod sonata;
mod sweep;
mod train;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use ecs_core::allocator::{Aligned, return_large_blocks};

use arguments::{Arguments, Command};

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

/// What the program says to whoever called it. README and `--help` list these.
pub mod exit {
    /// All went well.
    pub const OK: u8 = 0;
    /// The run, or reading or writing a file, failed.
    pub const FAILED: u8 = 1;
    /// The scenario or the command line is wrong; nothing was run.
    pub const WRONG: u8 = 2;
    /// The run ended, but not as the scenario expects.
    pub const UNEXPECTED: u8 = 3;
    /// Interrupted; what was computed is kept.
    pub const INTERRUPTED: u8 = 130;
}

fn main() -> ExitCode {
    return_large_blocks();
    signals::ignore_limit_of_file_size();
    let arguments = Arguments::parse();
    let code = match arguments.command {
        Command::Run(run) => run::run(&run),
        Command::Train(train) => train::train(&train),
        Command::Evaluate(evaluate) => train::evaluate(&evaluate),
        Command::Check(check) => check::check(&check),
        Command::Models(models) => models::models(&models),
        Command::Env(env) => env::env(&env),
        Command::Report { folder } => report::report(&folder),
        Command::Plugin(arguments::Plugin::New { name, sdk }) => plugin::new(&name, sdk.as_deref()),
        Command::Plugin(arguments::Plugin::Check { file }) => plugin::check(&file),
        Command::Schema => match scenarios::Host::linked() {
            Ok(host) => {
                console::out(&format!("{:#}\n", scenarios::json_schema(&host.registry)));
                exit::OK
            }
            Err(twice) => {
                console::err(&format!("error: {twice}\n"));
                exit::WRONG
            }
        },
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "synfire", &mut script);
            console::out(&String::from_utf8_lossy(&script));
            exit::OK
        }
    };
    ExitCode::from(code)
}
