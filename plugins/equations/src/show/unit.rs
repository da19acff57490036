//! Unit: what people in the field write for a dimension, in units whose size is 1 in the equations.

use ecs_core::units::Unit;

use crate::scale::{Scale, shifted};

/// Exponents of metre, kilogram, second, ampere, kelvin and mole.
pub(crate) type Exponents = [f64; 6];

/// The first that fits is written. Each is of size 1 as a whole.
const CUSTOMARY: [&str; 31] = [
    "ms",
    "mV",
    "pA",
    "nS",
    "pF",
    "Gohm",
    "fC",
    "mM",
    "K",
    "1/ms",
    "1/mV",
    "mV/ms",
    "pA/ms",
    "nS/ms",
    "mM/ms",
    "1/mV/ms",
    "1/mV/ms2",
    "ms/mV",
    "mS/cm2",
    "uF/cm2",
    "uA/cm2",
    "mS/cm2/ms",
    "uA/cm2/ms",
    "mV2",
    "1/mV2",
    "ms2",
    "1/ms2",
    "1/mM",
    "1/mM/ms",
    "1/pA",
    "1/nS",
];

/// The units of which all others are products.
const BASE: [&str; 6] = ["um", "mV", "ms", "pA", "K", "fmol"];

/// The dimension of a unit; that of a bare number where nobody knows the unit.
pub(crate) fn exponents(unit: &str) -> Exponents {
    Unit::parse(unit).unwrap_or(Unit::ONE).dimension.0.map(f64::from)
}

/// A unit of this dimension; `None` where exponents are not whole, `1` for bare numbers.
pub(crate) fn customary(of: &Exponents) -> Option<String> {
    let whole = of.iter().all(|exponent| exponent.fract() == 0.0 && exponent.abs() < 10.0);
    if !whole {
        return None;
    }
    if *of == [0.0; 6] {
        return Some("1".to_owned());
    }
    let custom = CUSTOMARY.iter().find(|unit| exponents(unit) == *of);
    Some(custom.map_or_else(|| product(of), |unit| (*unit).to_owned()))
}

/// What gives a number without unit this dimension: `/ms`, `*mV`, `*sqrt(1/ms)`. `None` for bare numbers.
pub(crate) fn factor(of: &Exponents) -> Option<String> {
    match customary(of) {
        Some(unit) if unit == "1" => None,
        Some(unit) => Some(unit.strip_prefix('1').map_or_else(|| format!("*{unit}"), str::to_owned)),
        None => customary(&of.map(|exponent| 2.0 * exponent)).map(|unit| format!("*sqrt({unit})")),
    }
}

/// A product of base units: a kilogram is only met in volts, so its exponent counts them.
fn product(of: &Exponents) -> String {
    let [m, volts, s, amperes, k, mol] = of.map(|exponent| exponent as i32);
    let exponents = [m - 2 * volts, volts, s + 3 * volts, amperes + volts, k, mol];
    let part = |sign: i32| {
        let some = BASE.iter().zip(exponents).filter(move |(_, exponent)| exponent * sign > 0);
        some.map(|(unit, exponent)| match exponent.abs() {
            1 => (*unit).to_owned(),
            more => format!("{unit}{more}"),
        })
    };
    let above: Vec<String> = part(1).collect();
    let above = if above.is_empty() { "1".to_owned() } else { above.join("*") };
    part(-1).fold(above, |text, unit| format!("{text}/{unit}"))
}

/// A number of the equations, in a unit of [`customary`].
pub(crate) fn in_unit(number: f64, unit: &str) -> f64 {
    Scale::parse(unit).map_or(number, |scale| shifted(number, -scale.power))
}

/// Whether each symbol of a unit has the size 1, so that it does nothing behind any factor.
pub(crate) fn is_plain(unit: &str) -> bool {
    let one = |symbol: &str| Scale::parse(symbol).is_ok_and(|scale| scale.factor_in_graph().is_none());
    unit.split(['/', '*']).all(one)
}

/// The shortest text that reads as this number; long ones as a fraction where they are one.
pub(crate) fn number(x: f64) -> String {
    let text = decimal(x);
    if text.len() < 12 {
        return text;
    }
    fraction(x).map_or(text, |(above, below)| format!("{above}/{below}"))
}

/// The shortest decimal text that reads as this number.
pub(crate) fn decimal(x: f64) -> String {
    if x != 0.0 && !(1e-4..1e9).contains(&x.abs()) { format!("{x:e}") } else { format!("{x}") }
}

/// Two whole numbers with this quotient, bit for bit.
pub(crate) fn fraction(x: f64) -> Option<(f64, f64)> {
    let candidates = (2..1000).map(|below| (f64::from(below) * x).round()).zip(2..1000);
    candidates
        .map(|(above, below)| (above, f64::from(below)))
        .find(|(above, below)| above / below == x && *above != 0.0)
}
