//! Numbers from one 32-bit word each, in arithmetic that fills vectors: for synapses, of which there are billions.
//!
//! A word w stands for u = (w + 1/2) / 2^32, in (0, 1) and symmetric about 1/2. It is split into its distance v from the nearer
//! end, which single precision holds with all its digits on both sides; so tails are as exact as the word allows.

use crate::number::{Num, Real};

const TWO_POW_MINUS_32: f32 = 1.0 / 4_294_967_296.0;

/// Distance of u from the nearer end, in (0, 1/2], and whether that is the upper one.
#[inline(always)]
fn from_end(word: u32) -> (f32, bool) {
    let upper = word > u32::MAX / 2;
    let count = if upper { !word } else { word };
    ((count as i32 as f32 + 0.5) * TWO_POW_MINUS_32, upper)
}

/// Uniform in (0, 1), exact: an odd multiple of 2^-33.
#[inline(always)]
#[must_use]
pub fn uniform_word(word: u32) -> f64 {
    (f64::from(word) + 0.5) * (1.0 / 4_294_967_296.0)
}

/// An integer in 0..n: the high part of word * n. Probabilities of two results differ by at most 2^-32.
#[inline(always)]
#[must_use]
pub fn below_word(word: u32, n: u32) -> u32 {
    ((u64::from(word) * u64::from(n)) >> 32) as u32
}

/// 1/sqrt(2), below which the logarithm's argument is doubled.
const HALF_ROOT: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Exponential with mean 1, from 1.2e-10 to 22.9: -ln u, with a relative error below 4e-7.
///
/// ln u = e ln 2 + 2 artanh(f / (f + 2)), f = u 2^-e - 1, by the series of artanh (first term left out: 2e-9). Near u = 1
/// f is the word's own distance from the end, so small results keep their digits.
#[inline(always)]
#[must_use]
pub fn exponential_word(word: u32) -> f32 {
    let (v, upper) = from_end(word);
    // u = v: mantissa and exponent of v.
    let mantissa = f32::from_bits(v.to_bits() & 0x007f_ffff | 1.0f32.to_bits());
    let exponent = ((v.to_bits() >> 23) as i32 - 127) as f32;
    let halved = mantissa > std::f32::consts::SQRT_2;
    let low = if halved { mantissa * 0.5 - 1.0 } else { mantissa - 1.0 };
    let low_exponent = if halved { exponent + 1.0 } else { exponent };
    // u = 1 - v: no exponent, or -1.
    let near = v < 1.0 - HALF_ROOT;
    let high = if near { -v } else { 1.0 - 2.0 * v };
    let high_exponent = if near { 0.0 } else { -1.0 };
    let (f, e) = if upper { (high, high_exponent) } else { (low, low_exponent) };
    let s = f / (f + 2.0);
    let z = s * s;
    let series = 1.0 + z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z * (1.0 / 9.0))));
    0.0 - (2.0 * s * series + e * std::f32::consts::LN_2)
}

/// Largest skip that [`Skip`] draws, less one.
pub const MOST_SKIPPED: u32 = 8_000_000;
const TWO_POW_23: f32 = 8_388_608.0;

/// Failures before the first success of trials with probability `p`, from one word each.
///
/// P(skip >= g) = (1 - p)^g to within 2^-32, with g itself blurred by 4e-7 of its size, which leaves the law of sums over many
/// cells as it is; see [`Geometric`](super::Geometric) for skips of 52 bits.
#[derive(Clone, Copy, Debug)]
pub struct Skip {
    /// -1 / ln(1 - p).
    scale: f32,
}

impl Skip {
    /// For success probability 0 < `p` <= 1.
    #[must_use]
    pub fn new(p: f64) -> Self {
        Self { scale: super::draws::Geometric::new(p).scale().min(1e30) as f32 }
    }

    /// The number of failures, at most [`MOST_SKIPPED`].
    #[inline(always)]
    #[must_use]
    pub fn skip(self, word: u32) -> u32 {
        let exact = exponential_word(word) * self.scale;
        let bounded = if exact < MOST_SKIPPED as f32 { exact } else { MOST_SKIPPED as f32 };
        // Round down by hand, as in `Geometric`.
        let nearest = (bounded + TWO_POW_23) - TWO_POW_23;
        let whole = nearest - if nearest > bounded { 1.0 } else { 0.0 };
        (whole + TWO_POW_23).to_bits() & 0x007f_ffff
    }
}

