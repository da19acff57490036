//! Scale: a unit as the equations see it: a dimension, and a size in the coherent units that the engine computes in.

use ecs_core::units::{Unit, UnitError};

use crate::dimension::Dimension;
use crate::error::{Problem, shorten};
use crate::nearest;

/// Units that a slip is compared with.
const COMMON: [&str; 22] = [
    "ms", "s", "Hz", "kHz", "mV", "V", "pA", "nA", "uA", "nS", "uS", "mS", "pF", "nF", "uF", "Mohm", "Gohm",
    "um", "cm", "mM", "uM", "weight",
];

/// A unit: its dimension and its size, `number * 10^power` coherent units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    pub dimension: Dimension,
    pub number: f64,
    pub power: i32,
}

impl Scale {
    /// A coherent unit of that dimension.
    pub const fn coherent(dimension: Dimension) -> Self {
        Self { dimension, number: 1.0, power: 0 }
    }

    /// Reads a product of symbols, `weight` among them; an empty text is the unit of bare numbers.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let text = text.trim();
        let mut scale = Self::coherent(Dimension::BARE);
        if text.is_empty() {
            return Ok(scale);
        }
        let (mut rest, mut below) = match text.strip_prefix('/') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        loop {
            let end = rest.find(['/', '*', '·']).unwrap_or(rest.len());
            let factor = Self::factor(rest[..end].trim(), text)?;
            scale = if below { scale.over(factor) } else { scale.times(factor) };
            if scale.power.abs() > 300 || !scale.number.is_normal() {
                return Err(UnitError::TooLarge);
            }
            let Some(operator) = rest[end..].chars().next() else { return Ok(scale) };
            below = operator == '/';
            rest = &rest[end + operator.len_utf8()..];
        }
    }

    fn factor(text: &str, whole: &str) -> Result<Self, UnitError> {
        if text == "weight" {
            return Ok(Self::coherent(Dimension::WEIGHT));
        }
        if text.is_empty() {
            return Err(UnitError::UnknownSymbol(whole.to_owned()));
        }
        let unit = Unit::parse(text)?;
        let (number, power) = unit.coherent();
        Ok(Self { dimension: unit.dimension.into(), number, power })
    }

    pub fn times(self, other: Self) -> Self {
        let dimension = self.dimension.times(other.dimension);
        Self { dimension, number: self.number * other.number, power: self.power.saturating_add(other.power) }
    }

    pub fn over(self, other: Self) -> Self {
        let dimension = self.dimension.over(other.dimension);
        Self { dimension, number: self.number / other.number, power: self.power.saturating_sub(other.power) }
    }

    /// Its size; `None` where it is 1, which needs no operation.
    pub fn factor_in_graph(&self) -> Option<f64> {
        let size = shifted(self.number, self.power);
        (size != 1.0).then_some(size)
    }
}

/// `number * 10^power`, as if the point were moved in the text: no rounding but the last.
pub(crate) fn shifted(number: f64, power: i32) -> f64 {
    if power == 0 || !number.is_finite() {
        return number;
    }
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').expect("this format has an exponent");
    let exponent: i32 = exponent.parse().expect("this format has a whole exponent");
    format!("{digits}e{}", exponent.saturating_add(power))
        .parse()
        .expect("digits and an exponent are a number")
}

/// What is wrong with a unit.
pub(crate) fn problem(span: std::ops::Range<usize>, text: &str, error: &UnitError) -> Problem {
    let found = match error {
        UnitError::UnknownSymbol(symbol) => format!("unknown unit `{}`", shorten(symbol)),
        _ => format!("`{}` {error}", shorten(text)),
    };
    let slip = match error {
        UnitError::UnknownSymbol(symbol) => nearest::nearest(symbol, &COMMON),
        _ => None,
    };
    let advice = match slip {
        Some(unit) => format!("did you mean `{unit}`?"),
        None => "write a unit such as `mV`, or `1` for a bare number".to_owned(),
    };
    Problem::new(span, found, "products of SI symbols such as `mS/cm2`", advice)
}
