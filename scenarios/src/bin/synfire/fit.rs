//! `synfire train` of a readout that is fitted without a gradient.

use std::time::Instant;

use recording::{Machine, Run, RunFolder, Status, Training, peak_rss_bytes};
use scenarios::schema::{Fit, Scenario};
use scenarios::train::{fit, folders, results};

use crate::arguments::Train;
use crate::run::here;
use crate::train::{failed, out, pass, summary, wrong};
use crate::{console, exit};

/// Fits the readout and writes what came of it.
pub fn fit(scenario: &Scenario, asked: &Fit, arguments: &Train) -> Result<u8, u8> {
    let path = arguments.out.clone().unwrap_or_else(|| out(&arguments.scenario));
    let bar = console::bar(1, "{spinner} {msg} {wide_bar} {percent:>3}%", arguments.quiet);
    let begun = Instant::now();
    let made = fit::fit(scenario, asked, &folders(), &|what, done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        bar.set_message(what.to_owned());
    });
    bar.finish_and_clear();
    let made = made.map_err(wrong)?;
    let folder = RunFolder::create(&path, arguments.overwrite).map_err(failed)?;
    let text = scenario.origin.text();
    let copy = folder.copy_scenario(&arguments.scenario, text.as_bytes()).map_err(failed)?;
    let population = |p: &scenarios::schema::Population| recording::Population {
        name: p.name.clone(),
        model: p.neuron.entry.name.into(),
        size: p.size as u64,
        ..Default::default()
    };
    let [features_s, fitting_s, reading_s] = made.seconds;
    let mut run = Run {
        scenario: recording::Scenario {
            title: scenario.title.clone(),
            file: arguments.scenario.display().to_string(),
            source: scenario.source.clone(),
            sha256: recording::sha256(text.as_bytes()),
        },
        status: Status::Finished,
        seed: scenario.run.seed,
        dt_ms: scenario.run.dt,
        steps: scenario.run.steps,
        biological_s: scenario.run.duration * 1e-3,
        threads: fit::threads(scenario) as u32,
        build_s: 0.0,
        wall_s: begun.elapsed().as_secs_f64(),
        peak_rss_bytes: peak_rss_bytes(),
        synapses: made.synapses.0,
        populations: scenario.populations.iter().map(population).collect(),
        expectations: results::expectations(&asked.expects, &made.epoch),
        training: Some(Training {
            parameters: made.parameters,
            samples: made.samples[0],
            held_out: made.samples[1],
            batch: made.samples[0],
            learner: asked.learner.entry.name.into(),
            epochs: vec![results::epoch(&made.epoch)],
            confusion: made
                .confusion
                .counts
                .chunks(made.confusion.classes.max(1))
                .map(<[u64]>::to_vec)
                .collect(),
            shown: None,
            course: made.course,
            ..Training::default()
        }),
        files: vec![copy],
        ..here()
    };
    run.files.extend((!arguments.no_report).then(|| "report.html".into()));
    run.write(folder.path()).map_err(failed)?;
    if !arguments.no_report {
        report::write_report(folder.path()).map_err(failed)?;
    }
    if !arguments.quiet {
        console::out(&summary(&folder, &run));
        console::out(&format!(
            "  {} features of {} synapses in {}; {} in {}; read in {}; {:.2} GB of {:.0} GB held at most\n  train     {}\n",
            made.width,
            made.synapses.0,
            console::time(features_s * 1e3),
            asked.learner.entry.name,
            console::time(fitting_s * 1e3),
            console::time(reading_s * 1e3),
            run.peak_rss_bytes.unwrap_or(0) as f64 / 1e9,
            Machine::here().memory_bytes as f64 / 1e9,
            pass(&made.epoch.train)
        ));
        if let Some(held_out) = &made.epoch.held_out {
            console::out(&format!("  held out  {}\n", pass(held_out)));
        }
    }
    Ok(if run.expectations.iter().all(|e| e.passed) { exit::OK } else { exit::UNEXPECTED })
}
