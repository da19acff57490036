//! Unit: what people in the field write for a dimension, in units whose size is 1 in the equations.

use crate::scale::Scale;

/// Exponents of metre, kilogram, second, ampere, kelvin, mole and weight.
pub(crate) type Exponents = [f64; 7];

/// Those of a bare number.
pub(crate) const BARE: Exponents = [0.0; 7];

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
const BASE: [&str; 10] = ["weight", "cm", "mV", "ms", "pA", "nS", "K", "fmol", "mS", "mM"];

/// The dimension of a unit; that of a bare number where nobody knows the unit.
pub(crate) fn exponents(unit: &str) -> Exponents {
    Scale::parse(unit).map_or(BARE, |scale| scale.dimension.exponents())
}

/// A unit of this dimension; `None` where exponents are not whole, `1` for bare numbers.
pub(crate) fn customary(of: &Exponents) -> Option<String> {
    if of.iter().any(|exponent| exponent.fract() != 0.0) {
        return None;
    }
    if *of == BARE {
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

/// A product of base units. A kilogram is only met in volts, so its exponent counts them. The engine's length is 10 um, which
/// no prefix says: its square is cm2 nS / mS, its cube fmol / mM.
fn product(of: &Exponents) -> String {
    let [m, volts, s, amperes, k, mol, weight] = of.map(|exponent| exponent as i32);
    let lengths = m - 2 * volts;
    let cubes = lengths % 2;
    let squares = (lengths - 3 * cubes) / 2;
    let [time, current] = [s + 3 * volts, amperes + volts];
    let exponents = [weight, 2 * squares, volts, time, current, squares, k, mol + cubes, -squares, -cubes];
    let part = |sign: i32| {
        let some = BASE.iter().zip(exponents).filter(move |(_, exponent)| exponent * sign > 0);
        some.flat_map(|(unit, exponent)| powers(unit, exponent.unsigned_abs()))
    };
    let above: Vec<String> = part(1).collect();
    let above = if above.is_empty() { "1".to_owned() } else { above.join("*") };
    part(-1).fold(above, |text, unit| format!("{text}/{unit}"))
}

/// A power of a unit: exponents have one digit.
fn powers(unit: &str, exponent: u32) -> Vec<String> {
    let full = std::iter::repeat_n(format!("{unit}9"), exponent as usize / 9);
    let rest = match exponent % 9 {
        0 => None,
        1 => Some(unit.to_owned()),
        more => Some(format!("{unit}{more}")),
    };
    full.chain(rest).collect()
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
