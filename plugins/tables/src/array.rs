//! Arrays of numbers of any shape: images, recordings, signals.
//!
//! `.npy` holds one array, `.npz` may hold one here; of a table each row is a frame and each column a place of it.

use std::fs::File;
use std::io::BufReader;
use std::ops::Range;
use std::path::Path;

use crate::batch::guarded;
use crate::{Column, Fault, Kind, TableError, idx, npy, npz};

/// Numbers with a shape, the last dimension fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Lengths of the dimensions.
    pub shape: Vec<usize>,
    /// As many values as the product of the lengths.
    pub values: Vec<f32>,
}

/// Values, as small as they are kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Numbers {
    /// Of 0 to 255.
    Bytes(Vec<u8>),
    /// Any.
    Floats(Vec<f32>),
}

impl Numbers {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(values) => values.len(),
            Self::Floats(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Some of them.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn part(&self, range: Range<usize>) -> Vec<f32> {
        match self {
            Self::Bytes(values) => values[range].iter().map(|x| f32::from(*x)).collect(),
            Self::Floats(values) => values[range].to_vec(),
        }
    }
}

/// Reads the shape and the values of an array, see [`array()`]; bytes of an IDX file stay bytes.
///
/// # Errors
/// As [`array()`].
pub fn numbers(path: &Path) -> Result<(Vec<usize>, Numbers), TableError> {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    let named = ["npy", "npz", "csv", "tsv", "parquet"].contains(&extension.as_str());
    if let Some((shape, content)) = if named { None } else { idx::read(path)? } {
        let values = match content {
            idx::Content::Bytes(bytes) => Numbers::Bytes(bytes),
            idx::Content::Column(column) => Numbers::Floats(single(path, "values", &column)?),
        };
        return Ok((shape, values));
    }
    let Array { shape, values } = array_of(path, &extension)?;
    Ok((shape, Numbers::Floats(values)))
}

/// Reads an array; the format follows from the extension, `.npy` or that of a table, or from the content, of IDX files.
///
/// # Errors
/// The file cannot be read, is of no known format, is damaged, or holds text.
pub fn array(path: &Path) -> Result<Array, TableError> {
    let (shape, values) = numbers(path)?;
    let values = match values {
        Numbers::Floats(values) => values,
        bytes @ Numbers::Bytes(_) => bytes.part(0..bytes.len()),
    };
    Ok(Array { shape, values })
}

fn array_of(path: &Path, extension: &str) -> Result<Array, TableError> {
    let (shape, column) = match extension {
        "npy" => {
            let file = File::open(path).map_err(TableError::io(path, "open the file"))?;
            let size = file.metadata().map_err(TableError::io(path, "read the file"))?.len();
            npy::read(BufReader::new(file), size, npy::Head::in_rows)
                .map(|(head, column)| (head.shape, column))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    fn file(name: &str, content: &[u8]) -> PathBuf {
        let path = std::env::temp_dir().join(format!("tables_array_{}_{name}", std::process::id()));
        fs::write(&path, content).unwrap();
        path
    }

    /// What NumPy writes.
    fn npy(kind: &str, shape: &str, values: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(values);
        bytes
    }

    #[test]
    fn arrays_of_any_shape_and_tables_are_read() {
        let images = array(&file("images.npy", &npy("|u1", "(2, 1, 3)", &[1, 2, 3, 4, 5, 255]))).unwrap();
        assert_eq!(images, Array { shape: vec![2, 1, 3], values: vec![1.0, 2.0, 3.0, 4.0, 5.0, 255.0] });
        let halves: Vec<u8> = [0.5f64, -2.0].iter().flat_map(|x| x.to_le_bytes()).collect();
        let signal = array(&file("signal.npy", &npy("<f8", "(2,)", &halves))).unwrap();
        assert_eq!(signal, Array { shape: vec![2], values: vec![0.5, -2.0] });
        let table = array(&file("table.csv", b"a,b\n1,2.5\n3,4\n5,6\n")).unwrap();
        assert_eq!(table, Array { shape: vec![3, 2], values: vec![1.0, 2.5, 3.0, 4.0, 5.0, 6.0] });
        let path = std::env::temp_dir().join(format!("tables_array_{}_one.npz", std::process::id()));
        crate::write(&path, &crate::Table::new().with("x", vec![1.0, 2.0]).unwrap()).unwrap();
        assert_eq!(array(&path).unwrap(), Array { shape: vec![2], values: vec![1.0, 2.0] });
        crate::write(&path, &crate::Table::new().with("x", vec![1.0]).unwrap().with("y", vec![1.0]).unwrap())
            .unwrap();
        assert!(array(&path).unwrap_err().to_string().contains("2 arrays, where one is needed"));
    }

    #[test]
    fn damaged_arrays_are_refused() {
        let refused = |name: &str, content: &[u8]| array(&file(name, content)).unwrap_err().to_string();
        assert!(refused("text.npy", b"no array").contains("not a NumPy array"));
        assert!(
            refused("short.npy", &npy("<f4", "(2, 2)", &[0; 12]))
                .contains("12 bytes of values instead of 16")
        );
        assert!(refused("long.npy", &npy("<f4", "(2, 2)", &[0; 17])).contains("instead of 16"));
        let huge = npy("<f4", "(4294967296, 4294967296, 4)", &[]);
        assert!(refused("huge.npy", &huge).contains("an array of shape"));
        assert!(
            refused("large.npy", &npy("<f4", "(1000000, 1000000)", &[]))
                .contains("more than the file can hold")
        );
        assert!(refused("words.csv", b"a\nx\n").contains("column `a` holds text, but numbers are needed"));
    }
}
