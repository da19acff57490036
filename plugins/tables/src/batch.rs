//! Reading a table in parts of bounded size.

use crate::{Format, Table, TableError, csv, npz, parquet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Rows per batch, where the format can be read in parts.
pub(crate) const ROWS: usize = 1 << 16;

/// The parts of a table, in order. There is at least one, and all have the same columns.
pub struct Batches {
    path: PathBuf,
    source: Source,
}

enum Source {
    Parts(Box<parquet::Parts>),
    Whole(Option<Table>),
}

/// Reads a table in parts: Parquet in some 65,000 rows at a time, other formats as one part.
///
/// # Errors
/// The file cannot be read, is of no known format, or is damaged.
pub fn batches(path: &Path) -> Result<Batches, TableError> {
    let source = guarded(path, || {
        Ok(match Format::of(path)? {
            Format::Parquet => Source::Parts(Box::new(parquet::Parts::open(path)?)),
            Format::Npz => Source::Whole(Some(npz::read(path)?)),
            Format::Csv => Source::Whole(Some(csv::read(path)?)),
        })
    })?;
    Ok(Batches { path: path.to_path_buf(), source })
}

impl Iterator for Batches {
    type Item = Result<Table, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.source {
            Source::Whole(table) => table.take().map(Ok),
            Source::Parts(parts) => {
                let part = guarded(&self.path, || parts.next().transpose()).transpose();
                if matches!(part, Some(Err(_))) {
                    self.source = Source::Whole(None);
                }
                part
            }
        }
    }
}

/// The decoders below assume well-formed pages in places: what they panic on is a damaged file as well.
pub(crate) fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T, TableError>) -> Result<T, TableError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(TableError::malformed(path, "content", "the decoder gave up")))
}
