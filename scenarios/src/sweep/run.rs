//! Run: the points of a sweep, each a world of its own, shared by threads; and the table that comes of them.
//!
//! A point is run by one thread, and is what its scenario alone gives: no bit depends on how many threads there are, or on the others.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use recording::{Population, RecordError, Run, RunFolder, Status, Window};
use tables::{Column, Table, TableError};

use super::Point;
use crate::assemble::{Kept, assemble};
use crate::diagnostic::Diagnostics;
use crate::outcome::{is_measured, measure};
use crate::schema::{Scenario, Sweep};
use crate::simulate::{Ending, close, simulate};

/// What came of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its seed.
    pub seed: u64,
    /// What was measured, `[measure]`, as [`names`] lists it; no number where there is none.
    pub values: Vec<f64>,
}

/// What is measured of a scenario: how each population fires, and what is expected of it.
pub fn names(scenario: &Scenario) -> Vec<String> {
    let of = |p: &crate::schema::Population| {
        ["spikes", "rate_hz", "cv", "silent"].map(|what| format!("{}.{what}", p.name))
    };
    let populations = scenario.populations.iter().flat_map(of);
    let expected = scenario.expects.iter().enumerate().map(|(k, e)| {
        let of: Vec<&str> =
            e.of.members.iter().map(|m| scenario.populations[m.population].name.as_str()).collect();
        format!("expect.{k}.{}.{}", of.join("+"), e.what.name())
    });
    populations.chain(expected).collect()
}

/// Runs all points, `threads` at a time; `at` gives the scenario of one, and `done` hears how many there are. `None` where `stop` was
/// raised before the end.
///
/// # Errors
/// The first point, in their order, that cannot be built or run, and the disk refusing.
pub fn run(
    points: &[Point],
    (threads, folder): (usize, &Path),
    at: &(dyn Fn(&Point) -> Result<Scenario, Diagnostics> + Sync),
    stop: &AtomicBool,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Option<Vec<Row>>, String> {
    let (next, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let rows: Mutex<Vec<Option<Result<Row, String>>>> = Mutex::new(vec![None; points.len()]);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(points.len()) {
            scope.spawn(|| {
                loop {
                    let k = next.fetch_add(1, Ordering::Relaxed);
                    if k >= points.len() || stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let row = at(&points[k]).map_err(|e| e.to_string());
                    let row =
                        row.and_then(|scenario| one(&scenario, &folder.join(format!("point_{k}")), stop));
                    let row = row.map_err(|e| format!("point {k}: {e}")).transpose();
                    let failed = matches!(row, Some(Err(_)));
                    rows.lock().unwrap_or_else(std::sync::PoisonError::into_inner)[k] = row;
                    done(finished.fetch_add(1, Ordering::Relaxed) + 1);
                    if failed {
                        next.store(points.len(), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let rows = rows.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(Err(error)) = rows.iter().flatten().find(|row| row.is_err()) {
        return Err(error.clone());
    }
    Ok(rows.into_iter().map(|row| row.and_then(Result::ok)).collect())
}

/// Runs a scenario in a folder that is gone afterwards; `None` where it was stopped.
fn one(scenario: &Scenario, path: &Path, stop: &AtomicBool) -> Result<Option<Row>, String> {
    let folder = RunFolder::create(path, true).map_err(|e| e.to_string())?;
    let row = recorded(scenario, &folder, stop);
    let gone = std::fs::remove_dir_all(path).map_err(|e| format!("`{}`: {e}", path.display()));
    let row = row?;
    gone.map(|()| row)
}

fn recorded(scenario: &Scenario, folder: &RunFolder, stop: &AtomicBool) -> Result<Option<Row>, String> {
    let mut simulation = assemble(scenario, Some(folder), &mut |_, _, _| ()).map_err(|e| e.to_string())?;
    let ended = simulate(&mut simulation, scenario.run.steps, stop, &mut |_| ());
    let disk = |e: RecordError| e.to_string();
    close(&mut simulation).map_err(disk)?;
    match ended.ending {
        Ending::Failed(found) => return Err(found),
        Ending::Interrupted => return Ok(None),
        Ending::Finished => {}
    }
    let kept = Kept::of(scenario);
    let population = |(k, p): (usize, &crate::schema::Population)| Population {
        name: p.name.clone(),
        size: p.size as u64,
        recorded: Some(kept.spikes.get(&k).map_or(0, ecs_core::network::Reach::len) as u64),
        ..Population::default()
    };
    let after_ms = scenario.expects.iter().map(|e| e.after).filter(|t| *t < scenario.run.duration);
    let mut run = Run {
        status: Status::Finished,
        dt_ms: scenario.run.dt,
        biological_s: scenario.run.duration * 1e-3,
        after_ms: after_ms.fold(0.0, f64::max),
        populations: scenario.populations.iter().enumerate().map(population).collect(),
        ..Run::default()
    };
    folder.make_tables(tables::Format::Parquet).map_err(disk)?;
    run.write(folder.path()).map_err(disk)?;
    run.tally(folder.path(), Window::of_run(run.after_ms, scenario.run.duration)).map_err(disk)?;
    let found = measure(scenario, folder.path(), &run).map_err(disk)?;
    let known = |p: &Population, x: f64| if p.recorded() > 0 { x } else { f64::NAN };
    let of = |p: &Population| {
        [p.spikes as f64, p.rate_hz, p.cv.unwrap_or(f64::NAN), p.silent_fraction].map(|x| known(p, x))
    };
    let mut values: Vec<f64> = run.populations.iter().flat_map(of).collect();
    let mut found = found.into_iter();
    values.extend(scenario.expects.iter().map(|e| match is_measured(scenario, e, scenario.run.duration) {
        true => found.next().and_then(|e| e.value).unwrap_or(f64::NAN),
        false => f64::NAN,
    }));
    Ok(Some(Row { seed: scenario.run.seed, values }))
}

/// The table of a sweep: a row for each run, with the values of the axes, the seed, and what was measured.
///
/// # Errors
/// Two columns of one name.
pub fn table(sweep: &Sweep, points: &[Point], names: &[String], rows: &[Row]) -> Result<Table, TableError> {
    let mut table = Table::new();
    for (k, axis) in sweep.axes.iter().enumerate() {
        let name =
            if axis.unit.is_empty() { axis.of.clone() } else { format!("{} ({})", axis.of, axis.unit) };
        let column = match axis.numbers.is_empty() {
            false => Column::F64(points.iter().map(|point| axis.numbers[point.values[k]]).collect()),
            true => {
                let mut text = tables::Text::default();
                points.iter().for_each(|point| text.push(&axis.written[point.values[k]]));
                Column::Text(text)
            }
        };
        table = table.with(&name, column)?;
    }
    table = table.with("seed", Column::I64(rows.iter().map(|row| row.seed as i64).collect()))?;
    for (k, name) in names.iter().enumerate() {
        table = table.with(name, Column::F64(rows.iter().map(|row| row.values[k]).collect()))?;
    }
    Ok(table)
}
