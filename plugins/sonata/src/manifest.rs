//! `$VARIABLES` of a configuration, as its `manifest` defines them.

use crate::error::{Result, SonataError, listed};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The variables of one configuration file.
pub(crate) struct Manifest<'a> {
    file: &'a Path,
    /// Names without `$`.
    variables: BTreeMap<String, String>,
}

impl<'a> Manifest<'a> {
    /// The manifest of the configuration `value`, empty where it has none.
    pub(crate) fn of(file: &'a Path, value: &Value) -> Result<Self> {
        let mut variables = BTreeMap::new();
        for (name, value) in value.get("manifest").and_then(Value::as_object).into_iter().flatten() {
            let place = format!("key `manifest.{name}`");
            let text = value.as_str().ok_or_else(|| {
                SonataError::new(file, place, format!("found {value}"), "a variable stands for a text")
            })?;
            variables.insert(name.trim_start_matches('$').to_string(), text.to_string());
        }
        Ok(Self { file, variables })
    }

    /// Replaces the variables in every text of `value`, but not in the manifest itself.
    pub(crate) fn expand_all(&self, value: &mut Value, key: &str) -> Result<()> {
        match value {
            Value::String(text) => *text = self.expand(text, key, 0)?,
            Value::Array(values) => {
                for (index, value) in values.iter_mut().enumerate() {
                    self.expand_all(value, &format!("{key}[{index}]"))?;
                }
            }
            Value::Object(entries) => {
                for (name, value) in entries.iter_mut().filter(|(name, _)| *name != "manifest") {
                    self.expand_all(value, &crate::section::child(key, name))?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn expand(&self, text: &str, key: &str, depth: usize) -> Result<String> {
        let error =
            |found: String, remedy| SonataError::new(self.file, format!("key `{key}`"), found, remedy);
        if depth > self.variables.len() {
            return Err(error(
                format!("`{text}` stands for itself"),
                "break the circle in `manifest`".into(),
            ));
        }
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            let (name, after) = variable(after);
            let value = self.variables.get(name).ok_or_else(|| {
                error(format!("no variable `${name}`"), format!("`manifest` defines {}", self.names()))
            })?;
            expanded += before;
            expanded += &self.expand(value, key, depth + 1)?;
            rest = after;
        }
        Ok(expanded + rest)
    }

    fn names(&self) -> String {
        listed(self.variables.keys().map(|name| format!("${name}")))
    }
}

/// Splits the text behind a `$` into the variable's name, `{braced}` or not, and what follows it.
fn variable(text: &str) -> (&str, &str) {
    if let Some(braced) = text.strip_prefix('{').and_then(|text| text.split_once('}')) {
        return braced;
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    text.split_at(end)
}
