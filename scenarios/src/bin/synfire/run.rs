//! `synfire run`: a scenario from its file to its results.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use ecs_core::model::instructions;
use ecs_core::network::Reach;
use indicatif::ProgressBar;
use recording::{Machine, Run, RunFolder, Status};
use scenarios::assemble::{Kept, Simulation, assemble, traced};
use scenarios::diagnostic::{Diagnostics, Problem, Span};
use scenarios::estimate::{estimate, fits, neurons_alone};
use scenarios::schema::Scenario;
use scenarios::simulate::{Ended, simulate};
use scenarios::{Host, Override, load};

use crate::arguments::{Plugins, Run as Arguments};
use crate::{console, exit, finish, sonata};

/// What the command line lets a scenario use.
pub fn host(plugins: &Plugins) -> Result<Host, u8> {
    plugins.host().map_err(|wrong| {
        console::err(&format!("error: {wrong}\n"));
        exit::WRONG
    })
}

/// Loads a scenario with the models of this program and its plugins, and shows what is wrong with it.
pub fn load_scenario(path: &Path, plugins: &Plugins, changes: &[Override]) -> Result<Scenario, u8> {
    match load(path, host(plugins)?, changes) {
        Ok(scenario) => {
            console::diagnostics(&scenario.warnings);
            Ok(scenario)
        }
        Err(wrong) => {
            console::diagnostics(&wrong);
            Err(exit::WRONG)
        }
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> u8 {
    let result = match arguments.scenario.extension().is_some_and(|e| e == "json") {
        true => sonata::run(arguments),
        false => run_scenario(arguments),
    };
    result.unwrap_or_else(|code| code)
}

/// The folder that results go to.
pub fn folder(arguments: &Arguments, name: &str) -> Result<RunFolder, u8> {
    let path = arguments.out.clone().unwrap_or_else(|| PathBuf::from("out").join(name));
    RunFolder::create(&path, arguments.overwrite).map_err(|error| {
        console::err(&format!("error: {error}\n"));
        exit::FAILED
    })
}

fn run_scenario(arguments: &Arguments) -> Result<u8, u8> {
    let scenario = load_scenario(&arguments.scenario, &arguments.plugins, &arguments.changes.overrides())?;
    let shown = |wrong: Diagnostics| {
        console::diagnostics(&wrong);
        exit::WRONG
    };
    let shown_samples = scenario.training.as_ref().filter(|t| t.data.is_shown()).map(|t| t.span);
    let features = scenario.fit.as_ref().filter(|_| scenario.populations.is_empty()).map(|fit| fit.span);
    if let Some(span) = shown_samples.or(features) {
        let problem = Problem::new(
            "training",
            "this network is shown what `[training]` brings, which a run does not have",
        )
        .allowed("`synfire train` and `synfire evaluate`")
        .advice(format!("write `synfire train {}`", arguments.scenario.display()));
        return Err(shown_at(&scenario, span, problem));
    }
    let memory = if arguments.force { 0 } else { Machine::here().memory_bytes };
    fits(&scenario, &neurons_alone(&scenario), memory).map_err(shown)?;
    fits(&scenario, &estimate(&scenario).map_err(shown)?, memory).map_err(shown)?;
    let name = arguments.scenario.file_stem().map_or("run".into(), |n| n.to_string_lossy().into_owned());
    let folder = folder(arguments, &name)?;
    if let Some(swept) = &scenario.sweep {
        return crate::sweep::sweep(&scenario, swept, arguments, &folder);
    }
    let mut record = begin(&scenario, arguments, &folder).map_err(|error| {
        console::err(&format!("error: {error}\n"));
        exit::FAILED
    })?;

    let building = console::bar(1, "{spinner} building {msg} {wide_bar} {percent}%", arguments.quiet);
    let mut report = |name: &str, done, total| {
        building.set_length(total);
        building.set_position(done);
        building.set_message(name.to_string());
    };
    let assembled = assemble(&scenario, Some(&folder), &mut report);
    building.finish_and_clear();
    let mut simulation = assembled.map_err(shown)?;
    record.build_s = simulation.build_s;
    record.threads = simulation.threads as u32;
    record.synapses = simulation.synapses();

    let ended = advance(&mut simulation, scenario.run.steps, scenario.run.dt, arguments.quiet);
    let wanted = finish::Wanted {
        format: match scenario.output.format {
            scenarios::schema::OutputFormat::Parquet => tables::Format::Parquet,
            scenarios::schema::OutputFormat::Npz => tables::Format::Npz,
        },
        weights: scenario.output.weights.is_some(),
        report: scenario.output.report && !arguments.no_report,
        quiet: arguments.quiet,
    };
    Ok(finish::finish(&folder, record, &mut simulation, ended, Some(&scenario), &wanted))
}

/// Shows what is wrong at a place of a scenario.
fn shown_at(scenario: &Scenario, span: Span, problem: Problem) -> u8 {
    console::diagnostics(&Diagnostics::at(&scenario.origin, span, problem));
    exit::WRONG
}

/// Steps to the end with a progress bar; Ctrl-C stops at the next step, and a second one at once.
pub fn advance(simulation: &mut Simulation, steps: u64, dt: f64, quiet: bool) -> Ended {
    let stop = Arc::new(AtomicBool::new(false));
    stopping(&stop);
    let bar = console::bar(steps, "{wide_bar} {percent:>3}%  {msg}  ETA {eta}", quiet);
    let start = Instant::now();
    let ended = simulate(simulation, steps, &stop, &mut |done| show(&bar, done, dt, start));
    bar.finish_and_clear();
    ended
}

/// Sets `stop` at the first Ctrl-C; a second one ends the program at once.
pub fn stopping(stop: &Arc<AtomicBool>) {
    let asked = stop.clone();
    // Without a handler Ctrl-C ends the program at once; what was written before is then kept.
    let _ = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(exit::INTERRUPTED.into());
        }
    });
}

