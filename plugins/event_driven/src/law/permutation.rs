//! A keyed permutation of 0..n, at any place by itself: what shuffling gives, without the list.
//!
//! A Feistel network over pairs (l, r), l < a, r < b, with a b just above n; results from n on are permuted again.
//!
//! Source: Black & Rogaway 2002, "Ciphers with arbitrary finite domains", CT-RSA, LNCS 2271, doi:10.1007/3-540-45760-7_9,
//! section 5 (generalised Feistel) and section 4 (cycle walking). The round function is the integer mixer of Appleby's
//! MurmurHash3 (`fmix32`), keyed; six rounds.

use ecs_core::random::{Key, below_word};

/// Two passes over each half make it depend on the other; the third is margin.
const ROUNDS: usize = 6;
/// Halves of fewer values have too few round functions to make every order equally likely.
const LEAST: u32 = 16;
/// Above this, a pair would not fit 32 bits.
pub const MOST: u64 = (1 << 32) - (1 << 17);

/// A permutation of the numbers below `n`.
#[derive(Clone, Debug)]
pub struct Permutation {
    n: u32,
    a: u32,
    b: u32,
    one_by_b: f64,
    keys: [u32; ROUNDS],
}

#[inline(always)]
fn mix(x: u32) -> u32 {
    let x = (x ^ x >> 16).wrapping_mul(0x85eb_ca6b);
    let x = (x ^ x >> 13).wrapping_mul(0xc2b2_ae35);
    x ^ x >> 16
}

/// x / d for 32-bit numbers, with 1 / d at hand: the half keeps the product's rounding error away from whole numbers.
#[inline(always)]
pub fn quotient(x: u32, one_by_d: f64) -> u32 {
    const TWO_POW_52: f64 = 4_503_599_627_370_496.0;
    let exact = (f64::from(x) + 0.5) * one_by_d;
    let nearest = (exact + TWO_POW_52) - TWO_POW_52;
    let whole = nearest - if nearest > exact { 1.0 } else { 0.0 };
    (whole + TWO_POW_52).to_bits() as u32
}

impl Permutation {
    /// The permutation number `index` of `key`, of the numbers below `n`, at most [`MOST`].
    pub fn new(n: u32, key: Key, index: u64) -> Self {
        let a = (f64::from(n).sqrt().ceil() as u32).max(LEAST);
        let b = n.div_ceil(a).max(LEAST);
        let blocks = [key.block(index, 0), key.block(index, 1)];
        let words = blocks.as_flattened();
        Self { n, a, b, one_by_b: 1.0 / f64::from(b), keys: std::array::from_fn(|round| words[round]) }
    }

    #[inline(always)]
    fn pass(&self, x: u32) -> u32 {
        let mut l = quotient(x, self.one_by_b);
        let mut r = x - l * self.b;
        for round in 0..ROUNDS / 2 {
            let moved = l + below_word(mix(r ^ self.keys[2 * round]), self.a);
            l = moved.min(moved.wrapping_sub(self.a));
            let moved = r + below_word(mix(l ^ self.keys[2 * round + 1]), self.b);
            r = moved.min(moved.wrapping_sub(self.b));
        }
        l * self.b + r
    }

    /// Where `W` consecutive numbers from `first` go; those that are not below `n` go anywhere.
    #[inline(always)]
    pub fn at<const W: usize>(&self, first: u32) -> [u32; W] {
        let mut places = [0; W];
        for lane in 0..W {
            places[lane] = self.pass(first.wrapping_add(lane as u32).min(self.n - 1));
        }
        // One place in sqrt(n) lies beyond n; more where n is below 256.
        if places.iter().fold(false, |beyond, place| beyond | (*place >= self.n)) {
            for place in &mut places {
                while *place >= self.n {
                    *place = self.pass(*place);
                }
            }
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ecs_core::random::Purpose;

    #[test]
    fn every_number_appears_once() {
        let key = Key::new(1, 2, Purpose::Connect);
        for n in [1u32, 2, 3, 7, 64, 1_000, 65_537, 1_000_003] {
            let permutation = Permutation::new(n, key, 0);
            let mut seen = vec![false; n as usize];
            for first in (0..n).step_by(16) {
                let places = permutation.at::<16>(first);
                for place in &places[..(n - first).min(16) as usize] {
                    assert!(!std::mem::replace(&mut seen[*place as usize], true), "{n}: {place}");
                }
            }
        }
    }

    #[test]
    fn every_order_of_four_is_equally_likely() {
        let key = Key::new(3, 4, Purpose::Connect);
        let mut counts = std::collections::BTreeMap::<[u32; 4], u32>::new();
        const DRAWS: u64 = 48_000;
        (0..DRAWS).for_each(|k| *counts.entry(Permutation::new(4, key, k).at::<4>(0)).or_default() += 1);
        assert_eq!(counts.len(), 24);
        let expected = DRAWS as f64 / 24.0;
        let square: f64 = counts.values().map(|&c| (f64::from(c) - expected).powi(2) / expected).sum();
        // Chi-square of 23 degrees of freedom: 4.5 standard deviations above its mean.
        assert!(square < 23.0 + 4.5 * 46f64.sqrt(), "{square}");
    }

    #[test]
    fn neighbours_go_to_independent_places() {
        // Bins of 32 x 32 for the places of x and x + 1.
        let n = 1_000_003;
        let permutation = Permutation::new(n, Key::new(5, 6, Purpose::Connect), 0);
        let mut counts = vec![0u32; 1024];
        let bin = |place: u32| (u64::from(place) * 32 / u64::from(n)) as usize;
        for first in (0..n - 2).step_by(2) {
            let [x, y] = permutation.at::<2>(first);
            counts[bin(x) * 32 + bin(y)] += 1;
        }
        let expected = counts.iter().sum::<u32>() as f64 / 1024.0;
        let square: f64 = counts.iter().map(|&c| (f64::from(c) - expected).powi(2) / expected).sum();
        assert!((square - 1023.0).abs() < 4.5 * 2046f64.sqrt(), "{square}");
    }

    #[test]
    fn quotients_are_exact() {
        for d in [1u32, 2, 3, 7, 80, 1_000, 65_521, u32::MAX] {
            for x in
                [0, 1, d - 1, d, d.wrapping_mul(3), d.wrapping_mul(3).wrapping_sub(1), u32::MAX - 1, u32::MAX]
            {
                assert_eq!(quotient(x, 1.0 / f64::from(d)), x / d, "{x} / {d}");
            }
        }
    }
}
