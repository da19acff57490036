//! Term: a number that may be known while the text is read. Arithmetic of two known numbers leaves no operation behind, and
//! neither does a unit of size 1; everything else is written down as it stands.

use ecs_core::number::{Expr, Real};

use crate::scale::shifted;

/// A known number, `number * 10^power`. The power is kept apart, so that `0.7 mS/cm2` is exactly 0.7.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Constant {
    pub number: f64,
    pub power: i32,
    /// Whether it was written with units alone, which do nothing where their size is 1.
    pub unit: bool,
}

/// A known number, or a node of the graph.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Term {
    Constant(Constant),
    Node(Expr),
}

impl Constant {
    pub const ONE: Self = Self { number: 1.0, power: 0, unit: true };

    pub const fn number(number: f64) -> Self {
        Self { number, power: 0, unit: false }
    }

    pub fn size(self) -> f64 {
        shifted(self.number, self.power)
    }

    pub fn times(self, other: Self) -> Self {
        let power = self.power.saturating_add(other.power);
        Self { number: self.number * other.number, power, unit: self.unit && other.unit }
    }

    pub fn over(self, other: Self) -> Self {
        let power = self.power.saturating_sub(other.power);
        Self { number: self.number / other.number, power, unit: self.unit && other.unit }
    }

    fn joined(self, other: Self, f: fn(f64, f64) -> f64) -> Self {
        match self.power == other.power {
            true => Self { number: f(self.number, other.number), power: self.power, unit: false },
            false => Self::number(f(self.size(), other.size())),
        }
    }

    fn does_nothing(self) -> bool {
        self.unit && self.size() == 1.0
    }
}

impl Term {
    /// The node of the graph.
    pub fn expr(self) -> Expr {
        match self {
            Self::Constant(constant) => Expr::lit(constant.size()),
            Self::Node(node) => node,
        }
    }

    pub fn negative(self) -> Self {
        match self {
            Self::Constant(c) => Self::Constant(Constant { number: -c.number, unit: false, ..c }),
            Self::Node(node) => Self::Node(-node),
        }
    }

    pub fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Constant(a), Self::Constant(b)) => Self::Constant(a.joined(b, |a, b| a + b)),
            (a, b) => Self::Node(a.expr() + b.expr()),
        }
    }

    pub fn minus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Constant(a), Self::Constant(b)) => Self::Constant(a.joined(b, |a, b| a - b)),
            (a, b) => Self::Node(a.expr() - b.expr()),
        }
    }

    pub fn times(self, other: Self) -> Self {
        match (self, other) {
            (Self::Constant(a), Self::Constant(b)) => Self::Constant(a.times(b)),
            (Self::Constant(a), b) if a.does_nothing() => b,
            (a, Self::Constant(b)) if b.does_nothing() => a,
            (a, b) => Self::Node(a.expr() * b.expr()),
        }
    }

    pub fn over(self, other: Self) -> Self {
        match (self, other) {
            (Self::Constant(a), Self::Constant(b)) => Self::Constant(a.over(b)),
            (a, Self::Constant(b)) if b.does_nothing() => a,
            (a, b) => Self::Node(a.expr() / b.expr()),
        }
    }

    /// Times a unit, by the operation that loses no digits: `x / mV` in volts is `x / 1000`.
    pub fn in_unit(self, unit: Constant) -> Self {
        if unit.power < 0 {
            let below = Constant { number: 1.0 / unit.number, power: -unit.power, unit: true };
            self.over(Self::Constant(below))
        } else {
            self.times(Self::Constant(unit))
        }
    }

    /// Whether it is a number that single precision holds.
    pub fn is_finite(self) -> bool {
        match self {
            // A unit far off may stand next to one that brings it back, so its size alone says nothing.
            Self::Constant(constant) => {
                constant.number.is_finite() && (constant.unit || (constant.size() as f32).is_finite())
            }
            Self::Node(_) => true,
        }
    }
}
