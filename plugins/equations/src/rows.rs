//! Rows: the tables of a model: parameters and state variables with their units and defaults.

use std::ops::Range;

use ecs_core::model::Row;
use ecs_core::registry::Bound;
use ecs_core::units::{self, UnitError};

use crate::error::{Errors, Place, Problem, shorten};
use crate::scale::{self, Scale, shifted};
use crate::scope::{Meaning, Scope, Symbol};
use crate::syntax::Equation;
use crate::text::ModelText;

/// Stands where a parameter has no default.
const OPEN: &str = "? ";

/// Models with more parameters are refused.
const MOST_PARAMETERS: usize = 1000;

/// Reads the parameters and gives their names a meaning.
pub(crate) fn parameters<'a>(text: &ModelText<'a>, scope: &mut Scope<'a>, errors: &mut Errors) -> Vec<Row> {
    let mut rows = Vec::new();
    for parameter in text.parameters.iter().take(MOST_PARAMETERS) {
        let place = Place::Parameter(parameter.name.to_owned());
        let whole = 0..parameter.value.len();
        let read = match parameter.value.strip_prefix(OPEN) {
            Some(unit) => scale_of(parameter.value, unit).map(|scale| (f64::NAN, scale)),
            None => quantity(parameter.value).and_then(|(number, scale)| {
                bounded(number, parameter.bound, parameter.value)?;
                Ok((number, scale))
            }),
        };
        let scale = read.as_ref().ok().map(|(_, scale)| *scale);
        let symbol = Symbol { meaning: Meaning::Parameter, scale };
        scope.declare(parameter.name, symbol, (&place, &whole), errors);
        match read {
            Ok((number, _)) => rows.push(Row {
                name: parameter.name.to_owned(),
                default: number,
                unit: unit_of_row(
                    parameter.value.strip_prefix(OPEN).unwrap_or(units::parts(parameter.value).1),
                ),
                doc: parameter.doc.to_owned(),
                bound: parameter.bound,
            }),
            Err(problem) => errors.push(&place, problem),
        }
    }
    if let Some(parameter) = text.parameters.get(MOST_PARAMETERS) {
        let place = Place::Parameter(parameter.name.to_owned());
        let allowed = format!("{MOST_PARAMETERS} parameters");
        errors.push(&place, Problem::new(0..0, "one parameter too many", allowed, "split the model"));
    }
    rows
}

/// The rows of state variables, with their initial values.
pub(crate) fn state(
    text: &ModelText<'_>,
    state: &[&Equation<'_>],
    scope: &Scope<'_>,
    errors: &mut Errors,
) -> Vec<Row> {
    let row = |one: &&Equation<'_>| Row {
        name: one.name.to_owned(),
        default: 0.0,
        unit: unit_of_row(one.unit.0),
        doc: one.doc.to_owned(),
        bound: Bound::Any,
    };
    let mut rows: Vec<Row> = state.iter().map(row).collect();
    let mut given: Vec<&str> = Vec::new();
    for initial in text.initial.iter().take(MOST_PARAMETERS) {
        let (place, span) = (Place::Initial(initial.name.to_owned()), 0..initial.value.len());
        let Some(row) = rows.iter_mut().find(|row| row.name == initial.name) else {
            let names: Vec<&str> = state.iter().map(|one| one.name).collect();
            errors.push(&place, Problem::unknown(span, "unknown state variable", initial.name, &names));
            continue;
        };
        if given.contains(&initial.name) {
            errors.push(
                &place,
                Problem::new(span, "a second initial value", "one for each variable", "remove one"),
            );
        }
        given.push(initial.name);
        let Some(field) = scope.lookup(initial.name).and_then(|symbol| symbol.scale) else { continue };
        match quantity(initial.value).and_then(|found| converted(found, field, initial.value)) {
            Ok(number) => row.default = number,
            Err(problem) => errors.push(&place, problem),
        }
    }
    rows
}

/// Tables have no unit for bare numbers.
fn unit_of_row(unit: &str) -> String {
    if unit == "1" { String::new() } else { unit.to_owned() }
}

/// A number and the unit behind it.
fn quantity(text: &str) -> Result<(f64, Scale), Problem> {
    let (number, unit) = units::parts(text);
    let wrong = |error: UnitError| {
        let found = format!("`{}` {error}", shorten(text));
        Problem::new(
            0..text.len(),
            found,
            "a finite number with a unit, such as `20 ms`",
            "write the number first",
        )
    };
    if number.is_empty() {
        return Err(wrong(UnitError::NoNumber));
    }
    let (value, _) = units::parse_quantity(number).map_err(wrong)?;
    if !(value as f32).is_finite() {
        return Err(wrong(UnitError::NotFinite));
    }
    Ok((value, scale_of(text, unit)?))
}

/// The unit that is the end of `text`.
fn scale_of(text: &str, unit: &str) -> Result<Scale, Problem> {
    Scale::parse(unit).map_err(|error| scale::problem(behind(text, unit), unit, &error))
}

/// The bytes of `unit`, which is the end of `text`.
fn behind(text: &str, unit: &str) -> Range<usize> {
    let (start, end) = (text.trim_end().len().saturating_sub(unit.trim_end().len()), text.trim_end().len());
    start..end
}

fn bounded(number: f64, bound: Bound, text: &str) -> Result<(), Problem> {
    let (holds, allowed) = match bound {
        Bound::Any | Bound::Words(_) => (true, "any number"),
        Bound::Positive => (number > 0.0, "numbers above zero"),
        Bound::NonNegative => (number >= 0.0, "zero or numbers above it"),
        Bound::Fraction => ((0.0..=1.0).contains(&number), "numbers from 0 to 1"),
    };
    let found = || format!("`{}` is out of range", shorten(text));
    let problem = || Problem::new(0..text.len(), found(), allowed, "give a number in this range");
    if holds { Ok(()) } else { Err(problem()) }
}

/// The number in the unit of a field.
fn converted((number, from): (f64, Scale), field: Scale, text: &str) -> Result<f64, Problem> {
    if from.dimension != field.dimension {
        let found = format!("`{}` is {}", shorten(text), from.dimension);
        let allowed = format!("{}, as in `{}`", field.dimension, field.dimension.unit());
        return Err(Problem::new(0..text.len(), found, allowed, "check the unit"));
    }
    Ok(shifted(number * (from.number / field.number), from.power.saturating_sub(field.power)))
}
