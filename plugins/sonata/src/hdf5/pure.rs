//! [`Hdf5File`] by `rust-hdf5`: pure Rust, and the same crate writes the NWB files that pynwb accepts.
//!
//! It reads all 333 datasets of the 58 files of the SONATA examples as h5py does. `hdf5-pure` 0.47 is as light: 44 s
//! against 47 s to build optimised, one crate fewer. But its attributes have no object references, which NWB needs.

use super::{Data, Hdf5File};
use crate::error::{Result, SonataError};
use rust_hdf5::{DatatypeMessage, H5Dataset, H5File, H5Group};
use std::path::{Path, PathBuf};

/// What to do about a file that the library refuses.
const REMEDY: &str = "the file is cut short, damaged or no HDF5; copy it again";

/// A file that `rust-hdf5` has open.
pub(super) struct PureFile {
    path: PathBuf,
    file: H5File,
}

impl PureFile {
    /// Opens `path`, which takes a shared lock on it where the system has locks.
    pub(super) fn open(path: &Path) -> Result<Self> {
        // The library's own words for a missing file do not say which.
        std::fs::metadata(path).map_err(SonataError::io(path, "an HDF5 file is needed here"))?;
        let open = || H5File::options().best_effort_locking().open(path);
        match open() {
            Ok(file) => Ok(Self { path: path.to_path_buf(), file }),
            Err(error) => Err(SonataError::new(path, "", error.to_string(), REMEDY)),
        }
    }

    fn group(&self, group: &str) -> Option<H5Group> {
        let names = group.split('/').filter(|name| !name.is_empty());
        names.into_iter().try_fold(self.file.root_group(), |parent, name| parent.group(name).ok())
    }

    fn dataset(&self, dataset: &str) -> Result<H5Dataset> {
        self.file.dataset(dataset.trim_start_matches('/')).map_err(|_| self.absent(dataset))
    }

    fn refused(&self, dataset: &str) -> impl Fn(rust_hdf5::Hdf5Error) -> SonataError {
        let place = format!("dataset `{dataset}`");
        let path = self.path.clone();
        move |error| SonataError::new(&path, place.clone(), error.to_string(), REMEDY)
    }
}

impl Hdf5File for PureFile {
    fn path(&self) -> &Path {
        &self.path
    }

    fn groups(&self, group: &str) -> Result<Vec<String>> {
        let Some(found) = self.group(group) else { return Ok(Vec::new()) };
        let mut names = found.group_names().map_err(self.refused(group))?;
        names.sort();
        Ok(names)
    }

    fn datasets(&self, group: &str) -> Result<Vec<String>> {
        let Some(found) = self.group(group) else { return Ok(Vec::new()) };
        let mut names = found.dataset_names().map_err(self.refused(group))?;
        names.sort();
        Ok(names)
    }

    fn shape(&self, dataset: &str) -> Result<Vec<usize>> {
        Ok(self.dataset(dataset)?.shape())
    }

    fn read(&self, dataset: &str) -> Result<Data> {
        let found = self.dataset(dataset)?;
        let refused = self.refused(dataset);
        match found.datatype().map_err(&refused)? {
            DatatypeMessage::FloatingPoint { .. } => found.read_numeric_as().map(Data::Floats),
            DatatypeMessage::FixedString { .. } | DatatypeMessage::VarLenString { .. } => {
                found.read_strings().map(Data::Texts)
            }
            _ => found.read_numeric_as().map(Data::Integers),
        }
        .map_err(refused)
    }

    fn attribute(&self, dataset: &str, name: &str) -> Result<Option<String>> {
        let found = self.dataset(dataset)?;
        let refused = self.refused(dataset);
        let names = found.attr_names().map_err(&refused)?;
        if !names.iter().any(|present| present == name) {
            return Ok(None);
        }
        found.attr(name).and_then(|attribute| attribute.read_string()).map(Some).map_err(refused)
    }
}
