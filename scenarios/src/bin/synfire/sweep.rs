//! `synfire run` of a scenario with `[sweep]`: all its points, a table with a row for each run, and a report of what came of them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use recording::{RunFolder, Status, SweptAxis, peak_rss_bytes};
use scenarios::at_point;
use scenarios::schema::{OutputFormat, Scenario, Sweep};
use scenarios::sweep::{Point, Row, names, run, table};

use crate::arguments::Run as Arguments;
use crate::run::{begin, host, stopping};
use crate::train::failed;
use crate::{console, exit};

/// Runs all points and writes what came of them.
pub fn sweep(
    scenario: &Scenario,
    swept: &Sweep,
    arguments: &Arguments,
    folder: &RunFolder,
) -> Result<u8, u8> {
    let mut record = begin(scenario, arguments, folder).map_err(failed)?;
    let points = swept.runs();
    let threads = scenarios::train::threads(scenario).min(points.len());
    let host = host(&arguments.plugins)?;
    // What values say together is known before anything runs; one thread is a point's own.
    let mut changes = arguments.changes.overrides();
    changes.push(scenarios::Override::new("run.threads=1"));
    let base = arguments.scenario.parent().unwrap_or(Path::new(""));
    let at = |point: &Point| at_point(scenario, base, (host.clone(), &changes), point);
    for point in &points {
        at(point).map_err(crate::train::wrong)?;
    }
    let stop = Arc::new(AtomicBool::new(false));
    stopping(&stop);
    let bar = console::bar(points.len() as u64, "{wide_bar} {pos}/{len} runs  ETA {eta}", arguments.quiet);
    let begun = Instant::now();
    let rows = run(&points, (threads, folder.path()), &at, &stop, &|done| bar.set_position(done as u64));
    bar.finish_and_clear();
    record.wall_s = begun.elapsed().as_secs_f64();
    record.peak_rss_bytes = peak_rss_bytes();
    record.threads = threads as u32;
    record.biological_s = scenario.run.duration * 1e-3 * points.len() as f64;
    record.steps = scenario.run.steps * points.len() as u64;
    (record.status, record.error) = match &rows {
        Ok(Some(_)) => (Status::Finished, None),
        Ok(None) => (Status::Interrupted, None),
        Err(error) => (Status::Failed, Some(error.clone())),
    };
    if let Ok(Some(rows)) = &rows {
        let measures = names(scenario);
        let extension = match scenario.output.format {
            OutputFormat::Parquet => "parquet",
            OutputFormat::Npz => "npz",
        };
        let file = format!("sweep.{extension}");
        let made = table(swept, &points, &measures, rows).map_err(failed)?;
        tables::write(&folder.path().join(&file), &made).map_err(failed)?;
        record.files.push(file);
        record.sweep = Some(told(swept, measures, rows));
    }
    let report = scenario.output.report && !arguments.no_report;
    // Populations fired in many runs: what one of them did is in no column of this one.
    record.populations.iter_mut().for_each(|p| p.recorded = Some(0));
    record.files.extend(report.then(|| "report.html".into()));
    record.write(folder.path()).map_err(failed)?;
    if report {
        report::write_report(folder.path()).map_err(failed)?;
    }
    if !arguments.quiet {
        console::out(&format!(
            "{}: {} runs in {} by {threads} thread{}\n  results in {}\n",
            scenario.title,
            points.len(),
            console::time(record.wall_s * 1e3),
            if threads == 1 { "" } else { "s" },
            folder.path().display()
        ));
    }
    if let Some(error) = &record.error {
        console::err(&format!("error: {error}\n"));
    }
    Ok(match record.status {
        Status::Finished => exit::OK,
        Status::Interrupted => exit::INTERRUPTED,
        Status::Failed | Status::Running => exit::FAILED,
    })
}

fn told(swept: &Sweep, measures: Vec<String>, rows: &[Row]) -> recording::Sweep {
    let axis = |axis: &scenarios::schema::Axis| SweptAxis {
        of: axis.of.clone(),
        unit: axis.unit.clone(),
        numbers: axis.numbers.clone(),
        written: axis.written.clone(),
    };
    let row = |row: &Row| row.values.iter().map(|x| x.is_finite().then_some(*x)).collect();
    recording::Sweep {
        axes: swept.axes.iter().map(axis).collect(),
        zip: swept.zip,
        seeds: swept.seeds,
        measures,
        rows: rows.iter().map(row).collect(),
    }
}
