//! Math: `exp` and its relatives, from `+ - * /` and two bit tricks, the same bits on every machine.
//!
//! No multiplication and addition is ever fused, and no library is called, so the scalar loop, every instruction set and
//! the C text traced from these very functions agree to the last bit. Largest errors measured by
//! `tests/tests/math.rs`, in units in the last place: `exp` 1, `ln` 0.9, `expm1` 1.6, `exprel`
//! and `exprelr` 2, `tanh` 2.5.
//!
//! Method: Cody-Waite reduction x = n ln 2 + r, |r| ≤ ln 2 / 2 (Muller, Elementary Functions, 3rd ed., section 11.1),
//! then eʳ = 1 + r + r² q(r). For f32, q is our own minimax fit (largest relative error 2⁻³² of r); for f64 it is the
//! Taylor series to r¹³. ln x = e ln 2 + 2 artanh((m − 1) / (m + 1)), by its series.

use super::real::{Bits, Real};

/// r with n ln 2 taken out, and the magic sum that holds n.
#[inline(always)]
fn reduce<R: Bits>(x: R, magic: f64, ln2: [f64; 2]) -> (R, R) {
    let shifted = x * std::f64::consts::LOG2_E + magic;
    let n = shifted - magic;
    (x - n * ln2[0] - n * ln2[1], shifted)
}

#[inline(always)]
fn horner<R: Real, const N: usize>(x: R, c: [f64; N]) -> R {
    let mut sum = R::lit(c[N - 1]);
    for k in (0..N - 1).rev() {
        sum = sum * x + c[k];
    }
    sum
}

/// ln 2 in two parts; the first has so few digits that its product with n is exact.
const LN2_F32: [f64; 2] = [0.693_359_375, -2.121_944_400_546_905_8e-4];
const LN2_F64: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];
const MAGIC_F32: f64 = 12_582_912.0;
const MAGIC_F64: f64 = 6_755_399_441_055_744.0;

/// The range in which 2ⁿ⁻¹ is a normal number; below it the result is 0, above it infinite.
const RANGE_F32: [f64; 2] = [-87.3, 89.0];
const RANGE_F64: [f64; 2] = [-708.3, 710.0];

const Q_F32: [f64; 6] = [
    0.500_000_004_664_163_3,
    0.166_666_668_178_697_57,
    0.041_666_353_601_959_03,
    0.008_333_272_836_887_541,
    0.001_394_109_845_567_773,
    0.000_199_142_993_603_616_56,
];

const Q_F64: [f64; 12] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

/// `x` held inside the range; what is no number stays so, because the comparison keeps its second operand.
#[inline(always)]
fn clamp<R: Real>(x: R, [low, high]: [f64; 2]) -> R {
    R::lit(high).min(R::lit(low).max(x))
}

/// Doubled before it is scaled, or the smallest results would pass through a denormal number and lose a digit.
#[inline(always)]
fn exp_of<R: Bits>((r, shifted): (R, R), q: R) -> R {
    (r * r * q + r + 1.0) * 2.0 * shifted.half_pow2()
}

#[inline(always)]
fn expm1_of<R: Bits>((r, shifted): (R, R), q: R) -> R {
    let half = shifted.half_pow2();
    ((r * r * q + r) * half + (half - 0.5)) * 2.0
}

/// eˣ in single precision; 0 below −86.98, just before the result would be denormal.
#[inline(always)]
pub fn exp_f32<R: Bits>(x: R) -> R {
    let reduced = reduce(clamp(x, RANGE_F32), MAGIC_F32, LN2_F32);
    exp_of(reduced, horner(reduced.0, Q_F32))
}

/// eˣ in double precision; 0 below −708.
#[inline(always)]
pub fn exp_f64<R: Bits>(x: R) -> R {
    let reduced = reduce(clamp(x, RANGE_F64), MAGIC_F64, LN2_F64);
    exp_of(reduced, horner(reduced.0, Q_F64))
}

