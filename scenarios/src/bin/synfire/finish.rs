//! Finish: what follows the last step: tables, statistics, expectations, report, and a word to the user.

use std::fmt::Write;

use libraries::LibrariesPlugin;
use recording::{Expectation, Population, RecordError, Run, RunFolder, Status, Window, peak_rss_bytes};
use scenarios::assemble::Simulation;
use scenarios::behaviour::{self, behaviour};
use scenarios::outcome::measure;
use scenarios::schema::Scenario;
use scenarios::simulate::{Ended, Ending, close};
use scenarios::weights;

use crate::{console, exit};

/// What the user wants of the results.
pub struct Wanted {
    /// Format of the tables.
    pub format: tables::Format,
    /// Whether weights that learn are kept.
    pub weights: bool,
    /// Whether a report is made.
    pub report: bool,
    /// Whether to stay silent.
    pub quiet: bool,
}

/// Ends a run, however it went, and gives the exit code.
pub fn finish(
    folder: &RunFolder,
    mut run: Run,
    simulation: &mut Simulation,
    ended: Ended,
    scenario: Option<&Scenario>,
    wanted: &Wanted,
) -> u8 {
    run.steps = ended.steps;
    run.wall_s = ended.wall_s;
    run.biological_s = ended.steps as f64 * run.dt_ms / 1000.0;
    run.peak_rss_bytes = peak_rss_bytes();
    run.files.extend(simulation.weights.as_ref().map(|weights| weights.file.clone()));
    let closed = close(simulation).and_then(|()| learnt(folder, &mut run, simulation, wanted));
    run.behaviour = scenario.and_then(|scenario| behaviour(simulation.app.world_mut(), scenario));
    let systems = LibrariesPlugin::finish(simulation.app.world_mut());
    (run.status, run.error) = match (ended.ending, &closed) {
        (Ending::Failed(message), _) => (Status::Failed, Some(message)),
        (_, Err(error)) => (Status::Failed, Some(error.to_string())),
        (Ending::Finished, _) if systems.is_err() => (Status::Failed, systems.err()),
        (Ending::Interrupted, _) => (Status::Interrupted, None),
        (Ending::Finished, _) => (Status::Finished, None),
    };
    if let Err(error) = results(folder, &mut run, scenario, wanted) {
        run.status = Status::Failed;
        run.error.get_or_insert(error.to_string());
        // The disk may refuse this as well; the error below is what counts.
        let _ = run.write(folder.path());
    }
    if !wanted.quiet {
        console::out(&summary(folder, &run));
    }
    if let Some(error) = &run.error {
        console::err(&format!("error: {error}\n"));
    }
    match run.status {
        Status::Interrupted => exit::INTERRUPTED,
        Status::Failed | Status::Running => exit::FAILED,
        Status::Finished if run.expectations.iter().all(|e| e.passed) => exit::OK,
        Status::Finished => exit::UNEXPECTED,
    }
}

/// Writes the weights that were learnt.
fn learnt(
    folder: &RunFolder,
    run: &mut Run,
    simulation: &mut Simulation,
    wanted: &Wanted,
) -> Result<(), RecordError> {
    if wanted.weights {
        run.files.push(weights::write(simulation, folder, wanted.format)?);
    }
    Ok(())
}

fn results(
    folder: &RunFolder,
    run: &mut Run,
    scenario: Option<&Scenario>,
    wanted: &Wanted,
) -> Result<(), RecordError> {
    let until = run.biological_s * 1e3;
    let after = if run.after_ms < until { run.after_ms } else { 0.0 };
    // Statistics are taken once, from the tables, for every population the run lists.
    let made = folder.make_tables(wanted.format)?;
    run.files.extend(made.spikes.iter().chain(&made.traces).map(|kept| kept.file.clone()));
    run.write(folder.path())?;
    run.tally(folder.path(), Window::of_run(after, until))?;
    if let Some(scenario) = scenario
        && run.status == Status::Finished
    {
        run.expectations = measure(scenario, folder.path(), run)?;
        run.expectations.extend(behaviour::measure(scenario, run));
    }
    // The report lists the files, itself among them, as it does when it is made again.
    run.files.extend(wanted.report.then(|| "report.html".into()));
    run.write(folder.path())?;
    if wanted.report {
        report::write_report(folder.path())?;
    }
    Ok(())
}

fn summary(folder: &RunFolder, run: &Run) -> String {
    let mut text = String::new();
    let mut line = |s: String| writeln!(text, "{s}").expect("a string takes all text");
    let how = match run.status {
        Status::Finished => "finished",
        Status::Interrupted => "interrupted; what was computed is kept",
        Status::Failed | Status::Running => "failed; what was computed is kept",
    };
    line(format!("{}: {how}", run.scenario.title));
    let speed = if run.wall_s > 0.0 { run.biological_s / run.wall_s } else { 0.0 };
    line(format!(
        "  {} in {}, {speed:.2} x real time; built in {}; {} thread{}, {}",
        console::time(run.biological_s * 1e3),
        console::time(run.wall_s * 1e3),
        console::time(run.build_s * 1e3),
        run.threads,
        if run.threads == 1 { "" } else { "s" },
        run.machine.isa
    ));
    let width = run.populations.iter().map(|p| neurons(p).len()).max().unwrap_or(0).max(9);
    for p in &run.populations {
        line(population(p, width));
    }
    for e in &run.expectations {
        line(expectation(e));
    }
    line(format!("  results in {}", folder.path().display()));
    text
}

/// How many neurons, and of how many the numbers beside it tell where that is not all.
fn neurons(p: &Population) -> String {
    match p.recorded() {
        all if all == p.size => all.to_string(),
        some => format!("{some} of {}", p.size),
    }
}

fn population(p: &Population, width: usize) -> String {
    let heard = p.recorded() > 0;
    let known = |value: String| if heard { value } else { "-".into() };
    format!(
        "  {:<16} {:>width$} {:<12} {:>10} spikes  {:>8} Hz  CV {:>5}  silent {:>5} %",
        p.name,
        neurons(p),
        p.model,
        known(p.spikes.to_string()),
        known(format!("{:.2}", p.rate_hz)),
        p.cv.map_or("-".into(), |cv| format!("{cv:.2}")),
        known(format!("{:.1}", 100.0 * p.silent_fraction))
    )
}

/// What was expected, and what came.
pub fn expectation(e: &Expectation) -> String {
    let found = e.value.map_or("nothing".into(), |v| format!("{v:.4}"));
    let mark = if e.passed { "as expected" } else { "UNEXPECTED" };
    let reference = e.reference.map_or(String::new(), |r| format!(", reference {r}"));
    format!("  {mark}: {} of {} is {found}, allowed {} to {}{reference}", e.what, e.of, e.low, e.high)
}
