//! Dimension: what a quantity measures, with halves for noise and a place for the weight of a synapse.

use std::fmt;

use ecs_core::units;

/// Exponents of metre, kilogram, second, ampere, kelvin, mole and weight, each doubled: noise has the root of a rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dimension([i16; 7]);

/// Units that the others are products of, as people in the field write them, for dimensions without a name.
const WRITTEN: [&str; 7] = ["um", "mV", "ms", "pA", "K", "fmol", "weight"];

impl Dimension {
    /// A bare number.
    pub const BARE: Self = Self([0; 7]);
    /// A time.
    pub const TIME: Self = Self([0, 0, 2, 0, 0, 0, 0]);
    /// A voltage.
    pub const VOLTAGE: Self = Self([4, 2, -6, -2, 0, 0, 0]);
    /// A current.
    pub const CURRENT: Self = Self([0, 0, 0, 2, 0, 0, 0]);
    /// A current per area.
    pub const CURRENT_DENSITY: Self = Self([-4, 0, 0, 2, 0, 0, 0]);
    /// The weight of a synapse.
    pub const WEIGHT: Self = Self([0, 0, 0, 0, 0, 0, 2]);
    /// White noise.
    pub const NOISE: Self = Self([0, 0, -1, 0, 0, 0, 0]);

    pub fn times(self, other: Self) -> Self {
        self.with(other, i16::saturating_add)
    }

    pub fn over(self, other: Self) -> Self {
        self.with(other, i16::saturating_sub)
    }

    pub fn power(self, exponent: i16) -> Self {
        Self(self.0.map(|half| half.saturating_mul(exponent)))
    }

    /// The square root, where its exponents are halves.
    pub fn root(self) -> Option<Self> {
        self.0.iter().all(|half| half % 2 == 0).then(|| Self(self.0.map(|half| half / 2)))
    }

    fn with(self, other: Self, f: fn(i16, i16) -> i16) -> Self {
        Self(std::array::from_fn(|k| f(self.0[k], other.0[k])))
    }

    /// A unit of it, as a text may say it; `1` for a bare number.
    pub fn unit(&self) -> String {
        let custom = self.known().map_or("", |known| known.example());
        if *self == Self::BARE {
            "1".to_owned()
        } else if custom.is_empty() {
            self.product()
        } else {
            custom.to_owned()
        }
    }

    /// The exponents themselves.
    pub fn exponents(&self) -> [f64; 7] {
        self.0.map(|half| f64::from(half) / 2.0)
    }

    /// The dimension without halves and weight.
    fn known(&self) -> Option<units::Dimension> {
        let plain = self.0[6] == 0 && self.0.iter().all(|half| half % 2 == 0 && half.abs() < 200);
        plain.then(|| units::Dimension(std::array::from_fn(|k| (self.0[k] / 2) as i8)))
    }

    /// A product of units: a kilogram is only met in volts, so its exponent counts them.
    fn product(&self) -> String {
        let [m, volts, s, amperes, k, mol, weight] = self.0.map(i32::from);
        let halves = [m - 2 * volts, volts, s + 3 * volts, amperes + volts, k, mol, weight];
        let symbol = |(unit, half): (&&str, i32)| match half {
            2 => (*unit).to_owned(),
            half if half % 2 == 0 => format!("{unit}^{}", half / 2),
            half => format!("{unit}^{}", f64::from(half) / 2.0),
        };
        let part = |sign: i32| {
            let factors = WRITTEN.iter().zip(halves).filter(move |(_, half)| half * sign > 0);
            factors.map(move |(unit, half)| symbol((unit, half.abs()))).collect::<Vec<_>>()
        };
        let (above, below) = (part(1), part(-1));
        let above = if above.is_empty() { "1".to_owned() } else { above.join("*") };
        below.iter().fold(above, |text, unit| format!("{text}/{unit}"))
    }
}

impl From<units::Dimension> for Dimension {
    fn from(of: units::Dimension) -> Self {
        let at = |k: usize| of.0.get(k).map_or(0, |exponent| 2 * i16::from(*exponent));
        Self(std::array::from_fn(at))
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known() {
            _ if *self == Self::WEIGHT => f.write_str("a weight"),
            Some(known) if *self == Self::BARE || !known.example().is_empty() => write!(f, "{known}"),
            _ => write!(f, "a quantity in `{}`", self.product()),
        }
    }
}
