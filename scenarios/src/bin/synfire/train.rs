//! `synfire train` and `synfire evaluate`: a scenario with `[training]`, from its data to a network that has learned.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use indicatif::ProgressBar;
use recording::{Machine, Run, RunFolder, Status, peak_rss_bytes};
use scenarios::estimate::{estimate, fits};
use scenarios::schema::{Scenario, Training};
use scenarios::train::{Prepared, prepare, results, samples};
use training::checkpoint::Tensors;
use training::trainer::{Epoch, Now, Pass};

use crate::arguments::{Evaluate, Train};
use crate::run::{here, load_scenario, stopping};
use crate::{console, exit};

/// The name of a checkpoint in the folder of a run.
const CHECKPOINT: &str = "checkpoint.safetensors";

pub(crate) fn failed(error: impl std::fmt::Display) -> u8 {
    console::err(&format!("error: {error}\n"));
    exit::FAILED
}

pub(crate) fn wrong(diagnostics: scenarios::diagnostic::Diagnostics) -> u8 {
    console::diagnostics(&diagnostics);
    exit::WRONG
}

/// Its `[training]`, or a word to whoever asks for one that is not there.
fn training<'s>(scenario: &'s Scenario, file: &Path) -> Result<&'s Training, u8> {
    scenario.training.as_ref().ok_or_else(|| {
        console::err(&format!(
            "error: `{}` has no section `[training]`; `synfire run` runs it, and `synfire schema` has the keys of the section\n",
            file.display()
        ));
        exit::WRONG
    })
}

/// `synfire train`
pub fn train(arguments: &Train) -> u8 {
    begin(arguments).unwrap_or_else(|code| code)
}

fn begin(arguments: &Train) -> Result<u8, u8> {
    let scenario = load_scenario(&arguments.scenario, &arguments.plugins, &arguments.changes.overrides())?;
    if let Some(fit) = &scenario.fit {
        return crate::fit::fit(&scenario, fit, arguments);
    }
    let training = training(&scenario, &arguments.scenario)?;
    let memory = if arguments.force { 0 } else { Machine::here().memory_bytes };
    fits(&scenario, &estimate(&scenario).map_err(wrong)?, memory).map_err(wrong)?;
    let data = samples(&scenario, training).map_err(wrong)?;
    let mut prepared = prepare(&scenario, training, data, &mut |_, _, _| ()).map_err(wrong)?;
    let path = arguments.out.clone().unwrap_or_else(|| out(&arguments.scenario));
    // What is gone on from lies in the folder that is about to be emptied.
    let resumed = match arguments.resume {
        true => Some(Tensors::read(&path.join(CHECKPOINT)).map_err(failed)?),
        false => None,
    };
    let folder = RunFolder::create(&path, arguments.overwrite || arguments.resume).map_err(failed)?;
    let mut run = describe(&scenario, &arguments.scenario, &folder, &prepared)?;
    if let Some(from) = &resumed {
        let resume = prepared.trainer.resume(from);
        resume.map_err(|e| failed(format!("`{}`: {e}", path.join(CHECKPOINT).display())))?;
        from.write(&path.join(CHECKPOINT)).map_err(failed)?;
    }
    run.files.push(CHECKPOINT.into());
    run.write(folder.path()).map_err(failed)?;
    let begun = Instant::now();
    let ended = epochs(&mut prepared, training, &folder.path().join(CHECKPOINT), arguments.quiet);
    run.wall_s = begun.elapsed().as_secs_f64();
    (run.status, run.error) = match &ended {
        Ok(true) => (Status::Finished, None),
        Ok(false) => (Status::Interrupted, None),
        Err(error) => (Status::Failed, Some(error.clone())),
    };
    conclude(&folder, run, &mut prepared, &scenario, !arguments.no_report, arguments.quiet)
}

/// `synfire evaluate`
pub fn evaluate(arguments: &Evaluate) -> u8 {
    test(arguments).unwrap_or_else(|code| code)
}

