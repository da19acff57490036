//! Fields: what a scenario sets of the tables of models: numbers, distributions, lists and files.

use std::path::PathBuf;

use ecs_core::registry::{Entry, Field};

use crate::diagnostic::Span;

/// A registered thing and all of its parameters.
#[derive(Clone, Debug)]
pub struct Part {
    /// What was named.
    pub entry: Entry,
    /// All parameters, in the order of `entry.params`; defaults where the file gives none.
    pub params: Vec<Setting>,
    /// The name.
    pub span: Span,
}

impl Part {
    /// The parameter of this name.
    ///
    /// # Panics
    /// If the entry has no such parameter.
    pub fn param(&self, name: &str) -> &Setting {
        setting(&self.params, name)
    }

    /// A parameter that is one number for all; of a distribution, its centre.
    ///
    /// # Panics
    /// If the entry has no such parameter, or it is no number.
    pub fn number(&self, name: &str) -> f64 {
        self.param(name).number().centre()
    }

    /// A parameter that is a yes or no.
    ///
    /// # Panics
    /// If the entry has no such parameter, or it is no number.
    pub fn flag(&self, name: &str) -> bool {
        self.number(name) > 0.5
    }
}

/// The setting of this name.
///
/// # Panics
/// If there is none: names in code are those of the tables.
pub(super) fn setting<'a>(settings: &'a [Setting], name: &str) -> &'a Setting {
    let found = settings.iter().find(|setting| setting.field.name == name);
    found.unwrap_or_else(|| panic!("`{name}` is not a field of this entry"))
}

/// One field and what the scenario says of it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The row of the table.
    pub field: Field,
    /// Its value, in `field.unit`.
    pub content: Content,
    /// The value in the file; `None` where this is the default.
    pub span: Option<Span>,
}

impl Setting {
    /// The number or distribution.
    ///
    /// # Panics
    /// If the field's form is another.
    pub fn number(&self) -> &Value {
        match &self.content {
            Content::Number(value) => value,
            other => panic!("`{}` is no number: {other:?}", self.field.name),
        }
    }

    /// The list; empty where none was given.
    pub fn list(&self) -> &[f64] {
        if let Content::List(list) = &self.content { list } else { &[] }
    }

    /// The text; empty where none was given.
    pub fn text(&self) -> &str {
        if let Content::Text(text) = &self.content { text } else { "" }
    }

    /// The file, already joined to the folder of the scenario; `None` where none was given.
    pub fn file(&self) -> Option<&PathBuf> {
        if let Content::File(file) = &self.content { file.as_ref() } else { None }
    }
}

/// What a field holds, by its form.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// `Form::Number`.
    Number(Value),
    /// `Form::List`; empty where none was given.
    List(Vec<f64>),
    /// `Form::File` and `Form::Frames`: inside the folder of the scenario; it may not exist.
    File(Option<PathBuf>),
    /// `Form::Text`; empty where none was given.
    Text(String),
}

impl Content {
    /// Whether it may differ from neuron to neuron.
    pub fn varies(&self) -> bool {
        matches!(self, Content::Number(value) if value.as_constant().is_none())
    }
}

/// A number, or a distribution that each neuron or synapse draws from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// How it is drawn.
    pub law: Law,
    /// Draws below are raised to it; minus infinity where none was given.
    pub min: f64,
    /// Draws above are lowered to it; plus infinity where none was given.
    pub max: f64,
}

/// How a value is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// The same for all.
    Constant(f64),
    /// Evenly between two numbers.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end, not below `low`.
        high: f64,
    },
    /// Gaussian.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation, not negative.
        sd: f64,
    },
    /// Gaussian, drawn again until it lies between `min` and `max`.
    TruncatedNormal {
        /// Mean before truncation.
        mean: f64,
        /// Standard deviation before truncation, not negative.
        sd: f64,
    },
    /// Log-normal; mean and deviation are those of the values themselves, not of their logarithms.
    LogNormal {
        /// Mean, above zero.
        mean: f64,
        /// Standard deviation, not negative.
        sd: f64,
    },
}

impl Value {
    /// The same number for all.
    pub const fn constant(number: f64) -> Self {
        Self { law: Law::Constant(number), min: f64::NEG_INFINITY, max: f64::INFINITY }
    }

    /// The number, if it is the same for all.
    pub fn as_constant(&self) -> Option<f64> {
        if let Law::Constant(number) = self.law { Some(number) } else { None }
    }

    /// The value times a factor above 0.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        let law = match self.law {
            Law::Constant(x) => Law::Constant(x * factor),
            Law::Uniform { low, high } => Law::Uniform { low: low * factor, high: high * factor },
            Law::Normal { mean, sd } => Law::Normal { mean: mean * factor, sd: sd * factor },
            Law::TruncatedNormal { mean, sd } => {
                Law::TruncatedNormal { mean: mean * factor, sd: sd * factor }
            }
            Law::LogNormal { mean, sd } => Law::LogNormal { mean: mean * factor, sd: sd * factor },
        };
        Self { law, min: self.min * factor, max: self.max * factor }
    }

    /// The number, or the mean of the distribution before clipping.
    pub fn centre(&self) -> f64 {
        match self.law {
            Law::Constant(number) => number,
            Law::Uniform { low, high } => 0.5 * (low + high),
            Law::Normal { mean, .. } | Law::TruncatedNormal { mean, .. } | Law::LogNormal { mean, .. } => {
                mean
            }
        }
    }
}
