//! Parts: how post-neurons are divided, by size and mean degree alone.

use std::ops::Range;

use crate::ends::Ends;

/// Synapses of a row for which it is worth dividing: below that, starting a part costs more than sharing it gains.
const DIVIDED: f64 = 32.0;
/// Most parts made for the sake of sharing.
const SHARED: usize = 8;
/// Most synapses expected in a part, so that its draws stay in the first-level cache.
const FULL: f64 = 128.0;
/// Most neurons of a part: their counters fit the second- or third-level cache.
const LONGEST: u64 = 1 << 22;
/// Parts begin where shards do, at multiples of this.
const ALIGNED: u64 = 64;

/// Post-neurons in parts of nearly one size.
#[derive(Clone, Debug)]
pub struct Parts {
    start: u64,
    n: u64,
    count: u64,
}

impl Parts {
    /// For rows of `mean` synapses.
    pub fn of_mean(ends: &Ends, mean: f64) -> Self {
        let mut count = 1;
        while 2 * count <= SHARED && mean / (2 * count) as f64 >= DIVIDED {
            count *= 2;
        }
        let mut parts = Self { start: ends.post.start, n: ends.n_post(), count: count as u64 };
        while parts.count < parts.n && (mean / parts.count as f64 > FULL || parts.longest() > LONGEST) {
            parts.count *= 2;
        }
        Self { count: parts.count.min(parts.n.max(1)), ..parts }
    }

    /// Two where that pays, and so many that none has more than `most` neurons.
    pub fn of_most(ends: &Ends, mean: f64, most: u64) -> Self {
        let mut parts = Self { start: ends.post.start, n: ends.n_post(), count: 1 };
        if mean >= DIVIDED && parts.n > ALIGNED {
            parts.count = 2;
        }
        while parts.longest() > most && parts.count < parts.n {
            parts.count *= 2;
        }
        parts
    }

    /// Parts.
    pub fn count(&self) -> usize {
        self.count as usize
    }

    /// Where part `part` begins, counted from the first post-neuron of the range.
    pub fn bound(&self, part: usize) -> u64 {
        let part = part as u64;
        if self.n >= ALIGNED * self.count {
            (self.n.div_ceil(ALIGNED) * part / self.count * ALIGNED).min(self.n)
        } else {
            self.n * part / self.count
        }
    }

    /// Neurons of a part.
    pub fn len(&self, part: usize) -> u64 {
        self.bound(part + 1) - self.bound(part)
    }

    /// Post-neurons of a part.
    pub fn posts(&self, part: usize) -> Range<u32> {
        (self.start + self.bound(part)) as u32..(self.start + self.bound(part + 1)) as u32
    }

    fn longest(&self) -> u64 {
        self.n.div_ceil(self.count) + ALIGNED
    }
}

/// A number that a count of independent chances with this mean exceeds with probability below e^-60, which is never.
///
/// Source: Bernstein's inequality (Boucheron, Lugosi & Massart 2013, "Concentration inequalities", eq. 2.10), solved for the
/// deviation.
pub fn most_of(mean: f64) -> u64 {
    const EXPONENT: f64 = 60.0;
    let third = EXPONENT / 3.0;
    (mean + third + (third * third + 2.0 * EXPONENT * mean).sqrt()).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::ROOM;

    #[test]
    fn parts_follow_each_other_and_hold_what_they_are_meant_to() {
        for n in [1u64, 2, 63, 64, 130, 4_000, 70_001, 4_000_000, 100_000_000] {
            for mean in [0.0, 1.0, 31.0, 64.0, 80.0, 1_000.0, 4_000.0, 50_000.0] {
                let mean = f64::min(mean, n as f64);
                let ends = Ends { post: 5..n + 5, ..Ends::between(1, n + 5) };
                for parts in [Parts::of_mean(&ends, mean), Parts::of_most(&ends, mean, 1 << 20)] {
                    assert_eq!(parts.bound(0), 0);
                    assert_eq!(parts.bound(parts.count()), n);
                    assert!((0..parts.count()).all(|k| parts.bound(k) <= parts.bound(k + 1)));
                }
                let parts = Parts::of_mean(&ends, mean);
                for part in 0..parts.count() {
                    let here = mean * parts.len(part) as f64 / n as f64;
                    assert!(most_of(here).min(parts.len(part)) <= ROOM as u64, "{n} {mean} {here}");
                    assert!(parts.len(part) <= LONGEST + ALIGNED);
                }
            }
        }
    }

    #[test]
    fn nothing_exceeds_its_bound() {
        // Poisson tail beyond the bound, term by term.
        for mean in [0.1, 5.0, 64.0, 1_000.0f64] {
            let most = most_of(mean);
            let mut term = -mean;
            (1..=most).for_each(|k| term += mean.ln() - (k as f64).ln());
            assert!(term < -50.0, "{mean}: e^{term}");
        }
        assert!(most_of(80.0) <= 200 && most_of(64.0) < 255, "small degrees are counted in bytes");
    }
}
