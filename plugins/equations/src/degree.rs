//! Degree: whether an expression is linear in some of its names, as noise and the state of synapses have to be.

use std::ops::Range;

use crate::functions::{Function, function};
use crate::order::Order;
use crate::scope::{Meaning, Scope};
use crate::syntax::{Equation, Expression, Factor, Form};

/// How the names enter an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Degree {
    /// Not at all.
    Free,
    /// Every term has one of them as a factor.
    Linear,
    /// Some terms do, others are free of them.
    Affine,
    /// In another way.
    Nonlinear,
}

/// The degree of expressions in the names that have a meaning.
pub(crate) struct Degrees<'a> {
    scope: &'a Scope<'a>,
    counts: fn(Meaning) -> bool,
    definitions: Vec<Degree>,
    /// The first expression that is not linear, though its parts are.
    pub spot: Option<Range<usize>>,
}

impl<'a> Degrees<'a> {
    /// Finds the degree of every definition in the names whose meaning `counts`.
    pub fn new(
        scope: &'a Scope<'a>,
        counts: fn(Meaning) -> bool,
        definitions: &[&Equation<'_>],
        order: &Order,
    ) -> Self {
        let mut degrees =
            Self { scope, counts, definitions: vec![Degree::Free; definitions.len()], spot: None };
        for k in &order.order {
            degrees.definitions[*k] = degrees.of(&definitions[*k].body);
        }
        degrees
    }

    pub fn of(&mut self, e: &Expression<'_>) -> Degree {
        let degree = match &e.form {
            Form::Number(_) | Form::Quantity(..) => Degree::Free,
            Form::Name(name) => self.name(name),
            Form::Negative(inner) => self.of(inner),
            Form::Sum(terms) => self.terms(terms.iter().map(|(_, term)| term)),
            Form::Product(factors) => self.product(factors),
            Form::Power(base, exponent) => match exponent.form {
                Form::Number(1.0) => self.of(base),
                _ => self.free([&**base, &**exponent].into_iter()),
            },
            Form::Call(name, arguments) => match (function(name), arguments.as_slice()) {
                (Some((Function::Where, _)), [condition, branches @ ..]) => {
                    self.free([condition].into_iter()).max(self.terms(branches.iter()))
                }
                _ => self.free(arguments.iter()),
            },
            Form::Compare(_, sides) => self.free(sides.iter()),
            Form::All(parts) | Form::Any(parts) => self.free(parts.iter()),
            Form::Not(inner) => self.free([&**inner].into_iter()),
        };
        if degree == Degree::Nonlinear && self.spot.is_none() {
            self.spot = Some(e.span.clone());
        }
        degree
    }

    fn name(&self, name: &str) -> Degree {
        match self.scope.lookup(name).map(|symbol| symbol.meaning) {
            Some(Meaning::Definition(k)) => self.definitions[k],
            Some(meaning) if (self.counts)(meaning) => Degree::Linear,
            _ => Degree::Free,
        }
    }

    fn terms<'e>(&mut self, terms: impl Iterator<Item = &'e Expression<'e>>) -> Degree {
        let degrees: Vec<Degree> = terms.filter(|term| !term.is_zero()).map(|term| self.of(term)).collect();
        let highest = degrees.iter().copied().max().unwrap_or(Degree::Free);
        let mixed = highest == Degree::Linear && degrees.contains(&Degree::Free);
        if mixed { Degree::Affine } else { highest }
    }

    fn product(&mut self, factors: &[(Factor, Expression<'_>)]) -> Degree {
        factors.iter().fold(Degree::Free, |all, (factor, part)| match (all, factor, self.of(part)) {
            (all, _, Degree::Free) => all,
            (Degree::Free, Factor::Times, degree) => degree,
            _ => Degree::Nonlinear,
        })
    }

    /// The degree of what is linear in none of its parts.
    fn free<'e>(&mut self, parts: impl Iterator<Item = &'e Expression<'e>>) -> Degree {
        let highest = parts.map(|part| self.of(part)).max();
        if highest.is_none_or(|degree| degree == Degree::Free) { Degree::Free } else { Degree::Nonlinear }
    }
}
