//! PCG: the numbers that NumPy draws from a seed, so that an episode begins as it does in Gymnasium.
//!
//! `SeedSequence` hashes the seed into a pool of four words, and 256 bits of it seed PCG64 (XSL RR 128/64).
//!
//! Source: O'Neill (2014), HMC-CS-2014-0905, <https://www.pcg-random.org/paper.html>; O'Neill (2015), Developing a seed_seq alternative,
//! <https://www.pcg-random.org/posts/developing-a-seed_seq-alternative.html>; NumPy, NEP 19.

const MULTIPLIER: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;

/// NumPy's `default_rng(seed)`.
pub(super) struct Pcg {
    state: u128,
    increment: u128,
}

impl Pcg {
    pub(super) fn seeded(seed: u64) -> Self {
        let words = seed_sequence(seed);
        let wide = |k: usize| u128::from(words[k]) << 64 | u128::from(words[k + 1]);
        let mut pcg = Self { state: 0, increment: wide(2) << 1 | 1 };
        pcg.turn();
        pcg.state = pcg.state.wrapping_add(wide(0));
        pcg.turn();
        pcg
    }

    fn turn(&mut self) {
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(self.increment);
    }

    fn next(&mut self) -> u64 {
        self.turn();
        let mixed = (self.state >> 64) as u64 ^ self.state as u64;
        mixed.rotate_right((self.state >> 122) as u32)
    }

    /// `rng.uniform(low, high)`
    pub(super) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.next() >> 11) as f64 * 2f64.powi(-53))
    }
}

/// Hashes a word, by a constant that goes on with each.
struct Hash {
    constant: u32,
    multiplier: u32,
}

impl Hash {
    fn of(&mut self, word: u32) -> u32 {
        let mixed = word ^ self.constant;
        self.constant = self.constant.wrapping_mul(self.multiplier);
        let mixed = mixed.wrapping_mul(self.constant);
        mixed ^ mixed >> 16
    }
}

fn mix(x: u32, y: u32) -> u32 {
    let mixed = x.wrapping_mul(0xca01_f9dd).wrapping_sub(y.wrapping_mul(0x4973_f715));
    mixed ^ mixed >> 16
}

/// `SeedSequence(seed).generate_state(4, uint64)`
fn seed_sequence(seed: u64) -> [u64; 4] {
    let entropy = [seed as u32, (seed >> 32) as u32, 0, 0];
    let mut hash = Hash { constant: 0x43b0_d7e5, multiplier: 0x931e_8875 };
    let mut pool = entropy.map(|word| hash.of(word));
    for from in 0..4 {
        for to in (0..4).filter(|to| *to != from) {
            pool[to] = mix(pool[to], hash.of(pool[from]));
        }
    }
    let mut hash = Hash { constant: 0x8b51_f9dd, multiplier: 0x58f3_8ded };
    let words: [u32; 8] = std::array::from_fn(|k| hash.of(pool[k % 4]));
    std::array::from_fn(|k| u64::from(words[2 * k]) | u64::from(words[2 * k + 1]) << 32)
}

#[cfg(test)]
mod tests {
    use super::Pcg;

    /// `numpy.random.default_rng(seed).uniform(-0.05, 0.05, 2)`, NumPy 2.
    #[test]
    fn numbers_are_those_of_numpy() {
        for (seed, expected) in EXPECTED {
            let mut pcg = Pcg::seeded(seed);
            assert_eq!([pcg.uniform(-0.05, 0.05), pcg.uniform(-0.05, 0.05)], expected, "seed {seed}");
        }
    }

    const EXPECTED: [(u64, [f64; 2]); 3] = [
        (0, [0.013_696_168_732_145_436, -0.023_021_328_623_612_97]),
        (42, [0.027_395_604_855_596_334, -0.006_112_156_024_794_771]),
        (1_099_511_627_783, [0.032_981_289_182_941_3, -0.024_469_484_165_089_584]),
    ];
}
