//! The table: named columns of equal length.

use crate::{Fault, TableError};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Named columns of equal length, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub(crate) path: PathBuf,
    columns: Vec<(String, Column)>,
}

/// The values of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Double precision.
    F64(Vec<f64>),
    /// Single precision.
    F32(Vec<f32>),
    /// Whole numbers.
    I64(Vec<i64>),
    /// Whole numbers from zero, as indices are.
    U32(Vec<u32>),
    /// Text, each distinct value kept once.
    Text(Text),
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`Column::F64`].
    F64,
    /// [`Column::F32`].
    F32,
    /// [`Column::I64`].
    I64,
    /// [`Column::U32`].
    U32,
    /// [`Column::Text`].
    Text,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::F64 | Kind::F32 => "numbers",
            Kind::I64 => "whole numbers",
            Kind::U32 => "whole numbers from zero",
            Kind::Text => "text",
        })
    }
}

/// A column of text as a dictionary: the distinct values, and one index into them per row.
#[derive(Clone, Debug, Default)]
pub struct Text {
    names: Vec<String>,
    index: Vec<u32>,
    known: HashMap<String, u32>,
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Text {
    /// A column without rows whose dictionary is already known; rows then come by [`Text::push_index`].
    pub fn of_names(names: &[String]) -> Self {
        let mut text = Self::default();
        for name in names {
            text.entry(name);
        }
        text
    }

    /// The distinct values.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// For each row, the place of its value in [`Text::names`].
    pub fn index(&self) -> &[u32] {
        &self.index
    }

    /// Adds a row.
    pub fn push(&mut self, value: &str) {
        let entry = self.entry(value);
        self.index.push(entry);
    }

    /// Adds `count` rows of the value at place `entry` of the dictionary.
    ///
    /// # Panics
    /// When the dictionary has no such place.
    pub fn push_index(&mut self, entry: u32, count: usize) {
        assert!((entry as usize) < self.names.len(), "text has {} values, not {entry}", self.names.len());
        self.index.resize(self.index.len() + count, entry);
    }

    /// The values of the rows.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.index.iter().map(|i| self.names[*i as usize].as_str())
    }

    fn entry(&mut self, value: &str) -> u32 {
        if let Some(entry) = self.known.get(value) {
            return *entry;
        }
        let entry = self.names.len() as u32;
        self.names.push(value.to_owned());
        self.known.insert(value.to_owned(), entry);
        entry
    }
}

impl<S: AsRef<str>> FromIterator<S> for Text {
    fn from_iter<I: IntoIterator<Item = S>>(values: I) -> Self {
        let mut text = Self::default();
        values.into_iter().for_each(|value| text.push(value.as_ref()));
        text
    }
}

impl Column {
    /// A column of this kind without rows.
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::F64 => Column::F64(Vec::new()),
            Kind::F32 => Column::F32(Vec::new()),
            Kind::I64 => Column::I64(Vec::new()),
            Kind::U32 => Column::U32(Vec::new()),
            Kind::Text => Column::Text(Text::default()),
        }
    }

    /// What the column holds.
    pub fn kind(&self) -> Kind {
        match self {
            Column::F64(_) => Kind::F64,
            Column::F32(_) => Kind::F32,
            Column::I64(_) => Kind::I64,
            Column::U32(_) => Kind::U32,
            Column::Text(_) => Kind::Text,
        }
    }

    /// How many rows the column has.
    pub fn rows(&self) -> usize {
        match self {
            Column::F64(v) => v.len(),
            Column::F32(v) => v.len(),
            Column::I64(v) => v.len(),
            Column::U32(v) => v.len(),
            Column::Text(v) => v.index.len(),
        }
    }

    /// Removes the rows and keeps the memory (and, for text, the dictionary).
    pub fn clear(&mut self) {
        match self {
            Column::F64(v) => v.clear(),
            Column::F32(v) => v.clear(),
            Column::I64(v) => v.clear(),
            Column::U32(v) => v.clear(),
            Column::Text(v) => v.index.clear(),
        }
    }

    /// Adds the rows of a column of the same kind; `false`, and nothing done, where the kinds differ.
    pub(crate) fn append(&mut self, other: &Column) -> bool {
        match (self, other) {
            (Column::F64(a), Column::F64(b)) => a.extend_from_slice(b),
            (Column::F32(a), Column::F32(b)) => a.extend_from_slice(b),
            (Column::I64(a), Column::I64(b)) => a.extend_from_slice(b),
            (Column::U32(a), Column::U32(b)) => a.extend_from_slice(b),
            (Column::Text(a), Column::Text(b)) => {
                let places: Vec<u32> = b.names.iter().map(|name| a.entry(name)).collect();
                a.index.extend(b.index.iter().map(|i| places[*i as usize]));
            }
            _ => return false,
        }
        true
    }
}

macro_rules! column_from {
    ($($values:ty => $variant:ident),*) => {$(
        impl From<$values> for Column {
            fn from(values: $values) -> Self {
                Column::$variant(values)
            }
        }
    )*};
}
column_from!(Vec<f64> => F64, Vec<f32> => F32, Vec<i64> => I64, Vec<u32> => U32, Text => Text);