/// eˣ − 1 in single precision.
#[inline(always)]
pub fn expm1_f32<R: Bits>(x: R) -> R {
    let reduced = reduce(clamp(x, RANGE_F32), MAGIC_F32, LN2_F32);
    expm1_of(reduced, horner(reduced.0, Q_F32))
}

/// eˣ − 1 in double precision.
#[inline(always)]
pub fn expm1_f64<R: Bits>(x: R) -> R {
    let reduced = reduce(clamp(x, RANGE_F64), MAGIC_F64, LN2_F64);
    expm1_of(reduced, horner(reduced.0, Q_F64))
}

/// 2 artanh(s) / s = 2 + 2 s²/3 + 2 s⁴/5 + ..., up to N terms.
#[inline(always)]
fn artanh_series<R: Real, const N: usize>(z: R) -> R {
    horner(z, std::array::from_fn::<f64, N, _>(|k| 2.0 / (2 * k + 3) as f64))
}

/// ln x for positive normal x; −∞ at 0 and below the normal numbers, no number for negative x.
#[inline(always)]
#[expect(clippy::eq_op, reason = "that quotient is no number, as the logarithm of a negative one")]
fn ln_of<R: Bits, const N: usize>(x: R, ln2: [f64; 2], smallest: f64, largest: f64) -> R {
    // m is brought from 1..2 to 0.71..1.41, so that the series converges at the same rate on both sides of 1.
    let high = (x.mantissa() - std::f64::consts::SQRT_2).spike();
    let m = high.select(x.mantissa() * 0.5, x.mantissa());
    let e = high.select(x.exponent() + 1.0, x.exponent());
    let f = m - 1.0;
    let s = f / (f + 2.0);
    let z = s * s;
    // ln(1 + f) = f − f²/2 + s (f²/2 + z R(z)): the correction to f stays small, which keeps the last digit.
    let half = f * f * 0.5;
    let tail = s * (half + z * artanh_series::<R, N>(z));
    let ln = e * ln2[0] - (half - (tail + e * ln2[1]) - f);
    let positive = (x - smallest).spike().select(ln, R::lit(f64::NEG_INFINITY));
    let finite = (R::lit(largest) - x).spike().select(positive, x);
    x.spike().select(finite, (x - x) / (x - x))
}

/// ln x in single precision.
#[inline(always)]
pub fn ln_f32<R: Bits>(x: R) -> R {
    ln_of::<R, 6>(x, LN2_F32, f32::MIN_POSITIVE as f64, f32::MAX as f64)
}

/// ln x in double precision.
#[inline(always)]
pub fn ln_f64<R: Bits>(x: R) -> R {
    ln_of::<R, 11>(x, LN2_F64, f64::MIN_POSITIVE, f64::MAX)
}

/// 1 where x is so close to zero that eˣ − 1 may lose digits to denormal numbers, else 0.
#[inline(always)]
fn is_tiny<R: Real>(x: R) -> R {
    (R::lit(1e-30) - x.abs()).spike()
}

/// (eˣ − 1) / x, and 1 at 0.
#[inline(always)]
pub fn exprel<R: Real>(x: R) -> R {
    is_tiny(x).select(R::lit(1.0), x.expm1() / x)
}

/// x / (eˣ − 1), and 1 at 0.
#[inline(always)]
pub fn exprelr<R: Real>(x: R) -> R {
    is_tiny(x).select(R::lit(1.0), x / x.expm1())
}

/// Hyperbolic tangent. Above 20 it is 1 in either precision.
#[inline(always)]
pub fn tanh<R: Real>(x: R) -> R {
    let e = (R::lit(20.0).min(x) * 2.0).expm1();
    e / (e + 2.0)
}

/// d/dx of [`exprel`]: (eˣ − exprel x) / x, by its series near 0, where that difference cancels.
#[inline(always)]
pub fn exprel_slope<R: Real>(x: R) -> R {
    let series = horner(x, [1.0 / 2.0, 1.0 / 3.0, 1.0 / 8.0, 1.0 / 30.0, 1.0 / 144.0, 1.0 / 840.0]);
    let near = (R::lit(0.02) - x.abs()).spike();
    near.select(series, (x.exp() - x.exprel()) / x)
}
