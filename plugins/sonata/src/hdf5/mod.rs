//! The little of HDF5 that SONATA needs, so that the library beneath can be exchanged in one file.

mod pure;

use crate::error::{Result, SonataError, listed};
use std::path::Path;

/// The values of a whole dataset, in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Of any integer type that fits.
    Integers(Vec<i64>),
    /// Of any floating-point type, widened.
    Floats(Vec<f64>),
    /// Of fixed or variable length.
    Texts(Vec<String>),
}

/// An HDF5 file open for reading. Paths within it start with `/`.
pub trait Hdf5File {
    /// Where the file is, for errors.
    fn path(&self) -> &Path;

    /// The names of the groups in a group, sorted; none where the group does not exist.
    fn groups(&self, group: &str) -> Result<Vec<String>>;

    /// The names of the datasets in a group, sorted; none where the group does not exist.
    fn datasets(&self, group: &str) -> Result<Vec<String>>;

    /// The extent of a dataset in each dimension.
    fn shape(&self, dataset: &str) -> Result<Vec<usize>>;

    /// The values of a dataset.
    fn read(&self, dataset: &str) -> Result<Data>;

    /// The text of a dataset's attribute; `None` where it has no such attribute.
    fn attribute(&self, dataset: &str, name: &str) -> Result<Option<String>>;

    /// The values of a dataset of numbers, integers converted.
    fn read_f64(&self, dataset: &str) -> Result<Vec<f64>> {
        match self.read(dataset)? {
            Data::Floats(values) => Ok(values),
            Data::Integers(values) => Ok(values.into_iter().map(|value| value as f64).collect()),
            Data::Texts(_) => Err(self.unfit(dataset, "texts", "numbers are needed")),
        }
    }

    /// The values of a dataset of integers, which may be stored as floating-point numbers.
    fn read_i64(&self, dataset: &str) -> Result<Vec<i64>> {
        let floats = match self.read(dataset)? {
            Data::Integers(values) => return Ok(values),
            Data::Floats(values) => values,
            Data::Texts(_) => return Err(self.unfit(dataset, "texts", "integers are needed")),
        };
        let integer = |(row, value): (usize, &f64)| match value.fract() == 0.0 && value.abs() < 2e15 {
            true => Ok(*value as i64),
            false => Err(self.unfit(dataset, &format!("row {row} is {value}"), "integers are needed")),
        };
        floats.iter().enumerate().map(integer).collect()
    }

    /// The values of a dataset of identifiers.
    fn read_u32(&self, dataset: &str) -> Result<Vec<u32>> {
        let identifier = |(row, value): (usize, i64)| {
            u32::try_from(value).map_err(|_| {
                self.unfit(dataset, &format!("row {row} is {value}"), "identifiers go from 0 to 4294967295")
            })
        };
        self.read_i64(dataset)?.into_iter().enumerate().map(identifier).collect()
    }

    /// The values of a dataset of texts.
    fn read_strings(&self, dataset: &str) -> Result<Vec<String>> {
        match self.read(dataset)? {
            Data::Texts(values) => Ok(values),
            _ => Err(self.unfit(dataset, "numbers", "texts are needed")),
        }
    }

    /// An error about what a dataset holds.
    fn unfit(&self, dataset: &str, found: &str, remedy: &str) -> SonataError {
        SonataError::new(self.path(), format!("dataset `{dataset}`"), found, remedy)
    }

    /// An error if a dataset that was read does not have the length of the `model` dataset beside it.
    fn check_length(&self, dataset: &str, found: usize, model: &str, wanted: usize) -> Result<()> {
        match found == wanted {
            true => Ok(()),
            false => {
                let remedy = format!("`{model}` beside it has {wanted}, and both must agree");
                Err(self.unfit(dataset, &format!("{found} values"), &remedy))
            }
        }
    }

    /// The error for a dataset or group that is not there, with what its group holds instead.
    fn absent(&self, path: &str) -> SonataError {
        let group = match path.rsplit_once('/') {
            Some(("", _)) | None => "/",
            Some((group, _)) => group,
        };
        let mut present = self.datasets(group).unwrap_or_default();
        present.extend(self.groups(group).unwrap_or_default());
        let remedy = format!("`{group}` holds {}", listed(present));
        SonataError::new(self.path(), format!("`{path}`"), "not in the file", remedy)
    }
}

/// Opens an HDF5 file for reading.
pub fn open(path: &Path) -> Result<Box<dyn Hdf5File>> {
    Ok(Box::new(pure::PureFile::open(path)?))
}
