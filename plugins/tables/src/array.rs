//! Arrays of numbers of any shape: images, recordings, signals.
//!
//! `.npy` holds one array, `.npz` may hold one here; of a table each row is a frame and each column a place of it.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use crate::batch::guarded;
use crate::{Column, Fault, Kind, TableError, npy, npz};

/// Numbers with a shape, the last dimension fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Lengths of the dimensions.
    pub shape: Vec<usize>,
    /// As many values as the product of the lengths.
    pub values: Vec<f32>,
}

/// Reads an array; the format follows from the extension: `.npy`, or that of a table.
///
/// # Errors
/// The file cannot be read, is of no known format, is damaged, or holds text.
pub fn array(path: &Path) -> Result<Array, TableError> {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    let (shape, column) = match extension.as_str() {
        "npy" => {
            let file = File::open(path).map_err(TableError::io(path, "open the file"))?;
            let size = file.metadata().map_err(TableError::io(path, "read the file"))?.len();
            npy::read(BufReader::new(file), size, Ok)
                .map_err(|e| TableError::malformed(path, "NumPy array", e))?
        }
        "npz" => guarded(path, || npz::only(path))?,
        _ => return frames(path),
    };
    Ok(Array { shape, values: single(path, "values", &column)? })
}

/// A table as the array `[row, column]`.
fn frames(path: &Path) -> Result<Array, TableError> {
    let table = crate::read(path)?;
    let columns = table.columns().iter().map(|(name, column)| single(path, name, column));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let values = (0..table.rows()).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    Ok(Array { shape: vec![table.rows(), columns.len()], values })
}

fn single(path: &Path, name: &str, column: &Column) -> Result<Vec<f32>, TableError> {
    Ok(match column {
        Column::F64(v) => v.iter().map(|x| *x as f32).collect(),
        Column::F32(v) => v.clone(),
        Column::I64(v) => v.iter().map(|x| *x as f32).collect(),
        Column::U32(v) => v.iter().map(|x| *x as f32).collect(),
        Column::Text(_) => {
            return Err(TableError::new(path, Fault::WrongKind(name.into(), Kind::Text, "numbers")));
        }
    })
}
