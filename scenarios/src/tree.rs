//! Tree: a TOML text as nodes that know their place. Spans stay exact because serde never sees it.
//!
//! Keys keep the order of the file, which the order of populations, and so of random streams, follows.

use ecs_core::units;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostics, Problem, Span};

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub span: Span,
    pub tree: Tree,
}

/// What a TOML value can be. Dates are kept only to be refused by name.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Text(String),
    Integer(i128),
    Float(f64),
    Bool(bool),
    Date,
    List(Vec<Node>),
    Table(Vec<(Key, Node)>),
}

/// A key and its place.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub name: String,
    pub span: Span,
}

impl Node {
    /// What messages call it.
    pub fn kind(&self) -> &'static str {
        match self.tree {
            Tree::Text(_) => "a string",
            Tree::Integer(_) | Tree::Float(_) => "a number",
            Tree::Bool(_) => "true or false",
            Tree::Date => "a date",
            Tree::List(_) => "a list",
            Tree::Table(_) => "a table",
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Tree::Text(text) = &self.tree { Some(text) } else { None }
    }

    /// The number, if it is one, written bare or as a text without unit.
    pub fn number(&self) -> Option<f64> {
        match &self.tree {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a bare number is a double wherever it is no count"
            )]
            Tree::Integer(number) => Some(*number as f64),
            Tree::Float(number) => Some(*number),
            Tree::Text(text) => units::to_unit(text, units::Unit::ONE).ok(),
            _ => None,
        }
    }
}

/// At most so many characters of what a user wrote are repeated in a message.
const SHOWN: usize = 60;

/// A text as messages repeat it: in one line, and not longer than a line.
pub(crate) fn shorten(text: &str) -> String {
    let escape = |c: char| if c.is_control() { c.escape_default().collect() } else { c.to_string() };
    let short: String = text.chars().take(SHOWN).map(escape).collect();
    if text.chars().nth(SHOWN).is_some() { format!("{short}...") } else { short }
}

/// Reads TOML text number `index`; what cannot be read is reported, the rest comes back.
pub(crate) fn read(text: &str, index: usize, diagnostics: &mut Diagnostics) -> Vec<(Key, Node)> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().map_or_else(Span::default, |range| place(range, index, 0));
        let problem = Problem::new("", format!("this is no TOML: {}", error.message()))
            .allowed("TOML 1.1, as on https://toml.io")
            .advice("mend the text at the caret");
        diagnostics.error(span, problem);
    }
    convert_table(table.into_inner(), index, 0)
}

/// Reads one TOML value that stands at byte `at` of text number `index`; `None` where it is no TOML.
pub(crate) fn read_value(text: &str, index: usize, at: usize) -> Option<Node> {
    let value = DeValue::parse(text).ok()?;
    let span = place(value.span(), index, at);
    Some(Node { span, tree: convert(value.into_inner(), index, at) })
}

fn place(range: std::ops::Range<usize>, text: usize, at: usize) -> Span {
    Span { text, start: range.start + at, end: range.end + at }
}

fn convert_table(table: DeTable<'_>, text: usize, at: usize) -> Vec<(Key, Node)> {
    let mut rows: Vec<(Key, Node)> = table
        .into_iter()
        .map(|(key, value)| {
            let key = Key { span: place(key.span(), text, at), name: key.into_inner().into_owned() };
            let span = place(value.span(), text, at);
            (key, Node { span, tree: convert(value.into_inner(), text, at) })
        })
        .collect();
    rows.sort_by_key(|(key, _)| key.span);
    rows
}

fn convert(value: DeValue<'_>, text: usize, at: usize) -> Tree {
    match value {
        DeValue::String(string) => Tree::Text(string.into_owned()),
        DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
            .map_or(Tree::Float(f64::INFINITY), Tree::Integer),
        DeValue::Float(number) => Tree::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(yes) => Tree::Bool(yes),
        DeValue::Datetime(_) => Tree::Date,
        DeValue::Array(list) => Tree::List(
            list.into_iter()
                .map(|item| Node {
                    span: place(item.span(), text, at),
                    tree: convert(item.into_inner(), text, at),
                })
                .collect(),
        ),
        DeValue::Table(table) => Tree::Table(convert_table(table, text, at)),
    }
}
