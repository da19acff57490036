//! From random bits to uniform, integer, exponential and geometric numbers.

use super::elementary::{ln, ln_1p};

const TWO_POW_MINUS_53: f64 = 1.0 / 9_007_199_254_740_992.0;
const TWO_POW_52: f64 = 4_503_599_627_370_496.0;

/// The 64 random bits of a pair of words.
#[inline(always)]
#[must_use]
pub fn pair(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// Uniform in [0, 1): the 53 high bits, a multiple of 2^-53.
#[inline(always)]
#[must_use]
pub fn uniform(bits: u64) -> f64 {
    (bits >> 11) as f64 * TWO_POW_MINUS_53
}

/// Uniform in [0, 1): the 24 high bits of one word, a multiple of 2^-24.
#[inline(always)]
#[must_use]
pub fn uniform_f32(word: u32) -> f32 {
    (word >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// Uniform in (0, 1), symmetric about 1/2 and never at an end: an odd multiple of 2^-53 from the 52 high bits.
#[inline(always)]
#[must_use]
pub fn open_uniform(bits: u64) -> f64 {
    (f64::from_bits(bits >> 12 | 1.0f64.to_bits()) - 1.0) + TWO_POW_MINUS_53
}

/// Uniform in (0, 1]: a multiple of 2^-52 from the 52 high bits.
#[inline(always)]
fn uniform_above_zero(bits: u64) -> f64 {
    2.0 - f64::from_bits(bits >> 12 | 1.0f64.to_bits())
}

/// An integer in 0..n (0 for n = 0): the high part of bits * n. The probabilities of two results differ by at most
/// 2^-64, which is n / 2^64 <= 2^-32 of one of them: no test of feasible length sees it.
#[inline(always)]
#[must_use]
pub fn below(bits: u64, n: u32) -> u32 {
    // Two 32-bit products, as vector units have them.
    let (high, low, n) = (bits >> 32, bits & 0xffff_ffff, u64::from(n));
    ((high * n + ((low * n) >> 32)) >> 32) as u32
}

/// Exponential with mean 1, up to 36.04: -ln(u) with u in (0, 1], a multiple of 2^-52.
#[inline(always)]
#[must_use]
pub fn exponential(bits: u64) -> f64 {
    // `0 -` rather than `-`: gives 0, not -0, for u = 1.
    0.0 - ln(uniform_above_zero(bits))
}

/// Failures before the first success of trials with probability `p`: how many candidates to skip until the next
/// synapse. P(skip >= g) = (1 - p)^g to within 2^-52.
///
/// Source: Devroye 1986, "Non-uniform random variate generation", chapter X.2, inversion.
#[derive(Clone, Copy, Debug)]
pub struct Geometric {
    /// -1 / ln(1 - p).
    scale: f64,
}

impl Geometric {
    /// For success probability 0 < `p` <= 1.
    #[must_use]
    pub fn new(p: f64) -> Self {
        // The bound keeps 0 * infinity out; with it, no skip below 2^52 occurs but for u = 1.
        Self { scale: (-1.0 / ln_1p(-p)).clamp(0.0, 1e300) }
    }

    /// -1 / ln(1 - p).
    pub(super) fn scale(self) -> f64 {
        self.scale
    }

    /// The number of failures, at most `limit`.
    #[inline(always)]
    #[must_use]
    pub fn skip(self, bits: u64, limit: u32) -> u32 {
        let exact = exponential(bits) * self.scale;
        let limit = f64::from(limit);
        let bounded = if exact < limit { exact } else { limit };
        // Round down by hand: `floor` and saturating casts are no vector instructions at the baseline.
        let nearest = (bounded + TWO_POW_52) - TWO_POW_52;
        let whole = nearest - if nearest > bounded { 1.0 } else { 0.0 };
        (whole + TWO_POW_52).to_bits() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Key, Purpose};

    const DRAWS: u64 = 400_000;
    /// Standard errors a mean may be off: 5 sigma, once in two million tests.
    const SIGMA: f64 = 5.0;

    fn moments(draw: impl Fn(u64) -> f64) -> (f64, f64) {
        let (sum, squares) = (0..DRAWS).map(draw).fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
        let mean = sum / DRAWS as f64;
        (mean, squares / DRAWS as f64 - mean * mean)
    }

    #[test]
    fn uniforms_reach_their_ends_and_no_further() {
        assert_eq!((uniform(0), uniform(u64::MAX)), (0.0, 1.0 - TWO_POW_MINUS_53));
        assert_eq!((uniform_f32(0), uniform_f32(u32::MAX)), (0.0, 1.0 - 1.0 / 16_777_216.0));
        assert_eq!((open_uniform(0), open_uniform(u64::MAX)), (TWO_POW_MINUS_53, 1.0 - TWO_POW_MINUS_53));
        assert_eq!(uniform_above_zero(u64::MAX), 2.0 * TWO_POW_MINUS_53);
        assert_eq!(exponential(0).to_bits(), 0);
        assert_eq!(
            (below(u64::MAX, 10), below(0, 10), below(7, 0), below(u64::MAX, u32::MAX)),
            (9, 0, 0, u32::MAX - 1)
        );
    }

    #[test]
    fn uniform_and_exponential_have_their_moments() {
        let key = Key::new(3, 0, Purpose::State);
        let (mean, variance) = moments(|i| key.uniform(i, 0));
        assert!((mean - 0.5).abs() < SIGMA * (1.0 / 12.0 / DRAWS as f64).sqrt(), "{mean}");
        assert!((variance - 1.0 / 12.0).abs() < 1e-3, "{variance}");
        let (mean, variance) = moments(|i| key.exponential(i, 1));
        assert!((mean - 1.0).abs() < SIGMA / (DRAWS as f64).sqrt(), "{mean}");
        // The fourth central moment is 9, so the variance has standard error sqrt(8 / n).
        assert!((variance - 1.0).abs() < SIGMA * (8.0 / DRAWS as f64).sqrt(), "{variance}");
    }

    #[test]
    fn below_is_the_high_part_of_the_product() {
        let key = Key::new(4, 0, Purpose::State);
        for i in 0..10_000 {
            let (bits, n) = (key.bits(i, 0), key.block(i, 1)[0]);
            assert_eq!(below(bits, n), ((u128::from(bits) * u128::from(n)) >> 64) as u32);
        }
    }

    #[test]
    fn skips_are_geometric() {
        let key = Key::new(5, 0, Purpose::State);
        for p in [0.9, 0.3, 0.02, 1e-5] {
            let skips = Geometric::new(p);
            let (mean, variance) = moments(|i| f64::from(skips.skip(key.bits(i, 0), u32::MAX)));
            let right = (1.0 - p) / (p * p);
            assert!(
                (mean - (1.0 - p) / p).abs() < SIGMA * (right / DRAWS as f64).sqrt(),
                "p {p}: mean {mean}"
            );
            // Kurtosis of the geometric law is at most 9 + p^2 / (1 - p).
            let error = right * ((8.0 + p * p / (1.0 - p)) / DRAWS as f64).sqrt();
            assert!((variance - right).abs() < SIGMA * error, "p {p}: variance {variance} against {right}");
        }
    }

    #[test]
    fn skips_keep_to_their_bounds() {
        assert_eq!(Geometric::new(1.0).skip(u64::MAX, 9), 0);
        assert_eq!(Geometric::new(1e-320).skip(u64::MAX, 9), 9);
        assert_eq!(Geometric::new(1e-320).skip(1 << 63, u32::MAX), u32::MAX);
        assert_eq!(Geometric::new(0.5).skip(0, 9), 0);
    }
}
