//! Units: dimension algebra and the text of quantities, used where a scenario meets the equations and nowhere else.
//!
//! A unit is a product of SI symbols such as `mS/cm2`, `1/ms` or `uF/cm^2`. Conversion shifts the decimal exponent in the text
//! before the number is read, so `0.1 ms` in `s` is the double nearest to 0.0001: no rounding but the last.

use std::fmt;

/// Exponents of metre, kilogram, second, ampere, kelvin and mole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dimension(pub [i8; 6]);

/// A unit: its dimension and its size in SI base units, `scale * 10^power`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// What it measures.
    pub dimension: Dimension,
    power: i32,
    scale: f64,
}

/// Why a text is no quantity, or not the one that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum UnitError {
    /// The text does not start with a number.
    NoNumber,
    /// A number without a unit, where one is needed.
    NoUnit,
    /// NaN, infinite, or beyond the range of doubles.
    NotFinite,
    /// A symbol nobody knows.
    UnknownSymbol(String),
    /// Exponents or lengths nobody needs.
    TooLarge,
    /// Another dimension than the one that is wanted.
    WrongDimension {
        /// That of the text.
        found: Dimension,
        /// That of the field.
        expected: Dimension,
    },
}

/// Symbol, exponents, power of ten, further factor, and whether prefixes may stand before it.
type Symbol = (&'static str, [i8; 6], i32, f64, bool);

const SYMBOLS: &[Symbol] = &[
    ("s", [0, 0, 1, 0, 0, 0], 0, 1.0, true),
    ("min", [0, 0, 1, 0, 0, 0], 0, 60.0, false),
    ("h", [0, 0, 1, 0, 0, 0], 0, 3600.0, false),
    ("Hz", [0, 0, -1, 0, 0, 0], 0, 1.0, true),
    ("m", [1, 0, 0, 0, 0, 0], 0, 1.0, true),
    ("V", [2, 1, -3, -1, 0, 0], 0, 1.0, true),
    ("A", [0, 0, 0, 1, 0, 0], 0, 1.0, true),
    ("C", [0, 0, 1, 1, 0, 0], 0, 1.0, true),
    ("S", [-2, -1, 3, 2, 0, 0], 0, 1.0, true),
    ("F", [-2, -1, 4, 2, 0, 0], 0, 1.0, true),
    ("ohm", [2, 1, -3, -2, 0, 0], 0, 1.0, true),
    ("Ohm", [2, 1, -3, -2, 0, 0], 0, 1.0, true),
    ("Ω", [2, 1, -3, -2, 0, 0], 0, 1.0, true),
    ("M", [-3, 0, 0, 0, 0, 1], 3, 1.0, true),
    ("mol", [0, 0, 0, 0, 0, 1], 0, 1.0, true),
    ("K", [0, 0, 0, 0, 1, 0], 0, 1.0, true),
    ("%", [0; 6], -2, 1.0, false),
    ("1", [0; 6], 0, 1.0, false),
];

const PREFIXES: &[(&str, i32)] = &[
    ("G", 9),
    ("M", 6),
    ("k", 3),
    ("c", -2),
    ("m", -3),
    ("u", -6),
    ("µ", -6),
    ("μ", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
];

/// Powers of ten of the units the engine computes in: 10 um, 10⁻¹⁴ kg, ms, pA, K and 10⁻¹⁵ mol. With them mV, nS, pF, GOhm, mM,
/// mS/cm2, uF/cm2 and uA/cm2 are 1 as well.
const COHERENT: [i32; 6] = [-5, -14, -3, -12, 0, -15];

/// What messages call a dimension, and a unit of it as people in the field write it.
const NAMES: &[(&str, &str)] = &[
    ("a bare number", ""),
    ("a time", "ms"),
    ("a rate", "Hz"),
    ("a voltage", "mV"),
    ("a current", "pA"),
    ("a conductance", "nS"),
    ("a capacitance", "pF"),
    ("a resistance", "Mohm"),
    ("a charge", "pC"),
    ("a length", "um"),
    ("an area", "um2"),
    ("a volume", "um3"),
    ("a concentration", "mM"),
    ("a temperature", "K"),
    ("a voltage per time", "mV/ms"),
    ("a current per time", "pA/ms"),
    ("a concentration per time", "mM/ms"),
    ("a conductance per area", "mS/cm2"),
    ("a capacitance per area", "uF/cm2"),
    ("a current per area", "uA/cm2"),
    ("a resistivity", "ohm*cm"),
    ("a velocity", "m/s"),
];

impl Unit {
    /// The unit of bare numbers.
    pub const ONE: Self = Self { dimension: Dimension([0; 6]), power: 0, scale: 1.0 };

    /// Reads a product of symbols; an empty text is the unit of bare numbers.
    ///
    /// # Errors
    /// On a symbol that is not known, and on exponents of more than one digit.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let mut unit = Self::ONE;
        let mut rest = text.trim();
        let mut sign = 1;
        if let Some(below) = rest.strip_prefix('/') {
            (rest, sign) = (below.trim(), -1);
        }
        while !rest.is_empty() {
            let end = rest.find(['/', '*', '·']).unwrap_or(rest.len());
            unit = unit.times(factor(rest[..end].trim())?, sign)?;
            let Some(operator) = rest[end..].chars().next() else { break };
            sign = if operator == '/' { -1 } else { 1 };
            rest = rest[end + operator.len_utf8()..].trim();
            if rest.is_empty() {
                return Err(UnitError::UnknownSymbol(text.trim().to_owned()));
            }
        }
        Ok(unit)
    }

    /// Its size in SI base units.
    pub fn factor(&self) -> f64 {
        self.scale * 10f64.powi(self.power)
    }

    /// Its size in the units the engine computes in, as a number and a power of ten that it is multiplied by.
    pub fn coherent(&self) -> (f64, i32) {
        let base =
            self.dimension.0.iter().zip(COHERENT).map(|(exponent, power)| i32::from(*exponent) * power);
        (self.scale, self.power - base.sum::<i32>())
    }

    fn times(self, other: Self, exponent: i8) -> Result<Self, UnitError> {
        let mut dimension = self.dimension;
        for (mine, theirs) in dimension.0.iter_mut().zip(other.dimension.0) {
            let sum = theirs.checked_mul(exponent).and_then(|product| mine.checked_add(product));
            *mine = sum.ok_or(UnitError::TooLarge)?;
        }
        let power = self.power + other.power * i32::from(exponent);
        let scale = self.scale * other.scale.powi(i32::from(exponent));
        let sane = power.abs() <= 300 && scale.is_normal();
        if sane { Ok(Self { dimension, power, scale }) } else { Err(UnitError::TooLarge) }
    }
}

/// One symbol with its prefix and exponent: `cm2`, `ms^-1`, `µm²`.
fn factor(text: &str) -> Result<Unit, UnitError> {
    let plain = text.replace('²', "2").replace('³', "3");
    let (name, exponent) = if plain.len() > 1 { split_exponent(&plain)? } else { (plain.as_str(), 1) };
    let symbol = symbol(name).ok_or_else(|| UnitError::UnknownSymbol(text.to_owned()))?;
    Unit::ONE.times(symbol, exponent)
}

fn split_exponent(text: &str) -> Result<(&str, i8), UnitError> {
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &text[name.len()..];
    if digits.is_empty() {
        return Ok((text, 1));
    }
    let (name, sign) = name.strip_suffix('-').map_or((name, 1), |name| (name, -1));
    let exponent: i8 = digits.parse().ok().filter(|n| *n < 10).ok_or(UnitError::TooLarge)?;
    Ok((name.strip_suffix('^').unwrap_or(name), sign * exponent))
}

fn symbol(name: &str) -> Option<Unit> {
    let find = |name: &str, prefixed: bool| {
        let row = SYMBOLS.iter().find(|row| row.0 == name && (!prefixed || row.4))?;
        Some(Unit { dimension: Dimension(row.1), power: row.2, scale: row.3 })
    };
    find(name, false).or_else(|| {
        PREFIXES.iter().find_map(|(prefix, power)| {
            let unit = find(name.strip_prefix(prefix)?, true)?;
            Some(Unit { power: unit.power + power, ..unit })
        })
    })
}

/// Reads a quantity such as `20 ms`, `-65mV`, `1_000 Hz` or `0.5`: the number, and the unit it is in.
///
/// # Errors
/// On a text that is no number with a unit, and on numbers that are not finite.
pub fn parse_quantity(text: &str) -> Result<(f64, Unit), UnitError> {
    let (number, unit) = split(text)?;
    Ok((shifted(&number, 0)?, unit))
}

/// Reads a quantity and gives its number in another unit of the same dimension.
///
/// # Errors
/// As [`parse_quantity`], on a dimension that is not the field's, and on a missing unit where the field has one.
pub fn to_unit(text: &str, field: Unit) -> Result<f64, UnitError> {
    let (number, unit) = split(text)?;
    if unit == Unit::ONE && field.dimension != Dimension::default() {
        return Err(UnitError::NoUnit);
    }
    if unit.dimension != field.dimension {
        return Err(UnitError::WrongDimension { found: unit.dimension, expected: field.dimension });
    }
    let value = shifted(&number, unit.power - field.power)? * (unit.scale / field.scale);
    if value.is_finite() { Ok(value) } else { Err(UnitError::NotFinite) }
}

/// The number of a quantity and its unit, both as they are written.
pub fn parts(text: &str) -> (&str, &str) {
    let text = text.trim();
    let (number, unit) = text.split_at(number_end(text));
    (number.trim(), unit.trim())
}

/// The digits of a number, and the unit behind it.
fn split(text: &str) -> Result<(String, Unit), UnitError> {
    let text = text.trim();
    let end = number_end(text);
    let (number, rest) = text.split_at(end);
    let bare = number.trim_start_matches(['+', '-']);
    if !bare.starts_with(|c: char| c.is_ascii_digit() || c == '.') || bare.len() + 1 < number.len() {
        let word = bare.get(..3).or(rest.get(..3)).unwrap_or("").to_ascii_lowercase();
        return Err(if word == "nan" || word == "inf" { UnitError::NotFinite } else { UnitError::NoNumber });
    }
    Ok((number.replace('_', ""), Unit::parse(rest)?))
}

/// Where the number ends: an `e` belongs to it only with digits behind.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let exponent = matches!(byte, b'e' | b'E') && at > 0;
        let signed = exponent && matches!(bytes.get(at + 1), Some(b'+' | b'-'));
        let goes_on = byte.is_ascii_digit()
            || *byte == b'.'
            || (*byte == b'_' && at > 0 && digit(at - 1) && digit(at + 1))
            || (matches!(byte, b'+' | b'-') && at == 0)
            || (exponent && digit(at + 1 + usize::from(signed)));
        if !goes_on {
            break;
        }
        at += if signed { 2 } else { 1 };
    }
    at
}

