//! What can go wrong while reading a circuit, in words.

use std::fmt;
use std::path::{Path, PathBuf};

/// A circuit that could not be read: where, what was found, and what is allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct SonataError {
    /// The file; empty where folders were given without a configuration.
    pub path: PathBuf,
    /// The dataset, key or line in it; empty where the file as a whole is meant.
    pub place: String,
    /// What was found there.
    pub found: String,
    /// What is allowed, or what to do.
    pub remedy: String,
}

/// The result of reading something of a circuit.
pub type Result<T, E = SonataError> = std::result::Result<T, E>;

impl SonataError {
    /// An error at `place` of the file `path`.
    pub fn new(
        path: &Path,
        place: impl Into<String>,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { path: path.to_path_buf(), place: place.into(), found: found.into(), remedy: remedy.into() }
    }

    /// Makes the adapter from an `io::Error` that happened to the file `path`, which `named_by` names.
    pub(crate) fn io(path: &Path, named_by: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |error| Self::new(path, "", format!("could not be read: {error}"), named_by)
    }
}

impl fmt::Display for SonataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.as_os_str().is_empty() {
            write!(f, "`{}`: ", self.path.display())?;
        }
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{}; {}", self.found, self.remedy)
    }
}

impl std::error::Error for SonataError {}

/// "`a`, `b`", or "none", for the list of what is there.
pub(crate) fn listed<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}
