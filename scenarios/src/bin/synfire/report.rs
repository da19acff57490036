//! `synfire report`: the report of a run made again, also of one that was killed.

use std::path::Path;

use recording::{Run, Status, recover};

use crate::{console, exit};

/// Runs the command.
pub fn report(folder: &Path) -> u8 {
    let made = Run::read(folder).and_then(|run| {
        if run.status == Status::Running || folder.join("spikes.spool").exists() {
            recover(folder, tables::Format::Parquet)?;
        }
        report::write_report(folder)
    });
    match made {
        Ok(path) => {
            console::out(&format!("{}\n", path.display()));
            exit::OK
        }
        Err(error) => {
            console::err(&format!("error: {error}\n"));
            exit::FAILED
        }
    }
}