fn test(arguments: &Evaluate) -> Result<u8, u8> {
    let scenario = load_scenario(&arguments.scenario, &arguments.plugins, &arguments.changes.overrides())?;
    let training = training(&scenario, &arguments.scenario)?;
    let from = if arguments.from.is_dir() { arguments.from.join(CHECKPOINT) } else { arguments.from.clone() };
    let tensors = Tensors::read(&from).map_err(failed)?;
    let data = samples(&scenario, training).map_err(wrong)?;
    let mut prepared = prepare(&scenario, training, data, &mut |_, _, _| ()).map_err(wrong)?;
    let taken = prepared.trainer.take_parameters(&tensors);
    taken.map_err(|e| failed(format!("`{}`: {e}", from.display())))?;
    let Prepared { trainer, train, held_out, .. } = &mut prepared;
    let mut last = Epoch { train: trainer.evaluate(train).map_err(failed)?, ..Epoch::default() };
    console::out(&format!("{}\n  train     {}\n", scenario.title, pass(&last.train)));
    if let Some(held_out) = held_out {
        let found = trainer.evaluate(held_out).map_err(failed)?;
        console::out(&format!("  held out  {}\n", pass(&found)));
        last.held_out = Some(found);
    }
    let expectations = results::expectations(&training.expects, &last);
    expectations.iter().for_each(|e| console::out(&format!("{}\n", crate::finish::expectation(e))));
    Ok(if expectations.iter().all(|e| e.passed) { exit::OK } else { exit::UNEXPECTED })
}

pub(crate) fn out(scenario: &Path) -> PathBuf {
    PathBuf::from("out").join(scenario.file_stem().map_or("run".into(), |n| n.to_os_string()))
}

/// What is known before training.
fn describe(scenario: &Scenario, file: &Path, folder: &RunFolder, prepared: &Prepared) -> Result<Run, u8> {
    let text = scenario.origin.text();
    let copy = folder.copy_scenario(file, text.as_bytes()).map_err(failed)?;
    let population = |p: &scenarios::schema::Population| recording::Population {
        name: p.name.clone(),
        model: p.neuron.entry.name.into(),
        size: p.size as u64,
        ..Default::default()
    };
    Ok(Run {
        scenario: recording::Scenario {
            title: scenario.title.clone(),
            file: file.display().to_string(),
            source: scenario.source.clone(),
            sha256: recording::sha256(text.as_bytes()),
        },
        seed: scenario.run.seed,
        dt_ms: scenario.run.dt,
        threads: prepared.simulation.threads as u32,
        build_s: prepared.simulation.build_s,
        synapses: prepared.trainer.circuit.links.iter().map(|l| l.matrix.count()).sum(),
        populations: scenario.populations.iter().map(population).collect(),
        files: vec![copy],
        ..here()
    })
}

