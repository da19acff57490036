//! Attributes of nodes and edges: one value for all, or one for each.

use crate::error::Result;
use crate::hdf5::{Data, Hdf5File};
use std::collections::BTreeMap;

/// One value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number, in the unit that the attribute has in the file.
    Number(f64),
    /// A text.
    Text(String),
}

impl Value {
    /// A number where the text is one, else the text. `inf` and `nan` are texts: they are names of models, too.
    pub(crate) fn parse(text: &str) -> Self {
        let numeric = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        match text.parse() {
            Ok(number) if numeric => Self::Number(number),
            _ => Self::Text(text.to_string()),
        }
    }

    /// The number, where it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
        }
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Number(_) => None,
            Self::Text(text) => Some(text),
        }
    }
}

/// An attribute of several nodes or edges.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// All have this value; it comes from their type.
    Same(Value),
    /// Each has its number, `[element]`.
    Numbers(Vec<f64>),
    /// Each has its text, `[element]`.
    Texts(Vec<String>),
}

impl Column {
    /// The value of element `index`; panics where there is no such element.
    pub fn value(&self, index: usize) -> Value {
        match self {
            Self::Same(value) => value.clone(),
            Self::Numbers(numbers) => Value::Number(numbers[index]),
            Self::Texts(texts) => Value::Text(texts[index].clone()),
        }
    }

    /// The number of each of `count` elements; `None` where they are texts.
    pub fn numbers(&self, count: usize) -> Option<Vec<f64>> {
        match self {
            Self::Same(value) => value.number().map(|number| vec![number; count]),
            Self::Numbers(numbers) => Some(numbers.clone()),
            Self::Texts(_) => None,
        }
    }

    /// The one value that all elements have; `None` where they differ.
    pub(crate) fn only(&self) -> Option<Value> {
        match self {
            Self::Same(value) => Some(value.clone()),
            Self::Numbers(numbers) => {
                let first = numbers.first()?;
                numbers.iter().all(|number| number == first).then_some(Value::Number(*first))
            }
            Self::Texts(texts) => {
                let first = texts.first()?;
                texts.iter().all(|text| text == first).then(|| Value::Text(first.clone()))
            }
        }
    }

    /// The column of the elements `rows`, in this order.
    pub(crate) fn pick(&self, rows: &[usize]) -> Self {
        match self {
            Self::Same(value) => Self::Same(value.clone()),
            Self::Numbers(numbers) => Self::Numbers(rows.iter().map(|row| numbers[*row]).collect()),
            Self::Texts(texts) => Self::Texts(rows.iter().map(|row| texts[*row].clone()).collect()),
        }
    }
}

/// The columns of one node group or edge group.
#[derive(Clone, Debug, Default)]
pub(crate) struct ColumnGroup {
    /// The number of elements; `None` where the group has no column to tell.
    pub(crate) length: Option<usize>,
    /// The attributes.
    pub(crate) attributes: BTreeMap<String, Column>,
    /// What the group's own `dynamics_params` give.
    pub(crate) parameters: BTreeMap<String, Column>,
}

impl ColumnGroup {
    /// Reads the group `group`; one that does not exist has no columns.
    pub(crate) fn read(file: &dyn Hdf5File, group: &str) -> Result<Self> {
        let mut columns = Self::default();
        columns.attributes = columns.read_columns(file, group)?;
        columns.parameters = columns.read_columns(file, &format!("{group}/dynamics_params"))?;
        Ok(columns)
    }

    fn read_columns(&mut self, file: &dyn Hdf5File, group: &str) -> Result<BTreeMap<String, Column>> {
        let mut columns = BTreeMap::new();
        for name in file.datasets(group)? {
            let dataset = format!("{group}/{name}");
            let shape = file.shape(&dataset)?;
            let length = shape.first().copied().unwrap_or(0);
            if *self.length.get_or_insert(length) != length {
                let remedy = format!("the columns before it have {}", self.length.unwrap_or(0));
                return Err(file.unfit(&dataset, &format!("{length} rows"), &remedy));
            }
            let column = match file.read(&dataset)? {
                Data::Floats(numbers) => Column::Numbers(numbers),
                Data::Integers(codes) => named(file, group, &name, codes)?,
                Data::Texts(texts) => Column::Texts(texts),
            };
            match (shape.as_slice(), column) {
                ([_, width], Column::Numbers(numbers)) => {
                    for axis in 0..*width {
                        let numbers = numbers.iter().skip(axis).step_by(*width).copied().collect();
                        columns.insert(format!("{name}.{axis}"), Column::Numbers(numbers));
                    }
                }
                ([_], column) => {
                    columns.insert(name, column);
                }
                _ => {
                    return Err(file.unfit(
                        &dataset,
                        &format!("shape {shape:?}"),
                        "`[n]` or numbers `[n, k]`",
                    ));
                }
            }
        }
        Ok(columns)
    }
}

/// Integers are codes where the group's `@library` has texts for the attribute.
fn named(file: &dyn Hdf5File, group: &str, name: &str, codes: Vec<i64>) -> Result<Column> {
    let library = format!("{group}/@library");
    if !file.datasets(&library)?.iter().any(|present| present == name) {
        return Ok(Column::Numbers(codes.into_iter().map(|code| code as f64).collect()));
    }
    let texts = file.read_strings(&format!("{library}/{name}"))?;
    let text = |code: i64| {
        let text = usize::try_from(code).ok().and_then(|code| texts.get(code)).cloned();
        text.ok_or_else(|| {
            let remedy = format!("`{library}/{name}` has codes 0 to {}", texts.len().saturating_sub(1));
            file.unfit(&format!("{group}/{name}"), &format!("code {code}"), &remedy)
        })
    };
    codes.into_iter().map(text).collect::<Result<_>>().map(Column::Texts)
}
