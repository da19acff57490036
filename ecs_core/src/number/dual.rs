//! Dual: a number and its partial derivatives, carried through every operation.
//!
//! A derivative that is zero by construction is `None`, not `0.0`: such terms are never computed, neither by the
//! compiled loop nor in a traced graph, and an infinite factor cannot turn them into something that is no number.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::math;
use super::real::Real;

/// A value `x` and its derivatives `d` with respect to N variables. Works over any [`Real`], a traced one as well.
#[derive(Clone, Copy, Debug)]
pub struct Dual<R, const N: usize> {
    /// The value.
    pub x: R,
    /// The derivatives; `None` where zero by construction.
    pub d: [Option<R>; N],
}

impl<R: Real, const N: usize> Dual<R, N> {
    /// A number that depends on none of the variables.
    #[inline(always)]
    pub fn constant(x: R) -> Self {
        Self { x, d: [None; N] }
    }

    /// Variable number `k`.
    #[inline(always)]
    pub fn variable(x: R, k: usize) -> Self {
        let mut d = [None; N];
        d[k] = Some(R::lit(1.0));
        Self { x, d }
    }

    /// A function of `self` with the given value and slope.
    #[inline(always)]
    fn chain(self, x: R, slope: impl Fn() -> R) -> Self {
        self.each(x, |d| d * slope())
    }

    /// `x` with `f` of every derivative. Plain loops here: the compiler must see through them to leave out what is `None`.
    #[inline(always)]
    fn each(self, x: R, f: impl Fn(R) -> R) -> Self {
        let mut d = [None; N];
        for k in 0..N {
            if let Some(slope) = self.d[k] {
                d[k] = Some(f(slope));
            }
        }
        Self { x, d }
    }

    #[inline(always)]
    fn zip(self, rhs: Self, x: R, f: impl Fn(Option<R>, Option<R>) -> Option<R>) -> Self {
        let mut d = [None; N];
        for k in 0..N {
            d[k] = f(self.d[k], rhs.d[k]);
        }
        Self { x, d }
    }
}

#[inline(always)]
fn sum<R: Real>(a: Option<R>, b: Option<R>) -> Option<R> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (a, None) => a,
        (None, b) => b,
    }
}

impl<R: Real, const N: usize> Neg for Dual<R, N> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.each(-self.x, |d| -d)
    }
}

impl<R: Real, const N: usize> Add for Dual<R, N> {
    type Output = Self;
    #[inline(always)]
    fn add(self, rhs: Self) -> Self {
        self.zip(rhs, self.x + rhs.x, sum)
    }
}

impl<R: Real, const N: usize> Sub for Dual<R, N> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, rhs: Self) -> Self {
        self.zip(rhs, self.x - rhs.x, |a, b| match (a, b) {
            (Some(a), Some(b)) => Some(a - b),
            (a, None) => a,
            (None, Some(b)) => Some(-b),
        })
    }
}

impl<R: Real, const N: usize> Mul for Dual<R, N> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, rhs: Self) -> Self {
        self.zip(rhs, self.x * rhs.x, |a, b| sum(a.map(|a| a * rhs.x), b.map(|b| self.x * b)))
    }
}

#[expect(clippy::suspicious_arithmetic_impl, reason = "the rule for quotients has a product")]
impl<R: Real, const N: usize> Div for Dual<R, N> {
    type Output = Self;
    #[inline(always)]
    fn div(self, rhs: Self) -> Self {
        let x = self.x / rhs.x;
        self.zip(rhs, x, |a, b| sum(a.map(|a| a / rhs.x), b.map(|b| -(x * b / rhs.x))))
    }
}

impl<R: Real, const N: usize> Add<f64> for Dual<R, N> {
    type Output = Self;
    #[inline(always)]
    fn add(self, rhs: f64) -> Self {
        Self { x: self.x + rhs, d: self.d }
    }
}

impl<R: Real, const N: usize> Sub<f64> for Dual<R, N> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, rhs: f64) -> Self {
        Self { x: self.x - rhs, d: self.d }
    }
}

impl<R: Real, const N: usize> Mul<f64> for Dual<R, N> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, rhs: f64) -> Self {
        self.each(self.x * rhs, |d| d * rhs)
    }
}

impl<R: Real, const N: usize> Div<f64> for Dual<R, N> {
    type Output = Self;
    #[inline(always)]
    fn div(self, rhs: f64) -> Self {
        self.each(self.x / rhs, |d| d / rhs)
    }
}

impl<R: Real, const N: usize> Real for Dual<R, N> {
    #[inline(always)]
    fn lit(x: f64) -> Self {
        Self::constant(R::lit(x))
    }
    #[inline(always)]
    fn exp(self) -> Self {
        let y = self.x.exp();
        self.chain(y, || y)
    }
    #[inline(always)]
    fn expm1(self) -> Self {
        self.chain(self.x.expm1(), || self.x.exp())
    }
    #[inline(always)]
    fn ln(self) -> Self {
        self.chain(self.x.ln(), || R::lit(1.0) / self.x)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        let y = self.x.sqrt();
        self.chain(y, || R::lit(0.5) / y)
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        let y = self.x.tanh();
        self.chain(y, || (y * y).complement())
    }
    #[inline(always)]
    fn abs(self) -> Self {
        self.chain(self.x.abs(), || self.x.spike().select(R::lit(1.0), R::lit(-1.0)))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        let smaller = (self.x - other.x).spike();
        let d = smaller.pick(&other.d, &self.d);
        Self { x: self.x.min(other.x), d }
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        let larger = (other.x - self.x).spike();
        let d = larger.pick(&other.d, &self.d);
        Self { x: self.x.max(other.x), d }
    }
    /// The forward value is the step; its derivative is left out here and supplied by the surrogate in the backward pass.
    #[inline(always)]
    fn spike(self) -> Self {
        Self::constant(self.x.spike())
    }
    #[inline(always)]
    fn select(self, yes: Self, no: Self) -> Self {
        Self { x: self.x.select(yes.x, no.x), d: self.x.pick(&yes.d, &no.d) }
    }
    #[inline(always)]
    fn exprel(self) -> Self {
        self.chain(self.x.exprel(), || math::exprel_slope(self.x))
    }
    #[inline(always)]
    fn exprelr(self) -> Self {
        let y = self.x.exprelr();
        self.chain(y, || -(math::exprel_slope(self.x) * y * y))
    }
}

/// Choosing between two sets of derivatives by a mask.
trait Pick: Real {
    #[inline(always)]
    fn pick<const N: usize>(self, yes: &[Option<Self>; N], no: &[Option<Self>; N]) -> [Option<Self>; N] {
        let zero = || Self::lit(0.0);
        let mut d = [None; N];
        for k in 0..N {
            d[k] = match (yes[k], no[k]) {
                (None, None) => None,
                (yes, no) => Some(self.select(yes.unwrap_or_else(zero), no.unwrap_or_else(zero))),
            };
        }
        d
    }
}

impl<R: Real> Pick for R {}