/// Coefficients for w < 5, in powers of w - 5/2, highest first.
const CENTRE: [f32; 9] = [
    2.810_226_4e-8,
    3.432_739_4e-7,
    -3.523_387_8e-6,
    -4.391_506_5e-6,
    0.000_218_580_87,
    -0.001_253_725,
    -0.004_177_681_6,
    0.246_640_73,
    1.501_409_4,
];
/// Coefficients beyond, in powers of sqrt(w) - 3.
const TAIL: [f32; 9] = [
    -0.000_200_214_26,
    0.000_100_950_56,
    0.001_349_343_2,
    -0.003_673_428_4,
    0.005_739_507_7,
    -0.007_622_461_3,
    0.009_438_870_5,
    1.001_674,
    2.832_976_8,
];

#[inline(always)]
fn horner(coefficients: &[f32; 9], x: f32) -> f32 {
    let mut sum = coefficients[0];
    for &coefficient in &coefficients[1..] {
        sum = sum * x + coefficient;
    }
    sum
}

/// Standard normal, within +-6.34, with an error below 4e-6; beyond 5.2, where one draw of five million lies, below 3e-3.
///
/// Source: Giles 2012, "Approximating the erfinv function", GPU Computing Gems Jade Edition, chapter 10,
/// doi:10.1016/B978-0-12-385963-1.00010-1, table 10.1 (single precision); the two polynomials are both worked out, so that
/// lanes never part.
#[inline(always)]
#[must_use]
pub fn normal_word(word: u32) -> f32 {
    let (v, upper) = from_end(word);
    let count = if upper { !word } else { word };
    // 1 - 2 v, from the integer: it keeps its digits at the centre.
    let x = ((0x7fff_ffff - count) as i32 as f32 + 0.5) * (2.0 * TWO_POW_MINUS_32);
    let w = 0.0 - Num(4.0 * v * (1.0 - v)).ln().0;
    let w = if w > 0.0 { w } else { 0.0 };
    let centre = horner(&CENTRE, w - 2.5);
    let tail = horner(&TAIL, w.sqrt() - 3.0);
    let size = std::f32::consts::SQRT_2 * x * if w < 5.0 { centre } else { tail };
    if upper { size } else { -size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Key, Purpose, normal_quantile};

    fn words() -> impl Iterator<Item = u32> {
        let key = Key::new(17, 0, Purpose::State);
        let ends = [0, 1, 2, 3, 255, 1 << 30, (1 << 31) - 1, 1 << 31, (1 << 31) + 1, u32::MAX - 1, u32::MAX];
        let random = (0..100_000u64).map(move |i| key.block(i, 0)[0]);
        // All magnitudes, from both ends.
        let small = (0..100_000u64).map(move |i| key.block(i, 1)[0] >> (i % 32));
        ends.into_iter().chain(random).chain(small.clone()).chain(small.map(|word| !word))
    }

    #[test]
    fn exponentials_and_normals_are_those_of_double_precision() {
        for word in words() {
            let u = uniform_word(word);
            let right = if u < 0.5 { -u.ln() } else { -(-uniform_word(!word)).ln_1p() };
            let found = f64::from(exponential_word(word));
            assert!((found / right - 1.0).abs() < 4e-7, "{word}: {found} against {right}");
            let (found, right) = (f64::from(normal_word(word)), normal_quantile(u - 0.5));
            let allowed = if right.abs() < 5.2 { 4e-6 } else { 3e-3 };
            assert!((found - right).abs() < allowed, "{word}: {found} against {right}");
        }
        assert_eq!(normal_word(5), -normal_word(!5));
    }

    #[test]
    fn skips_follow_their_law_at_every_length() {
        // Chances of a skip of at least g, where the law makes them 1/2, 1/10 and 1/100.
        const DRAWS: u64 = 400_000;
        let key = Key::new(18, 0, Purpose::State);
        for p in [0.9, 0.3, 0.02, 1e-5, 8e-7] {
            let skips = Skip::new(p);
            for chance in [0.5f64, 0.1, 0.01] {
                let g = (chance.ln() / (-p).ln_1p()).ceil();
                let right = (1.0 - p).powf(g);
                let found = (0..DRAWS).filter(|&i| f64::from(skips.skip(key.block(i, 0)[1])) >= g).count();
                let error = 5.0 * (right * (1.0 - right) / DRAWS as f64).sqrt();
                assert!((found as f64 / DRAWS as f64 - right).abs() <= error, "p {p}, g {g}: {found}");
            }
        }
    }

    #[test]
    fn skips_keep_to_their_bounds() {
        assert!(words().all(|word| Skip::new(1.0).skip(word) == 0));
        assert_eq!(Skip::new(1e-300).skip(0), MOST_SKIPPED);
        assert_eq!(Skip::new(0.5).skip(u32::MAX), 0);
        assert_eq!((below_word(u32::MAX, 10), below_word(0, 10), below_word(7, 0)), (9, 0, 0));
    }
}
