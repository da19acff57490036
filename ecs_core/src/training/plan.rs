//! Plan: what a scenario says of one thing of training.

use crate::registry::{Field, Form};

/// The parameters of a thing that is made once, before training begins.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Number parameters, in table order; lists are not among them.
    pub params: Vec<f64>,
    /// List parameters by name.
    pub lists: Vec<(&'static str, Vec<f64>)>,
}

impl Plan {
    /// What the table gives where a scenario says nothing.
    #[must_use]
    pub fn defaults(fields: &'static [Field]) -> Self {
        let numbers = fields.iter().filter(|field| field.form == Form::Number);
        let lists = fields.iter().filter(|field| field.form == Form::List);
        Self {
            params: numbers.map(|field| field.default).collect(),
            lists: lists.map(|field| (field.name, Vec::new())).collect(),
        }
    }

    /// The same with one number in place of another.
    ///
    /// # Panics
    /// The table has no number of that name.
    #[must_use]
    pub fn with(mut self, fields: &'static [Field], name: &str, value: f64) -> Self {
        let mut numbers = fields.iter().filter(|field| field.form == Form::Number);
        let k = numbers.position(|field| field.name == name).expect("the table has that row");
        self.params[k] = value;
        self
    }

    /// The numbers, as many as the table has.
    ///
    /// # Panics
    /// The table has another count of numbers.
    #[must_use]
    pub fn numbers<const N: usize>(&self) -> [f64; N] {
        self.params.as_slice().try_into().expect("a plan has the numbers of its table")
    }

    /// The list of that name, empty where the scenario gives none.
    #[must_use]
    pub fn list(&self, name: &str) -> &[f64] {
        self.lists.iter().find(|(key, _)| *key == name).map_or(&[], |(_, list)| list)
    }
}
