//! Named columns of numbers and text, to and from Parquet, NPZ and CSV.
//!
//! [`read`] takes a whole file, [`batches`] takes it in parts of bounded size, [`create`] opens a streaming [`Writer`]. The
//! format follows from the extension: `.parquet`, `.npz`, or text in `.csv`, `.tsv`, `.txt` and `.dat`.
//!
//! Files are treated as hostile: every length that a file states is compared with the size of the file before anything is
//! allocated, and a truncated or corrupted file is a [`TableError`], never a panic. Files appear whole or not at all: a
//! writer works under a temporary name, syncs, and renames.
//!
//! ```
//! # fn main() -> Result<(), tables::TableError> {
//! let path = std::env::temp_dir().join(format!("tables_{}.parquet", std::process::id()));
//! let spikes = tables::Table::new().with("time_ms", vec![0.1, 2.5])?.with("neuron", vec![7_u32, 3])?;
//! tables::write(&path, &spikes)?;
//! assert_eq!(*tables::read(&path)?.numbers("time_ms")?, [0.1, 2.5]);
//! # std::fs::remove_file(path).expect("the file was just written");
//! # Ok(())
//! # }
//! ```
//!
//! `time_ms` is a number and `population` a dictionary of names in Parquet, so that one line of pandas reads a table. NPZ has no
//! dictionaries: a text column `population` becomes the index array `population` and the array `population_names`.

mod array;
mod batch;
mod csv;
mod error;
pub mod file;
mod idx;
mod matrix;
mod npy;
mod npz;
mod parquet;
mod table;
mod writer;

pub use array::{Array, Numbers, array, numbers};
pub use batch::{Batches, batches};
pub use error::{Fault, TableError, nearest};
pub use matrix::{Matrix, read_matrix};
pub use table::{Column, Kind, Table, Text};
pub use writer::{Format, Writer, create, write};

use std::path::Path;

/// Reads a whole table; the format follows from the extension.
///
/// # Errors
/// The file cannot be read, is of no known format, is damaged, or its columns differ in length.
pub fn read(path: &Path) -> Result<Table, TableError> {
    let mut whole: Option<Table> = None;
    for batch in batches(path)? {
        let batch = batch?;
        match &mut whole {
            None => whole = Some(batch),
            Some(table) => table.append(&batch)?,
        }
    }
    Ok(whole.unwrap_or_default())
}
