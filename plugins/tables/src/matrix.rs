//! Matrices: dense arrays of two dimensions, and sparse ones as SciPy saves them.
//!
//! Source: `scipy.sparse.save_npz`: the arrays `format`, `shape` and, by format, `indptr`, `indices`, `data` (csr, csc) or `row`, `col`,
//! `data` (coo). The arrays `indptr`, `indices`, `shape` without a format are csr; `data` may then be missing.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use crate::batch::guarded;
use crate::{Column, TableError, npy, npz};

/// The entries of a matrix that are not zero, or that a sparse format lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// Rows and columns.
    pub shape: [u64; 2],
    /// Row of each entry.
    pub rows: Vec<u32>,
    /// Column of each entry.
    pub columns: Vec<u32>,
    /// Value of each entry; `None` for truth values.
    pub values: Option<Vec<f64>>,
}

/// An array of any shape.
struct Array {
    head: npy::Head,
    values: Column,
}

impl Array {
    fn of((head, values): (npy::Head, Column)) -> Self {
        Self { head, values }
    }
}

/// Reads a matrix from `.npy` or `.npz`; `None` where the file is of another kind, or holds columns.
///
/// # Errors
/// The file cannot be read, is damaged, or its arrays contradict each other.
pub fn read_matrix(path: &Path) -> Result<Option<Matrix>, TableError> {
    let malformed = |(place, found): (&str, String)| TableError::malformed(path, place, found);
    guarded(path, || match path.extension().and_then(|e| e.to_str()) {
        Some("npy") => {
            let file = File::open(path).map_err(TableError::io(path, "open the file"))?;
            let size = file.metadata().map_err(TableError::io(path, "read the file"))?.len();
            let array =
                npy::read(BufReader::new(file), size, Ok).map_err(|found| malformed(("array", found)))?;
            dense(&Array::of(array)).map(Some).map_err(|found| malformed(("array", found)))
        }
        Some("npz") => {
            let arrays = Arrays(
                npz::each(path, Ok)?.into_iter().map(|(name, array)| (name, Array::of(array))).collect(),
            );
            arrays.matrix().map_err(|found| malformed(("matrix", found)))
        }
        _ => Ok(None),
    })
}

fn dense(array: &Array) -> Result<Matrix, String> {
    let [rows, columns] = array.head.shape[..] else {
        return Err(format!("{} dimensions, but a matrix has two", array.head.shape.len()));
    };
    let numbers = numbers(&array.values)?;
    let mut matrix = Matrix { shape: [rows as u64, columns as u64], ..Matrix::default() };
    let mut values = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let value =
                numbers[if array.head.fortran { column * rows + row } else { row * columns + column }];
            if value != 0.0 {
                matrix.rows.push(narrow(row as u64)?);
                matrix.columns.push(narrow(column as u64)?);
                values.push(value);
            }
        }
    }
    matrix.values = (!array.head.is_truth()).then_some(values);
    Ok(matrix)
}

fn narrow(index: u64) -> Result<u32, String> {
    u32::try_from(index).map_err(|_| format!("index {index}, more than 32 bits count"))
}

fn numbers(column: &Column) -> Result<Vec<f64>, String> {
    Ok(match column {
        Column::F64(v) => v.clone(),
        Column::F32(v) => v.iter().map(|x| f64::from(*x)).collect(),
        Column::I64(v) => v.iter().map(|x| *x as f64).collect(),
        Column::U32(v) => v.iter().map(|x| f64::from(*x)).collect(),
        Column::Text(_) => return Err("text instead of numbers".into()),
    })
}

/// Whole numbers from zero.
fn whole(column: &Column) -> Result<Vec<u64>, String> {
    let wrong =
        |found: &dyn std::fmt::Display| format!("{found} among indices, which are whole numbers from 0");
    match column {
        Column::U32(v) => Ok(v.iter().map(|x| u64::from(*x)).collect()),
        Column::I64(v) => v.iter().map(|x| u64::try_from(*x).map_err(|_| wrong(x))).collect(),
        _ => Err("no whole numbers among indices".into()),
    }
}

/// The arrays of a zip, by name.
struct Arrays(Vec<(String, Array)>);

