//! The space-separated tables of node types and edge types.

use crate::column::Value;
use crate::error::{Result, SonataError, listed};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Words that stand for an absent value.
const ABSENT: [&str; 4] = ["NULL", "NONE", "None", "NaN"];

/// What one type gives all its nodes or edges: attribute to value.
pub(crate) type TypeRow = BTreeMap<String, Value>;

/// A table of types; one without a file has no rows and knows every type.
#[derive(Default)]
pub(crate) struct TypeTable {
    path: Option<PathBuf>,
    rows: BTreeMap<i64, TypeRow>,
}

impl TypeTable {
    /// Reads the table whose column `id` (`node_type_id`, `edge_type_id`) names the type.
    pub(crate) fn read(path: Option<&Path>, id: &str) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path)
            .map_err(SonataError::io(path, "a space-separated table is needed here"))?;
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let header = lines.next().map(|(_, line)| fields(line)).unwrap_or_default();
        let at = header.iter().position(|name| name == id).ok_or_else(|| {
            let remedy = format!("the columns are {}", listed(&header));
            SonataError::new(path, "line 1", format!("no column `{id}`"), remedy)
        })?;
        let mut rows = BTreeMap::new();
        for (number, line) in lines {
            let error = |found, remedy: &str| {
                Err(SonataError::new(path, format!("line {}", number + 1), found, remedy))
            };
            let row = fields(line);
            if row.len() != header.len() {
                let found = format!("{} fields", row.len());
                return error(found, &format!("the header has {}, separated by spaces", header.len()));
            }
            let Ok(type_id) = row[at].parse::<i64>() else {
                return error(format!("`{id}` is `{}`", row[at]), "an integer is needed");
            };
            let values = header.iter().zip(&row).filter(|(_, field)| !ABSENT.contains(&field.as_str()));
            let values = values.map(|(name, field)| (name.clone(), Value::parse(field))).collect();
            if rows.insert(type_id, values).is_some() {
                return error(format!("`{id}` {type_id} again"), "every type has one line");
            }
        }
        Ok(Self { path: Some(path.to_path_buf()), rows })
    }

    /// The row of a type that a dataset names.
    pub(crate) fn row(&self, type_id: i64) -> Result<TypeRow> {
        let Some(path) = &self.path else { return Ok(TypeRow::new()) };
        self.rows.get(&type_id).cloned().ok_or_else(|| {
            let remedy = format!("the table has {}", listed(self.rows.keys().map(i64::to_string)));
            SonataError::new(path, "", format!("no type {type_id}"), remedy)
        })
    }

    /// The file, for errors about what it says.
    pub(crate) fn path_or<'a>(&'a self, otherwise: &'a Path) -> &'a Path {
        self.path.as_deref().unwrap_or(otherwise)
    }
}

/// Splits a line at white space outside double quotes.
fn fields(line: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field: Option<String> = None;
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                field.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => fields.extend(field.take()),
            c => field.get_or_insert_default().push(c),
        }
    }
    fields.extend(field);
    fields
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_quoted_field_keeps_its_spaces() {
        assert_eq!(super::fields(r#"100  "a == 'b c'" "" x"#), ["100", "a == 'b c'", "", "x"]);
    }
}
