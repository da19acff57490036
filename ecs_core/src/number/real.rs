//! Real: the closed list of operations a model may use.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number a model can be called with. Literals stand to the right of an operator: `v * 0.04`, not `0.04 * v`.
pub trait Real:
    Copy
    + Debug
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
{
    /// The number `x`.
    fn lit(x: f64) -> Self;
    /// eˣ.
    fn exp(self) -> Self;
    /// eˣ − 1 without cancellation near zero.
    fn expm1(self) -> Self;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// Absolute value.
    fn abs(self) -> Self;
    /// The smaller of two; `other` where either is no number.
    fn min(self, other: Self) -> Self;
    /// The larger of two; `other` where either is no number.
    fn max(self, other: Self) -> Self;
    /// 1 where `self >= 0`, else 0. The backward pass sees a smooth surrogate instead of the step.
    fn spike(self) -> Self;
    /// `yes` where `self` is not 0, `no` where it is. Never differentiates `self`.
    fn select(self, yes: Self, no: Self) -> Self;
    /// (eˣ − 1) / x, continued to 1 at 0: the mean of eˢ over s in 0..x.
    fn exprel(self) -> Self;
    /// x / (eˣ − 1), continued to 1 at 0: the shape of most gate rates.
    fn exprelr(self) -> Self;

    /// 1 / (1 + e⁻ˣ).
    #[inline(always)]
    fn sigmoid(self) -> Self {
        Self::lit(1.0) / ((-self).exp() + 1.0)
    }

    /// 1 / x. Of a parameter that all neurons share it is computed once, so `x * tau.recip()` costs no division.
    #[inline(always)]
    fn recip(self) -> Self {
        Self::lit(1.0) / self
    }

    /// 1 − x, which reads better than its negation.
    #[inline(always)]
    fn complement(self) -> Self {
        Self::lit(1.0) - self
    }
}

/// Numbers whose bits can be reached: what [`math`](super::math) builds `exp` and `ln` from.
pub trait Bits: Real {
    /// 2ⁿ⁻¹, where the integer n stands in the low mantissa bits of `self`, as adding the magic number leaves it.
    fn half_pow2(self) -> Self;
    /// The exponent e of `self` = m 2ᵉ, with m from 1 up to 2, as a number. Positive normal numbers only.
    fn exponent(self) -> Self;
    /// The m of `self` = m 2ᵉ, from 1 up to 2. Positive normal numbers only.
    fn mantissa(self) -> Self;
}