impl Table {
    /// A table without columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// A table without columns whose errors will name this file.
    pub(crate) fn of_file(path: &Path) -> Self {
        Self { path: path.to_path_buf(), columns: Vec::new() }
    }

    /// The table with one more column.
    ///
    /// # Errors
    /// The column has another number of rows than those before it.
    pub fn with(mut self, name: &str, column: impl Into<Column>) -> Result<Self, TableError> {
        self.push(name, column.into())?;
        Ok(self)
    }

    pub(crate) fn push(&mut self, name: &str, column: Column) -> Result<(), TableError> {
        if !self.columns.is_empty() && column.rows() != self.rows() {
            return Err(self.error(Fault::Ragged(name.to_owned(), column.rows(), self.rows())));
        }
        self.columns.push((name.to_owned(), column));
        Ok(())
    }

    /// How many rows every column has.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| column.rows())
    }

    /// Names and values, in order.
    pub fn columns(&self) -> &[(String, Column)] {
        &self.columns
    }

    /// Values that can be changed in place; all columns must have equal lengths again before the table is used.
    pub fn columns_mut(&mut self) -> impl Iterator<Item = &mut Column> {
        self.columns.iter_mut().map(|(_, column)| column)
    }

    /// Removes all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.columns_mut().for_each(Column::clear);
    }

    /// The column of this name.
    ///
    /// # Errors
    /// There is none.
    pub fn column(&self, name: &str) -> Result<&Column, TableError> {
        self.columns.iter().find(|(n, _)| n == name).map(|(_, column)| column).ok_or_else(|| {
            self.error(Fault::Missing(name.to_owned(), self.columns.iter().map(|(n, _)| n.clone()).collect()))
        })
    }

    /// The column as double precision, from any kind of number.
    ///
    /// # Errors
    /// There is no such column, or it holds text.
    pub fn numbers(&self, name: &str) -> Result<Cow<'_, [f64]>, TableError> {
        Ok(match self.column(name)? {
            Column::F64(v) => Cow::Borrowed(v.as_slice()),
            Column::F32(v) => v.iter().map(|x| f64::from(*x)).collect(),
            Column::I64(v) => v.iter().map(|x| *x as f64).collect(),
            Column::U32(v) => v.iter().map(|x| f64::from(*x)).collect(),
            Column::Text(_) => return Err(self.wrong_kind(name, Kind::Text, "numbers")),
        })
    }

    /// The column as indices, from whole numbers of any kind that fit.
    ///
    /// # Errors
    /// There is no such column, it holds text, or a value is not a whole number from 0 to 4294967295.
    pub fn indices(&self, name: &str) -> Result<Cow<'_, [u32]>, TableError> {
        if let Column::U32(v) = self.column(name)? {
            return Ok(Cow::Borrowed(v.as_slice()));
        }
        let whole = |(row, x): (usize, &f64)| match *x {
            x if x >= 0.0 && x <= f64::from(u32::MAX) && x.fract() == 0.0 => Ok(x as u32),
            x => Err(self.error(Fault::Value(
                name.into(),
                row,
                x.to_string(),
                "a whole number from 0 to 4294967295",
            ))),
        };
        self.numbers(name)?.iter().enumerate().map(whole).collect()
    }

    /// The column as text.
    ///
    /// # Errors
    /// There is no such column, or it holds numbers.
    pub fn text(&self, name: &str) -> Result<&Text, TableError> {
        match self.column(name)? {
            Column::Text(text) => Ok(text),
            other => Err(self.wrong_kind(name, other.kind(), "text values")),
        }
    }

    /// Adds the rows of a table with the same columns.
    ///
    /// # Errors
    /// The columns differ in number, name or kind; nothing is added then.
    pub fn append(&mut self, rows: &Table) -> Result<(), TableError> {
        self.same_columns(rows)?;
        for ((_, mine), (_, theirs)) in self.columns.iter_mut().zip(&rows.columns) {
            let added = mine.append(theirs);
            debug_assert!(added, "the kinds were compared above");
        }
        Ok(())
    }

    pub(crate) fn same_columns(&self, rows: &Table) -> Result<(), TableError> {
        let shape =
            |t: &Table| t.columns.iter().map(|(n, c)| format!("`{n}` ({})", c.kind())).collect::<Vec<_>>();
        let kinds = |t: &Table| t.columns.iter().map(|(n, c)| (n.clone(), c.kind())).collect::<Vec<_>>();
        if kinds(self) != kinds(rows) {
            let found = format!("a batch has {}, not {}", shape(rows).join(", "), shape(self).join(", "));
            return Err(self.error(Fault::Schema(found)));
        }
        match rows.columns.iter().find(|(_, column)| column.rows() != rows.rows()) {
            Some((name, column)) => Err(self.error(Fault::Ragged(name.clone(), column.rows(), rows.rows()))),
            None => Ok(()),
        }
    }

    fn wrong_kind(&self, name: &str, found: Kind, wanted: &'static str) -> TableError {
        self.error(Fault::WrongKind(name.to_owned(), found, wanted))
    }

    fn error(&self, fault: Fault) -> TableError {
        TableError::new(&self.path, fault)
    }
}
