//! Logarithm and exponential in plain IEEE arithmetic, so that every machine computes the same bits.
//!
//! Branch-free bodies, so that loops over them become vector code. Against correctly rounded values: `ln` and `exp`
//! within 2 ulp (tested against std, whose own error is below 1 ulp).

/// ln 2, split: `k * LN2_HIGH` is exact for the exponents k of f64.
const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Bits of sqrt(1/2): mantissas are taken from [sqrt(1/2), sqrt(2)).
const SQRT_HALF_BITS: u64 = 0x3fe6_a09e_667f_3bcd;
/// 2^52: adding it leaves an integer in the low bits.
const INTEGER: f64 = 4_503_599_627_370_496.0;

/// Natural logarithm of a positive, normal, finite `x`.
///
/// x = 2^k m, f = m - 1, s = f / (2 + f); ln m = 2 atanh s = 2 s (1 + s^2/3 + s^4/5 + ...) to s^20: what is
/// left out is below 2e-18 of the value, as |s| < 0.1716. 2 s is written f - s f, which keeps the small error of s out.
#[inline(always)]
pub(crate) fn ln_normal(x: f64) -> f64 {
    let bits = x.to_bits();
    let shifted = bits.wrapping_sub(SQRT_HALF_BITS).wrapping_add(1023 << 52);
    let k = f64::from_bits(shifted >> 52 | INTEGER.to_bits()) - (INTEGER + 1023.0);
    let m = f64::from_bits(bits.wrapping_sub(shifted & 0xfff0 << 48).wrapping_add(1023 << 52));
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let mut series = 2.0 / 21.0;
    for odd in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        series = series * z + 2.0 / odd;
    }
    let half_square = 0.5 * f * f;
    let tail = s * (half_square + series * z);
    k * LN2_HIGH + (f - (half_square - (tail + k * LN2_LOW)))
}

/// Natural logarithm; NaN below zero, -inf at zero.
pub(crate) fn ln(x: f64) -> f64 {
    if x.is_normal() && x > 0.0 {
        ln_normal(x)
    } else if x.is_subnormal() && x > 0.0 {
        ln_normal(x * INTEGER) - 52.0 * (LN2_HIGH + LN2_LOW)
    } else if x == 0.0 {
        f64::NEG_INFINITY
    } else if x > 0.0 {
        x
    } else {
        f64::NAN
    }
}

/// ln(1 + x) for x > -1, accurate for small `x`: the rounding error of 1 + x cancels in ln(y) x / (y - 1).
pub(crate) fn ln_1p(x: f64) -> f64 {
    let y = 1.0 + x;
    if y == 1.0 { x } else { ln(y) * x / (y - 1.0) }
}

/// Exponential: x = k ln 2 + r with |r| <= ln(2)/2, Taylor series of e^r to r^13 (what is left out: 5e-18).
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    // 1.5 * 2^52 rounds to an integer of either sign.
    const ROUND: f64 = 1.5 * INTEGER;
    // Beyond these the result is infinite or zero in any case; the products below overflow or vanish by themselves.
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let rounded = x * std::f64::consts::LOG2_E + ROUND;
    let k = rounded - ROUND;
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    let mut series = 1.0 / 6_227_020_800.0;
    for factorial in
        [479_001_600.0, 39_916_800.0, 3_628_800.0, 362_880.0, 40_320.0, 5_040.0, 720.0, 120.0, 24.0, 6.0, 2.0]
    {
        series = series * r + 1.0 / factorial;
    }
    let value = 1.0 + (r + r * r * series);
    // 2^k in two factors, since 2^1024 and 2^-1074 are not normal numbers.
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits()) as i64 as i32;
    let power = |k: i32| f64::from_bits(((1023 + k) as u64) << 52);
    value * power(exponent >> 1) * power(exponent - (exponent >> 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Key, Purpose};

    const ULP: f64 = 2.0;

    fn ulps(found: f64, right: f64) -> f64 {
        if found == right {
            0.0
        } else {
            (found - right).abs() / (right.next_up() - right).abs().max(f64::from_bits(1))
        }
    }

    #[test]
    fn ln_is_within_two_ulp_over_all_exponents_and_near_one() {
        let key = Key::new(1, 1, Purpose::Noise);
        let mut worst: f64 = 0.0;
        for i in 0..200_000 {
            let wide = f64::from_bits(key.bits(i, 0) >> 1);
            if wide.is_finite() && wide > 0.0 {
                worst = worst.max(ulps(ln(wide), wide.ln()));
            }
            for x in [key.uniform(i, 1), 1.0 + 1e-3 * key.normal(i, 2), 1.0 - 2f64.powi(-(i as i32 % 53))] {
                if x > 0.0 {
                    worst = worst.max(ulps(ln(x), x.ln()));
                }
            }
        }
        println!("ln: {worst} ulp");
        assert!(worst <= ULP, "{worst} ulp");
        assert_eq!((ln(1.0), ln(0.0), ln(f64::INFINITY)), (0.0, f64::NEG_INFINITY, f64::INFINITY));
        assert!(ln(-1.0).is_nan() && ln(f64::NAN).is_nan());
    }

    #[test]
    fn exp_is_within_two_ulp_from_underflow_to_overflow() {
        let key = Key::new(1, 2, Purpose::Noise);
        let mut worst: f64 = 0.0;
        for i in 0..200_000 {
            for x in
                [1400.0 * key.uniform(i, 0) - 700.0, 4.0 * key.uniform(i, 1) - 2.0, 1e-8 * key.normal(i, 2)]
            {
                worst = worst.max(ulps(exp(x), x.exp()));
            }
        }
        println!("exp: {worst} ulp");
        assert!(worst <= ULP, "{worst} ulp");
        assert_eq!((exp(0.0), exp(1e9), exp(-1e9), exp(f64::NEG_INFINITY)), (1.0, f64::INFINITY, 0.0, 0.0));
        assert!(exp(f64::NAN).is_nan());
    }

    #[test]
    fn ln_1p_keeps_its_digits_for_small_arguments() {
        for x in [-0.9, -0.5, -1e-3, -2e-5, -1e-9, -1e-17, 1e-300, 0.3, 5.0] {
            assert!(ulps(ln_1p(x), x.ln_1p()) <= 3.0, "{x}: {} against {}", ln_1p(x), x.ln_1p());
        }
    }
}
