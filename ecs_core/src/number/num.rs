//! Num: a plain machine number. The operations of a model called with it are those of the processor.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::math;
use super::real::{Bits, Real};

/// An `f32` or `f64` that computes. A type of our own, so that literals can be `f64` on both.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct Num<T>(pub T);

impl<T: Copy> Num<T>
where
    Self: Sub<Output = Self>,
    T: PartialEq + Default,
{
    /// Whether it is neither infinite nor no number.
    #[inline(always)]
    #[expect(clippy::eq_op, reason = "what is not finite differs from itself by something that is not zero")]
    pub fn is_finite(self) -> bool {
        (self - self).0 == T::default()
    }
}

/// The machine types state may be kept in: `f32`, and `f64` for validation.
pub trait Float: Copy + Default + Send + Sync + std::fmt::Debug + PartialEq + PartialOrd + 'static {
    /// The nearest number of this type.
    fn of(x: f64) -> Self;
    /// The same number as `f64`.
    fn to_f64(self) -> f64;
    /// A count as a number.
    fn of_count(x: u16) -> Self;
}

macro_rules! float {
    ($t:ty, $bits:ty, $shift:expr, $bias:expr, $magic:expr, $exp:ident, $expm1:ident, $ln:ident) => {
        impl Float for $t {
            #[inline(always)]
            fn of(x: f64) -> Self {
                x as $t
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self.into()
            }
            #[inline(always)]
            fn of_count(x: u16) -> Self {
                x.into()
            }
        }

        float!(@ops $t, Add add +, Sub sub -, Mul mul *, Div div /);

        impl Neg for Num<$t> {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                Num(-self.0)
            }
        }

        impl Real for Num<$t> {
            #[inline(always)]
            fn lit(x: f64) -> Self {
                Num(x as $t)
            }
            #[inline(always)]
            fn exp(self) -> Self {
                math::$exp(self)
            }
            #[inline(always)]
            fn expm1(self) -> Self {
                math::$expm1(self)
            }
            #[inline(always)]
            fn ln(self) -> Self {
                math::$ln(self)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                Num(self.0.sqrt())
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                math::tanh(self)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                Num(self.0.abs())
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                if self.0 < other.0 { self } else { other }
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                if self.0 > other.0 { self } else { other }
            }
            #[inline(always)]
            fn spike(self) -> Self {
                Num(if self.0 >= 0.0 { 1.0 } else { 0.0 })
            }
            #[inline(always)]
            fn select(self, yes: Self, no: Self) -> Self {
                if self.0 != 0.0 { yes } else { no }
            }
            #[inline(always)]
            fn exprel(self) -> Self {
                math::exprel(self)
            }
            #[inline(always)]
            fn exprelr(self) -> Self {
                math::exprelr(self)
            }
        }

        impl Bits for Num<$t> {
            #[inline(always)]
            fn half_pow2(self) -> Self {
                Num(<$t>::from_bits((self.0.to_bits() << $shift).wrapping_add(($bias - 1) << $shift)))
            }
            #[inline(always)]
            fn exponent(self) -> Self {
                // An integer below 2^23 (2^52) or'ed into the magic number's mantissa is that number plus the integer.
                let magic: $t = $magic;
                Num(<$t>::from_bits(self.0.to_bits() >> $shift | magic.to_bits()) - magic - $bias as $t)
            }
            #[inline(always)]
            fn mantissa(self) -> Self {
                let mask: $bits = (1 << $shift) - 1;
                Num(<$t>::from_bits(self.0.to_bits() & mask | $bias << $shift))
            }
        }
    };
    (@ops $t:ty, $($tr:ident $f:ident $op:tt),*) => {$(
        impl $tr for Num<$t> {
            type Output = Self;
            #[inline(always)]
            fn $f(self, rhs: Self) -> Self {
                Num(self.0 $op rhs.0)
            }
        }
        impl $tr<f64> for Num<$t> {
            type Output = Self;
            #[inline(always)]
            fn $f(self, rhs: f64) -> Self {
                Num(self.0 $op rhs as $t)
            }
        }
    )*};
}

float!(f32, u32, 23, 127u32, 8_388_608.0, exp_f32, expm1_f32, ln_f32);
float!(f64, u64, 52, 1023u64, 4_503_599_627_370_496.0, exp_f64, expm1_f64, ln_f64);
