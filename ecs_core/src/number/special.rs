//! Special functions, composed from the operations of [`Real`], so that every number type has them.
//!
//! In double precision `erf` is right to 4e-15 of its value and `atan` to 5e-16; the sine and cosine take turns rather than radians, so
//! that whole turns are left out exactly.

use super::real::Real;

/// The polynomial with these coefficients, lowest power first, at `x`.
#[inline(always)]
fn polynomial<R: Real, const N: usize>(x: R, c: [f64; N]) -> R {
    let mut sum = R::lit(c[N - 1]);
    for k in (0..N - 1).rev() {
        sum = sum * x + c[k];
    }
    sum
}

/// `x` with the sign of `like`; `x` is 0 or above.
#[inline(always)]
fn signed<R: Real>(x: R, like: R) -> R {
    like.spike().select(x, -x)
}

/// ln(1 + eˣ), the smooth form of max(0, x).
#[inline(always)]
pub fn softplus<R: Real>(x: R) -> R {
    // Above 35 the two agree in double precision.
    (x - 35.0).spike().select(x, (x.exp() + 1.0).ln())
}

/// The product of `n` equal factors.
pub fn whole_power(factor: f64, n: u64) -> f64 {
    let (mut product, mut square, mut left) = (1.0, factor, n);
    while left > 0 {
        if left % 2 == 1 {
            product *= square;
        }
        square *= square;
        left /= 2;
    }
    product
}

/// xʸ for x of 0 or above and y above 0.
#[inline(always)]
pub fn power<R: Real>(x: R, y: R) -> R {
    (x.ln() * y).exp()
}

/// e^(x²) erfc(x) as a polynomial of (x − 3) / (x + 3), from x = 1 to 6: a Chebyshev series of our own, cut at 5e-18.
const ERFCX: [f64; 16] = [
    0.179_001_151_181_389_96,
    -0.326_233_560_043_037_2,
    0.245_603_801_712_334_84,
    -0.150_115_936_500_777_98,
    0.071_665_837_197_476_89,
    -0.024_392_499_318_978_69,
    0.004_269_136_356_764_373,
    7.077_464_683_795_443e-4,
    -5.970_624_913_315_528e-4,
    4.525_432_475_344_431_5e-5,
    6.406_272_093_668_428e-5,
    -1.284_567_335_728_607_6e-5,
    -8.009_289_601_213_69e-6,
    2.013_493_288_126_995_7e-6,
    1.274_256_862_776_497_8e-6,
    2.274_853_803_463_221e-9,
];

/// 2/√π (−1)ⁿ / (n! (2n + 1)).
const fn erf_series() -> [f64; 19] {
    let mut series = [std::f64::consts::FRAC_2_SQRT_PI; 19];
    let (mut n, mut factorial) = (1, 1.0);
    while n < series.len() {
        factorial *= -(n as f64);
        series[n] /= factorial * (2 * n + 1) as f64;
        n += 1;
    }
    series
}

/// The error function, 2/√π ∫₀ˣ e^(−t²) dt: its Taylor series below 1, one minus its complement above.
#[inline(always)]
pub fn erf<R: Real>(x: R) -> R {
    let size = R::lit(6.0).min(x.abs());
    let z = R::lit(1.0).min(size * size);
    let near = size * polynomial(z, const { erf_series() });
    let large = R::lit(1.0).max(size);
    let far = ((-(large * large)).exp() * polynomial((large - 3.0) / (large + 3.0), ERFCX)).complement();
    signed((size - 1.0).spike().select(far, near), x)
}

/// The arc tangent: halved twice, then its Taylor series.
#[inline(always)]
pub fn atan<R: Real>(x: R) -> R {
    let size = x.abs();
    let large = (size - 1.0).spike();
    // Both branches are computed: the quotient must not divide by zero in the one that is dropped.
    let inner = large.select(size.max(R::lit(1.0)).recip(), size.min(R::lit(1.0)));
    let halved = |t: R| t / ((t * t + 1.0).sqrt() + 1.0);
    let t = halved(halved(inner));
    let series: [f64; 12] = std::array::from_fn(|n| if n % 2 == 0 { 4.0 } else { -4.0 } / (2 * n + 1) as f64);
    let angle = t * polynomial(t * t, series);
    signed(large.select(-angle + std::f64::consts::FRAC_PI_2, angle), x)
}

/// Above this many turns every single-precision number is a whole one.
const TURNS: i32 = 24;

/// The part of `x`, which is 0 or above, that exceeds its whole turns. Exact: each difference is of near numbers.
#[inline(always)]
fn part_of_turn<R: Real>(x: R) -> R {
    let mut rest = x.min(R::lit(f64::from(1 << TURNS)));
    for k in (0..=TURNS).rev() {
        let whole = f64::from(1 << k);
        rest = (rest - whole).spike().select(rest - whole, rest);
    }
    rest
}

