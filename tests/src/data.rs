//! Data: the shared reference files, found in one place and read without ceremony.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::skipped;

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A shared file: under `SYNFIRE_DATA`, else in `shared/data` beside the workspace. `None` where it is not there, which is
/// then said.
pub fn shared(file: &str) -> Option<PathBuf> {
    let folder = env::var_os("SYNFIRE_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let path = folder.join(file);
    if !path.exists() {
        skipped(&format!("no file {}; set SYNFIRE_DATA to the folder of the shared data", path.display()));
        return None;
    }
    Some(path)
}

/// Columns of numbers with their names.
#[derive(Clone, Debug)]
pub struct Columns {
    names: Vec<String>,
    rows: Vec<Vec<f64>>,
}

impl Columns {
    /// The column of that name.
    ///
    /// # Panics
    /// If there is none.
    pub fn of(&self, name: &str) -> Vec<f64> {
        let at = self.names.iter().position(|n| n == name);
        let at = at.unwrap_or_else(|| panic!("no column `{name}` among {:?}", self.names));
        self.rows.iter().map(|row| row[at]).collect()
    }

    /// Rows, `[row, column]`.
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.rows
    }
}

/// A CSV file of numbers with a line of names, of the reference set.
///
/// # Panics
/// If it is damaged: a test that reads garbage proves nothing.
pub fn csv(file: &str) -> Option<Columns> {
    let path = shared(&format!("reference/{file}"))?;
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines = text.lines();
    let names: Vec<String> = lines.next().unwrap_or_default().split(',').map(str::to_owned).collect();
    let number = |x: &str| x.parse::<f64>().unwrap_or_else(|e| panic!("{}: `{x}`: {e}", path.display()));
    let rows: Vec<Vec<f64>> = lines.map(|line| line.split(',').map(number).collect()).collect();
    assert!(
        !rows.is_empty() && rows.iter().all(|r| r.len() == names.len()),
        "{}: rows differ",
        path.display()
    );
    Some(Columns { names, rows })
}

/// A file of the reference set with numbers between blanks, and comments behind `#`.
///
/// # Panics
/// If it is damaged.
pub fn table(file: &str) -> Option<Vec<Vec<f64>>> {
    let path = shared(&format!("reference/{file}"))?;
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let number = |x: &str| x.parse::<f64>().unwrap_or_else(|e| panic!("{}: `{x}`: {e}", path.display()));
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Some(lines.map(|line| line.split_whitespace().map(number).collect()).collect())
}

/// A JSON file of the reference set.
///
/// # Panics
/// If it is damaged.
pub fn json(file: &str) -> Option<Value> {
    let path = shared(&format!("reference/{file}"))?;
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Some(serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
}

/// A JSON list of numbers.
///
/// # Panics
/// If it is none.
pub fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap_or_else(|| panic!("{value} is no list"));
    list.iter().map(|x| x.as_f64().unwrap_or_else(|| panic!("{x} is no number"))).collect()
}
