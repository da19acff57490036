//! What can go wrong with a run's folder, in words.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use tables::TableError;

/// A recording that could not be made or read, and why.
#[derive(Debug)]
pub enum RecordError {
    /// The operating system refused: the path, what was tried, and its answer.
    Io(PathBuf, &'static str, io::Error),
    /// A spool could not grow; what it kept is a valid prefix.
    Stopped {
        /// The spool.
        path: PathBuf,
        /// Bytes that the file holds.
        kept: u64,
        /// Everything before this time is in the file, in ms.
        reached_ms: f64,
        /// The answer of the operating system.
        error: io::Error,
    },
    /// The folder is a run's, and nobody asked for it to be replaced.
    Occupied(PathBuf),
    /// The path is a file, or a folder with other things in it than a run.
    Foreign(PathBuf, String),
    /// Another process is writing to this run.
    Busy(PathBuf),
    /// The folder holds no run.
    NoRun(PathBuf),
    /// A file of the run is not what it should be: the path and what was found.
    Damaged(PathBuf, String),
    /// A table could not be read or written.
    Table(TableError),
}

impl RecordError {
    pub(crate) fn io<'a>(path: &'a Path, what: &'static str) -> impl Fn(io::Error) -> Self + 'a {
        move |error| Self::Io(path.to_path_buf(), what, error)
    }
}

impl From<TableError> for RecordError {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, what, error) => write!(f, "`{}`: could not {what}: {error}", path.display()),
            Self::Stopped { path, kept, reached_ms, error } => write!(
                f,
                "`{}`: recording stopped: {error}; the file keeps {kept} bytes, complete up to {reached_ms} ms, and stays \
                 readable; make room and run again, or recover what was kept",
                path.display()
            ),
            Self::Occupied(path) => write!(
                f,
                "`{}` already holds a run; use `--overwrite` to replace it, or choose another folder",
                path.display()
            ),
            Self::Foreign(path, found) => write!(
                f,
                "`{}` is not a run folder: {found}; nothing was changed; choose a new or an empty folder",
                path.display()
            ),
            Self::Busy(path) => write!(
                f,
                "`{}` is being written by a run that is still going; wait for it, or stop it first",
                path.display()
            ),
            Self::NoRun(path) => write!(
                f,
                "`{}` holds no run: no `run.json`, no table and no spool; give the folder that `run` wrote",
                path.display()
            ),
            Self::Damaged(path, found) => {
                write!(f, "`{}`: {found}; the file is damaged or of another version", path.display())
            }
            Self::Table(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RecordError {}