/// Trains to the end, or until Ctrl-C; true at the end. What was done stands in the checkpoint.
fn epochs(
    prepared: &mut Prepared,
    training: &Training,
    checkpoint: &Path,
    quiet: bool,
) -> Result<bool, String> {
    let Prepared { trainer, train, held_out, .. } = prepared;
    let stop = Arc::new(AtomicBool::new(false));
    stopping(&stop);
    let batches = trainer.batches(train.len());
    let bar = console::bar(training.epochs * batches, "{wide_bar} {percent:>3}%  {msg}  ETA {eta}", quiet);
    bar.set_position(trainer.step);
    bar.reset_eta();
    while trainer.step / batches < training.epochs {
        let (begun, first) = (Instant::now(), trainer.step);
        let rate = trainer.rate(batches);
        let mut done = 0;
        let passed = trainer.epoch(train, &mut |now| {
            done += 1;
            show(&bar, training.epochs, (now, first + done), begun.elapsed().as_secs_f64() / done as f64);
            if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if let Some(passed) = passed {
            let tested = held_out.as_ref().map(|data| trainer.evaluate(data)).transpose()?;
            let epoch = Epoch { epoch: trainer.step / batches - 1, rate, train: passed, held_out: tested };
            if !quiet {
                bar.suspend(|| console::out(&line(&epoch, training.epochs)));
            }
            trainer.history.push(epoch);
        }
        trainer.checkpoint().write(checkpoint)?;
        if stop.load(Ordering::Relaxed) {
            bar.finish_and_clear();
            return Ok(trainer.step / batches >= training.epochs);
        }
    }
    bar.finish_and_clear();
    Ok(true)
}

fn show(bar: &ProgressBar, epochs: u64, (now, step): (&Now, u64), seconds: f64) {
    let metrics: Vec<String> = now.metrics.iter().map(|(name, value)| format!("{name} {value:.3}")).collect();
    bar.set_position(step);
    bar.set_message(format!(
        "epoch {}/{epochs}  batch {}/{}  loss {:.4}  {}  {:.3} s/batch",
        now.epoch + 1,
        now.batch,
        now.batches,
        now.mean,
        metrics.join("  "),
        seconds
    ));
}

fn line(epoch: &Epoch, epochs: u64) -> String {
    let held_out = epoch.held_out.as_ref().map_or(String::new(), |p| format!("; held out: {}", pass(p)));
    format!("epoch {:>3}/{epochs}: {}{held_out}\n", epoch.epoch + 1, pass(&epoch.train))
}

pub(crate) fn pass(pass: &Pass) -> String {
    let metrics: Vec<String> =
        pass.metrics.iter().map(|(name, value)| format!("{name} {value:.4}")).collect();
    format!("loss {:.4}  {}  in {}", pass.loss(), metrics.join("  "), console::time(pass.seconds * 1e3))
}

/// Writes what came of it, and says it.
fn conclude(
    folder: &RunFolder,
    mut run: Run,
    prepared: &mut Prepared,
    scenario: &Scenario,
    report: bool,
    quiet: bool,
) -> Result<u8, u8> {
    let training = training(scenario, Path::new(""))?;
    run.peak_rss_bytes = peak_rss_bytes();
    run.steps = scenario.run.steps;
    run.biological_s = scenario.run.duration * 1e-3;
    let written = results::write(folder, &mut run, prepared, scenario, training);
    if let Err(error) = &written {
        run.status = Status::Failed;
        run.error.get_or_insert(error.clone());
    }
    run.files.extend(report.then(|| "report.html".into()));
    run.write(folder.path()).map_err(failed)?;
    if report {
        report::write_report(folder.path()).map_err(failed)?;
    }
    if !quiet {
        console::out(&summary(folder, &run));
    }
    if let Some(error) = &run.error {
        console::err(&format!("error: {error}\n"));
    }
    Ok(match run.status {
        Status::Interrupted => exit::INTERRUPTED,
        Status::Failed | Status::Running => exit::FAILED,
        Status::Finished if run.expectations.iter().all(|e| e.passed) => exit::OK,
        Status::Finished => exit::UNEXPECTED,
    })
}

pub(crate) fn summary(folder: &RunFolder, run: &Run) -> String {
    let how = match run.status {
        Status::Finished => "trained",
        Status::Interrupted => "interrupted; go on with `--resume`",
        Status::Failed | Status::Running => "failed; what was learned before is kept",
    };
    let mut text = format!("{}: {how}\n", run.scenario.title);
    text += &format!(
        "  {} thread{}, {}; {}\n",
        run.threads,
        if run.threads == 1 { "" } else { "s" },
        run.machine.isa,
        console::time(run.wall_s * 1e3)
    );
    run.expectations.iter().for_each(|e| text += &format!("{}\n", crate::finish::expectation(e)));
    text + &format!("  results in {}\n", folder.path().display())
}