/// The number times a power of ten, rounded once.
fn shifted(number: &str, power: i32) -> Result<f64, UnitError> {
    let (digits, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let exponent: i32 = exponent.parse().map_err(|_| UnitError::NotFinite)?;
    let exponent = exponent.saturating_add(power);
    let value: f64 = format!("{digits}e{exponent}").parse().map_err(|_| UnitError::NoNumber)?;
    if value.is_finite() { Ok(value) } else { Err(UnitError::NotFinite) }
}

impl Dimension {
    /// A unit of this dimension, as people in the field write it; empty where there is no custom, and for bare numbers.
    pub fn example(&self) -> &'static str {
        self.named().map_or("", |(_, unit)| unit)
    }

    fn named(&self) -> Option<&'static (&'static str, &'static str)> {
        NAMES.iter().find(|(_, unit)| Unit::parse(unit).is_ok_and(|unit| unit.dimension == *self))
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = self.named() {
            return f.write_str(name);
        }
        f.write_str("a quantity in")?;
        let powers = ["m", "kg", "s", "A", "K", "mol"].iter().zip(self.0).filter(|(_, power)| *power != 0);
        for (symbol, power) in powers {
            if power == 1 { write!(f, " {symbol}")? } else { write!(f, " {symbol}{power}")? }
        }
        Ok(())
    }
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNumber => f.write_str("does not start with a number"),
            Self::NoUnit => f.write_str("has no unit"),
            Self::NotFinite => f.write_str("is not a finite number"),
            Self::UnknownSymbol(symbol) => write!(f, "has an unknown unit `{symbol}`"),
            Self::TooLarge => f.write_str("has a unit with exponents out of range"),
            Self::WrongDimension { found, .. } => write!(f, "is {found}"),
        }
    }
}

impl std::error::Error for UnitError {}
