//! What can go wrong with a table, in words.

use crate::Kind;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A table that could not be read, written or understood, and why.
#[derive(Debug)]
pub struct TableError {
    /// The file; empty for a table that was made in memory.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a table.
#[derive(Debug)]
pub enum Fault {
    /// The operating system refused; what was tried, and its answer.
    Io(&'static str, io::Error),
    /// The extension names no format.
    Extension(String),
    /// The content is not what the format demands: the place in the file, and what was found there.
    Malformed(String, String),
    /// No column has this name; those there are follow.
    Missing(String, Vec<String>),
    /// The column holds another kind of value than was asked for.
    WrongKind(String, Kind, &'static str),
    /// A value of the column, in this row, is outside what was asked for.
    Value(String, usize, String, &'static str),
    /// The column has another number of rows than those before it.
    Ragged(String, usize, usize),
    /// A batch does not have the columns that the writer was opened with.
    Schema(String),
}

impl TableError {
    pub(crate) fn new(path: &Path, fault: Fault) -> Self {
        Self { path: path.to_path_buf(), fault }
    }

    pub(crate) fn malformed(path: &Path, place: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(path, Fault::Malformed(place.into(), found.into()))
    }

    /// Makes the adapter from an `io::Error` that happened while doing `what` to `path`.
    pub fn io<'a>(path: &'a Path, what: &'static str) -> impl Fn(io::Error) -> Self + 'a {
        move |error| Self::new(path, Fault::Io(what, error))
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.as_os_str().is_empty() {
            write!(f, "table in memory: {}", self.fault)
        } else {
            write!(f, "`{}`: {}", self.path.display(), self.fault)
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Io(what, error) => write!(f, "could not {what}: {error}"),
            Fault::Extension(found) => write!(
                f,
                "`{found}` is not the extension of a table; use `.parquet`, `.npz`, `.csv`, `.tsv`, `.txt` or `.dat`"
            ),
            Fault::Malformed(place, found) => {
                write!(f, "{place}: {found}; the file is damaged or no such table")
            }
            Fault::Missing(name, names) => missing(f, name, names),
            Fault::WrongKind(name, found, wanted) => {
                write!(f, "column `{name}` holds {found}, but {wanted} are needed")
            }
            Fault::Value(name, row, found, wanted) => {
                write!(f, "column `{name}`, row {row} (from 0): `{found}` is not {wanted}")
            }
            Fault::Ragged(name, found, wanted) => write!(
                f,
                "column `{name}` has {found} rows, but the columns before it have {wanted}; a table needs equal lengths"
            ),
            Fault::Schema(found) => {
                write!(f, "{found}; every batch must have the columns that the writer was opened with")
            }
        }
    }
}

fn missing(f: &mut fmt::Formatter<'_>, name: &str, names: &[String]) -> fmt::Result {
    write!(f, "no column `{name}`")?;
    if let Some(near) = nearest(name, names.iter().map(String::as_str)) {
        write!(f, "; did you mean `{near}`?")?;
    }
    match names {
        [] => write!(f, "; the table has no columns"),
        _ => write!(f, "; the columns are `{}`", names.join("`, `")),
    }
}

impl std::error::Error for TableError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.fault {
            Fault::Io(_, error) => Some(error),
            _ => None,
        }
    }
}

/// The name closest to `wanted`, where one is close enough to be a slip of the pen.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = wanted.chars().count().max(3) / 3 + 1;
    names
        .into_iter()
        .map(|name| (distance(&wanted.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(edits, name)| *edits <= allowed || name.starts_with(wanted) || wanted.starts_with(name))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
}

/// Levenshtein's edit distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use crate::Table;

    #[test]
    fn a_missing_column_names_the_nearest_and_the_list() {
        let table = Table::new().with("time_ms", vec![0.0]).unwrap().with("neuron", vec![1_u32]).unwrap();
        let error = table.column("times_ms").unwrap_err().to_string();
        assert_eq!(
            error,
            "table in memory: no column `times_ms`; did you mean `time_ms`?; the columns are `time_ms`, `neuron`"
        );
    }

    #[test]
    fn a_ragged_table_is_refused() {
        let error = Table::new().with("a", vec![0.0]).unwrap().with("b", vec![1_u32, 2]).unwrap_err();
        assert!(
            error.to_string().contains("column `b` has 2 rows, but the columns before it have 1"),
            "{error}"
        );
    }
}
