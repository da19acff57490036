//! One HTML file that shows a run: what was simulated and how fast, who fired when, how regularly, and whether that is what the
//! reference found.
//!
//! The file is complete in itself: it opens from a disk without a network, by day and by night, and prints. Spikes are embedded
//! exactly where there are up to a million; beyond that every k-th neuron is shown, and the page says so. Traces are
//! thinned to the least and the greatest value per slice of time, so that no spike is lost.

mod behaviour;
mod charts;
mod collect;
mod course;
mod embed;
mod numbers;
mod page;
mod sweep;
mod traces;
mod training;

use recording::{RecordError, Run};
use std::path::{Path, PathBuf};

/// The name of the file.
pub const FILE: &str = "report.html";

/// Writes the report of a run into its folder, and gives its path. A run that did not finish is reported as far as it got.
///
/// # Errors
/// The folder holds no run, a file of it is damaged, or the disk refuses.
pub fn write_report(folder: &Path) -> Result<PathBuf, RecordError> {
    let run = Run::read(folder)?;
    let recorded = collect::collect(folder, &run)?;
    let path = folder.join(FILE);
    tables::file::replace(&path, page::page(&run, &recorded).as_bytes())?;
    Ok(path)
}