/// (−1)ⁿ / (2n + 1)!.
const fn sin_series() -> [f64; 12] {
    let mut series = [1.0; 12];
    let mut n = 1;
    while n < series.len() {
        series[n] = -series[n - 1] / ((2 * n) * (2 * n + 1)) as f64;
        n += 1;
    }
    series
}

/// sin(2π x) for x from −1/4 to 1/4.
#[inline(always)]
fn sin_quarter<R: Real>(x: R) -> R {
    let angle = x * std::f64::consts::TAU;
    angle * polynomial(angle * angle, const { sin_series() })
}

/// sin(2π x), for up to 2²⁴ turns, as at which it stays beyond.
#[inline(always)]
pub fn sin_turns<R: Real>(x: R) -> R {
    let part = part_of_turn(x.abs());
    let half = (part - 0.5).spike().select(part - 1.0, part);
    let folded = (half.abs() - 0.25).spike().select(signed(-half.abs() + 0.5, half), half);
    signed(R::lit(1.0), x) * sin_quarter(folded)
}

/// cos(2π x), for up to 2²⁴ turns, as at which it stays beyond.
#[inline(always)]
pub fn cos_turns<R: Real>(x: R) -> R {
    sin_quarter((part_of_turn(x.abs()) - 0.5).abs() - 0.25)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Dual, Num};

    fn assert_near(name: &str, x: f64, found: f64, right: f64, tolerance: f64) {
        assert!((found - right).abs() <= tolerance * right.abs(), "{name}({x}) = {found}, not {right}");
    }

    /// Of a sum of nineteen terms of alternating sign, at 1, where they differ least.
    const ROUNDING: f64 = 4e-15;

    /// From mpmath 1.3.0 with 50 digits.
    const ERF: [(f64, f64); 12] = [
        (1e-9, 1.128_379_167_095_512_6e-9),
        (0.001, 0.001_128_378_790_969_236_4),
        (0.3, 0.328_626_759_459_127_4),
        (0.5, 0.520_499_877_813_046_5),
        (0.9999, 0.842_659_278_048_758),
        (1.0, 0.842_700_792_949_714_8),
        (1.0001, 0.842_742_299_548_520_3),
        (1.5, 0.966_105_146_475_310_7),
        (2.25, 0.998_537_283_413_318_8),
        (3.0, 0.999_977_909_503_001_4),
        (4.5, 0.999_999_999_803_383_9),
        (7.0, 1.0),
    ];

    #[test]
    fn erf_is_right_to_the_last_digits_and_odd() {
        for (x, right) in ERF {
            assert_near("erf", x, erf(Num(x)).0, right, ROUNDING);
            assert_near("erf", -x, erf(Num(-x)).0, -right, ROUNDING);
            assert_near("single erf", x, erf(Num(x as f32)).0.into(), right, 4e-7);
        }
    }

    #[test]
    fn angles_agree_with_the_standard_library() {
        for k in -4000..=4000 {
            let x = f64::from(k) * 0.003_7 + 1e-5;
            assert_near("atan", x, atan(Num(x)).0, x.atan(), 5e-16);
            assert_near("atan of large", x * 1e6, atan(Num(x * 1e6)).0, (x * 1e6).atan(), 5e-16);
            let (sin, cos) = (x * std::f64::consts::TAU).sin_cos();
            // The standard library rounds 2π x before it begins, by up to x 4e-15.
            assert!((sin_turns(Num(x)).0 - sin).abs() < 3e-14, "sin of {x} turns");
            assert!((cos_turns(Num(x)).0 - cos).abs() < 3e-14, "cos of {x} turns");
        }
        assert_near("sin", 1e-9, sin_turns(Num(1e-9)).0, 1e-9 * std::f64::consts::TAU, 3e-16);
        assert_near("sin", 1e6 + 0.25, sin_turns(Num(1e6 + 0.25)).0, 1.0, 3e-16);
        assert_eq!([sin_turns(Num(0.0)).0, atan(Num(0.0)).0, erf(Num(0.0)).0], [0.0; 3]);
    }

    #[test]
    fn derivatives_come_with_the_values() {
        for k in -60..60 {
            let x = f64::from(k) * 0.11 + 0.003;
            let slope = |f: fn(Dual<Num<f64>, 1>) -> Dual<Num<f64>, 1>| {
                f(Dual::variable(Num(x), 0)).d[0].expect("it depends on x").0
            };
            let gauss = std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp();
            assert!((slope(erf) - gauss).abs() < 1e-14, "erf'({x}) = {}, not {gauss}", slope(erf));
            assert_near("atan'", x, slope(atan), 1.0 / (1.0 + x * x), 2e-14);
            let tau = std::f64::consts::TAU;
            assert!((slope(sin_turns) - tau * (tau * x).cos()).abs() < 1e-12);
            assert!((slope(cos_turns) + tau * (tau * x).sin()).abs() < 1e-12);
            assert_near("softplus'", x, slope(softplus), 1.0 / (1.0 + (-x).exp()), 1e-14);
        }
    }
}