fn show(bar: &ProgressBar, done: u64, dt: f64, start: Instant) {
    let wall = start.elapsed().as_secs_f64().max(1e-9);
    let model = done as f64 * dt;
    let speed = model / 1000.0 / wall;
    bar.set_position(done);
    bar.set_message(format!(
        "{}  {:.0} steps/s  {speed:.2} x real time",
        console::time(model),
        done as f64 / wall
    ));
}

/// Writes what is known before the run.
pub fn begin(
    scenario: &Scenario,
    arguments: &Arguments,
    folder: &RunFolder,
) -> Result<Run, recording::RecordError> {
    let text = scenario.origin.text();
    let copy = folder.copy_scenario(&arguments.scenario, text.as_bytes())?;
    let kept = Kept::of(scenario);
    let tested = scenario.expects.iter().map(|e| e.after).filter(|after| *after < scenario.run.duration);
    let after_ms = tested.fold(0.0, f64::max);
    let record = Run {
        scenario: recording::Scenario {
            title: scenario.title.clone(),
            file: arguments.scenario.display().to_string(),
            source: scenario.source.clone(),
            sha256: recording::sha256(text.as_bytes()),
        },
        seed: scenario.run.seed,
        dt_ms: scenario.run.dt,
        after_ms,
        populations: scenario
            .populations
            .iter()
            .enumerate()
            .map(|(k, p)| recording::Population {
                name: p.name.clone(),
                model: p.neuron.entry.name.into(),
                size: p.size as u64,
                recorded: Some(kept.spikes.get(&k).map_or(0, Reach::len) as u64),
                ..Default::default()
            })
            .collect(),
        traces: traced(scenario, &kept.traces),
        files: vec![copy],
        ..here()
    };
    record.write(folder.path())?;
    Ok(record)
}

/// A run on this machine that has begun.
pub fn here() -> Run {
    let isa = format!("{:?}", instructions()).to_lowercase();
    Run {
        version: env!("CARGO_PKG_VERSION").into(),
        machine: Machine { isa, ..Machine::here() },
        status: Status::Running,
        ..Run::default()
    }
}
