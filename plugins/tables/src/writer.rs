//! Writing tables, whole or row by row in flat memory.

use crate::{Column, Fault, Kind, Table, TableError, csv, npz, parquet};
use std::path::Path;

/// The formats that tables have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Columns, compressed, with a dictionary for text; `pandas.read_parquet` opens it.
    #[default]
    Parquet,
    /// A zip of NumPy arrays; `numpy.load` opens it.
    Npz,
    /// Text, one row per line.
    Csv,
}

impl Format {
    /// The format that the extension of `path` names.
    ///
    /// # Errors
    /// The extension names none.
    pub fn of(path: &Path) -> Result<Self, TableError> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        match extension.as_str() {
            "parquet" => Ok(Format::Parquet),
            "npz" => Ok(Format::Npz),
            "csv" | "tsv" | "txt" | "dat" => Ok(Format::Csv),
            other => Err(TableError::new(path, Fault::Extension(format!(".{other}")))),
        }
    }

    /// The extension of files of this format.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Parquet => "parquet",
            Format::Npz => "npz",
            Format::Csv => "csv",
        }
    }
}

/// A table that is being written. Memory does not grow with the rows; the file appears on [`Writer::finish`].
pub trait Writer {
    /// Adds the rows of a table with the columns that the writer was opened with.
    ///
    /// # Errors
    /// The columns differ, or the disk refuses.
    fn append(&mut self, rows: &Table) -> Result<(), TableError>;

    /// Makes the file durable under its name, and tells how many rows it has.
    ///
    /// # Errors
    /// The disk refuses; no file appears then.
    fn finish(self: Box<Self>) -> Result<u64, TableError>;
}

/// Opens a table for writing; the format follows from the extension.
///
/// # Errors
/// The extension names no format, or the file cannot be created.
pub fn create(path: &Path, columns: &[(&str, Kind)]) -> Result<Box<dyn Writer>, TableError> {
    let mut empty = Table::of_file(path);
    for (name, kind) in columns {
        empty.push(name, Column::empty(*kind))?;
    }
    Ok(match Format::of(path)? {
        Format::Parquet => Box::new(parquet::ParquetWriter::create(path, empty)?),
        Format::Npz => Box::new(npz::NpzWriter::create(path, empty)?),
        Format::Csv => Box::new(csv::CsvWriter::create(path, empty)?),
    })
}

/// Writes a whole table; the format follows from the extension.
///
/// # Errors
/// The extension names no format, or the disk refuses; no file appears then.
pub fn write(path: &Path, table: &Table) -> Result<(), TableError> {
    let columns: Vec<_> =
        table.columns().iter().map(|(name, column)| (name.as_str(), column.kind())).collect();
    let mut writer = create(path, &columns)?;
    writer.append(table)?;
    writer.finish().map(drop)
}
