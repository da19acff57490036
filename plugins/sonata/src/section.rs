//! A part of a JSON configuration that knows where it stands, so that every error can say so.

use crate::error::{Result, SonataError, listed};
use crate::manifest::Manifest;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A JSON file whose variables are replaced.
pub(crate) struct Document {
    path: PathBuf,
    value: Value,
}

impl Document {
    /// Reads a configuration.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).map_err(SonataError::io(path, "a JSON file is needed here"))?;
        let mut value: Value = serde_json::from_str(&text).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            let found = error.to_string();
            let found = found.split(" at line ").next().unwrap_or_default();
            SonataError::new(path, place, found, "valid JSON is needed")
        })?;
        Manifest::of(path, &value)?.expand_all(&mut value, "")?;
        Ok(Self { path: path.to_path_buf(), value })
    }

    /// The whole of it.
    pub(crate) fn root(&self) -> Section<'_> {
        Section { file: &self.path, key: String::new(), value: &self.value }
    }
}

/// One value of a configuration.
#[derive(Clone)]
pub(crate) struct Section<'a> {
    pub(crate) file: &'a Path,
    /// Dotted path from the root, such as `networks.nodes[0]`.
    pub(crate) key: String,
    pub(crate) value: &'a Value,
}

impl<'a> Section<'a> {
    /// The value of a key; `None` where it is absent or null.
    pub(crate) fn find(&self, name: &str) -> Option<Section<'a>> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Section { file: self.file, key: child(&self.key, name), value })
    }

    /// The value of a key that must be there.
    pub(crate) fn need(&self, name: &str) -> Result<Section<'a>> {
        self.find(name).ok_or_else(|| {
            let present = self.value.as_object().into_iter().flat_map(|entries| entries.keys());
            let remedy = format!("add it; the keys here are {}", listed(present));
            SonataError::new(self.file, format!("key `{}`", child(&self.key, name)), "absent", remedy)
        })
    }

    /// The entries of an object, sorted by name.
    pub(crate) fn entries(&self) -> Result<Vec<(&'a str, Section<'a>)>> {
        let entries = self.value.as_object().ok_or_else(|| self.unfit("an object is needed"))?;
        let section = |(name, value): (&'a String, &'a Value)| {
            (name.as_str(), Section { file: self.file, key: child(&self.key, name), value })
        };
        Ok(entries.iter().map(section).collect())
    }

    /// The elements of an array.
    pub(crate) fn elements(&self) -> Result<Vec<Section<'a>>> {
        let elements = self.value.as_array().ok_or_else(|| self.unfit("an array is needed"))?;
        let section = |(index, value): (usize, &'a Value)| Section {
            file: self.file,
            key: format!("{}[{index}]", self.key),
            value,
        };
        Ok(elements.iter().enumerate().map(section).collect())
    }

    /// The value as a text.
    pub(crate) fn text(&self) -> Result<&'a str> {
        self.value.as_str().ok_or_else(|| self.unfit("a text is needed"))
    }

    /// The value as a number.
    pub(crate) fn number(&self) -> Result<f64> {
        self.value.as_f64().ok_or_else(|| self.unfit("a number is needed"))
    }

    /// The value as a path; a relative one starts in the folder of the configuration.
    pub(crate) fn path(&self) -> Result<PathBuf> {
        let folder = self.file.parent().unwrap_or(Path::new(""));
        Ok(folder.join(self.text()?).components().collect())
    }

    /// False where the section has `"enabled": false`.
    pub(crate) fn enabled(&self) -> bool {
        self.value.get("enabled") != Some(&Value::Bool(false))
    }

    /// An error about this value.
    pub(crate) fn unfit(&self, remedy: impl Into<String>) -> SonataError {
        let place = format!("key `{}`", self.key);
        SonataError::new(self.file, place, format!("found {}", self.value), remedy)
    }
}

/// The key of an entry of the section `key`.
pub(crate) fn child(key: &str, name: &str) -> String {
    if key.is_empty() { name.to_string() } else { format!("{key}.{name}") }
}