impl Arrays {
    fn find(&self, name: &str) -> Option<&Array> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, array)| array)
    }

    fn matrix(&self) -> Result<Option<Matrix>, String> {
        match (&self.0[..], self.find("indptr"), self.find("row").zip(self.find("col"))) {
            (_, Some(pointers), _) => self.compressed(&whole(&pointers.values)?).map(Some),
            (_, _, Some((rows, columns))) => {
                self.listed(whole(&rows.values)?, whole(&columns.values)?).map(Some)
            }
            ([(_, only)], ..) if only.head.shape.len() == 2 => dense(only).map(Some),
            _ => match self.find("format").map(|array| &array.values) {
                Some(Column::Text(name)) => {
                    let name = name.iter().next().unwrap_or_default();
                    Err(format!("a sparse matrix of format `{name}`, of which csr, csc and coo are known"))
                }
                _ => Ok(None),
            },
        }
    }

    /// Rows of csr, columns of csc.
    fn compressed(&self, pointers: &[u64]) -> Result<Matrix, String> {
        let indices = whole(&self.find("indices").ok_or("`indptr` without `indices`")?.values)?;
        let ends = (pointers.first(), pointers.last());
        if !pointers.is_sorted() || ends != (Some(&0), Some(&(indices.len() as u64))) {
            return Err("`indptr` does not ascend from 0 to the number of `indices`".into());
        }
        let across = match self.find("format").map(|array| &array.values) {
            Some(Column::Text(name)) => match name.iter().next() {
                Some("csr") => false,
                Some("csc") => true,
                other => {
                    let name = other.unwrap_or_default();
                    return Err(format!(
                        "a sparse matrix of format `{name}`, of which csr, csc and coo are known"
                    ));
                }
            },
            _ => false,
        };
        let mut major = Vec::with_capacity(indices.len());
        for (at, ends) in pointers.windows(2).enumerate() {
            major.extend((ends[0]..ends[1]).map(|_| at as u64));
        }
        if across { self.listed(indices, major) } else { self.listed(major, indices) }
    }

    fn listed(&self, rows: Vec<u64>, columns: Vec<u64>) -> Result<Matrix, String> {
        let shape = whole(&self.find("shape").ok_or("no array `shape`")?.values)?;
        let [height, width] = shape[..] else { return Err("a `shape` that is not two numbers".into()) };
        let data = self.find("data").filter(|array| !array.head.is_truth());
        let values = data.map(|array| numbers(&array.values)).transpose()?;
        let lengths = [columns.len(), values.as_ref().map_or(rows.len(), Vec::len)];
        if lengths != [rows.len(); 2] {
            return Err(format!(
                "{} entries with {} columns and {} values",
                rows.len(),
                lengths[0],
                lengths[1]
            ));
        }
        let inside = |indices: Vec<u64>, size: u64| {
            let one = |index: u64| match index < size {
                true => narrow(index),
                false => Err(format!("index {index} in a `shape` of {size}")),
            };
            indices.into_iter().map(one).collect::<Result<Vec<u32>, String>>()
        };
        Ok(Matrix {
            shape: [height, width],
            rows: inside(rows, height)?,
            columns: inside(columns, width)?,
            values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::{ZipWriter, write::SimpleFileOptions};

    /// An array as NumPy writes it: magic, version 1.0, padded header, values.
    fn npy(kind: &str, fortran: &str, shape: &str, values: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': ({shape}), }}");
        let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
        bytes.extend(format!("{header:<117}\n").into_bytes());
        bytes.extend(values);
        bytes
    }

    fn doubles(values: &[f64]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn integers(values: &[i32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn read(name: &str, bytes: &[u8]) -> Result<Option<Matrix>, TableError> {
        let path = std::env::temp_dir().join(format!("matrix_{}_{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let matrix = read_matrix(&path);
        std::fs::remove_file(path).unwrap();
        matrix
    }

    fn zipped(name: &str, arrays: &[(&str, Vec<u8>)]) -> Result<Option<Matrix>, TableError> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut zip = ZipWriter::new(&mut bytes);
        for (array, content) in arrays {
            zip.start_file(format!("{array}.npy"), SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap();
        read(name, bytes.get_ref())
    }

    /// The matrix of the tests: [[0, 2, 0], [1.5, 0, -3]].
    fn expected() -> Matrix {
        let values = Some(vec![2.0, 1.5, -3.0]);
        Matrix { shape: [2, 3], rows: vec![0, 1, 1], columns: vec![1, 0, 2], values }
    }

    #[test]
    fn dense_matrices_are_read_in_both_orders_and_truth_values_without_weights() {
        let rows = npy("<f8", "False", "2, 3", &doubles(&[0.0, 2.0, 0.0, 1.5, 0.0, -3.0]));
        let columns = npy("<f8", "True", "2, 3", &doubles(&[0.0, 1.5, 2.0, 0.0, 0.0, -3.0]));
        assert_eq!(read("rows.npy", &rows).unwrap(), Some(expected()));
        assert_eq!(read("columns.npy", &columns).unwrap(), Some(expected()));
        assert_eq!(zipped("dense.npz", &[("w", rows)]).unwrap(), Some(expected()));
        let truth = npy("|b1", "False", "2, 3", &[0, 1, 0, 1, 0, 1]);
        assert_eq!(read("truth.npy", &truth).unwrap(), Some(Matrix { values: None, ..expected() }));
    }

    /// What `scipy.sparse.save_npz` stores of the matrix.
    fn scipy(format: &str, parts: &[(&'static str, &[i32])], data: &[f64]) -> Vec<(&'static str, Vec<u8>)> {
        let array = |values: &[i32]| npy("<i4", "False", &format!("{},", values.len()), &integers(values));
        let mut arrays: Vec<_> = parts.iter().map(|(name, values)| (*name, array(values))).collect();
        arrays.push(("format", npy("|S3", "False", "", format.as_bytes())));
        arrays.push(("shape", array(&[2, 3])));
        arrays.push(("data", npy("<f8", "False", &format!("{},", data.len()), &doubles(data))));
        arrays
    }

    #[test]
    fn sparse_matrices_are_read_as_scipy_saves_them() {
        let csr = scipy("csr", &[("indptr", &[0, 1, 3]), ("indices", &[1, 0, 2])], &[2.0, 1.5, -3.0]);
        assert_eq!(zipped("csr.npz", &csr).unwrap(), Some(expected()));
        let coo = scipy("coo", &[("row", &[0, 1, 1]), ("col", &[1, 0, 2])], &[2.0, 1.5, -3.0]);
        assert_eq!(zipped("coo.npz", &coo).unwrap(), Some(expected()));
        // By columns, so in another order.
        let csc = scipy("csc", &[("indptr", &[0, 1, 2, 3]), ("indices", &[1, 0, 1])], &[1.5, 2.0, -3.0]);
        let found = zipped("csc.npz", &csc).unwrap().unwrap();
        assert_eq!((found.rows, found.columns), (vec![1, 0, 1], vec![0, 1, 2]));
        let bare: Vec<_> = csr.into_iter().filter(|(name, _)| !["format", "data"].contains(name)).collect();
        assert_eq!(zipped("bare.npz", &bare).unwrap(), Some(Matrix { values: None, ..expected() }));
    }

    #[test]
    fn contradictions_are_errors_and_columns_are_no_matrix() {
        let wrong = |parts: &[(&'static str, &[i32])], data: &[f64]| {
            zipped("wrong.npz", &scipy("csr", parts, data)).unwrap_err().to_string()
        };
        let indices: (&str, &[i32]) = ("indices", &[1, 0, 2]);
        assert!(wrong(&[("indptr", &[0, 2, 1]), indices], &[1.0; 3]).contains("does not ascend"));
        assert!(
            wrong(&[("indptr", &[0, 1, 3]), ("indices", &[1, 0, 3])], &[1.0; 3])
                .contains("index 3 in a `shape` of 3")
        );
        assert!(
            wrong(&[("indptr", &[0, 1, 3]), ("indices", &[1, -1, 0])], &[1.0; 3])
                .contains("-1 among indices")
        );
        assert!(wrong(&[("indptr", &[0, 1, 3]), indices], &[1.0; 2]).contains("2 values"));
        let block = scipy("bsr", &[("indptr", &[0, 1, 3]), indices], &[1.0; 3]);
        assert!(zipped("bsr.npz", &block).unwrap_err().to_string().contains("csr, csc and coo"));
        let huge = npy("<f8", "False", "4000000000, 4000000000", &doubles(&[0.0]));
        assert!(read("huge.npy", &huge).unwrap_err().to_string().contains("more than the file can hold"));
        let columns = npy("<f8", "False", "1,", &doubles(&[1.0]));
        assert_eq!(zipped("columns.npz", &[("pre", columns.clone()), ("post", columns)]).unwrap(), None);
    }
}
