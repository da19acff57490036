//! Keys: which stream a draw belongs to.

use std::array::from_fn;

use super::draws::{below, exponential, pair, uniform, uniform_f32};
use super::normal::normal;
use super::philox::{philox, philox_lanes};

/// What a random number is for. Two purposes of one entity never share a number. The values are part of the definition
/// of every seeded result: add at the end, never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Purpose {
    /// Who is connected to whom.
    Connect = 1,
    /// Weights of synapses.
    Weight = 2,
    /// Delays of synapses.
    Delay = 3,
    /// Initial state of neurons.
    State = 4,
    /// Parameters that differ between neurons.
    Param = 5,
    /// Counts of Poisson inputs.
    Poisson = 6,
    /// Noise inside a model.
    Noise = 7,
    /// Choice of members, and of rows in [`Connect`](Self::Connect)'s two-stage rules.
    Select = 8,
    /// Spikes of source populations.
    Source = 9,
    /// Release of vesicles and other chance events of synapses.
    Release = 10,
    /// White noise in the equations of a neuron.
    Diffusion = 11,
    /// Places of neurons.
    Position = 12,
    /// Episodes of an environment.
    Environment = 13,
    /// What is drawn for a trial of a task.
    Trial = 14,
    /// Neurons that are left out of a trial.
    Dropout = 15,
}

/// Separates key derivation from all draws: "synfire" in ASCII.
const DERIVATION: [u32; 2] = [0x7379_6e66, 0x0069_7265];

/// A stream of random numbers with two coordinates, `index` and `step`.
///
/// The 64 bits of the Philox key are the first two words of the block with counter `[entity, purpose, "synf", "ire"]`
/// under the seed, so that all 128 counter bits are left for the coordinates (`[index, step]`, low word first). Two of
/// m streams of one seed collide with probability below m^2 / 2^65: 3e-8 for a million streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key([u32; 2]);

impl Key {
    /// The stream of `entity` (population, projection, ...) for `purpose` under `seed`.
    #[must_use]
    pub fn new(seed: u64, entity: u32, purpose: Purpose) -> Self {
        let counter = [entity, purpose as u32, DERIVATION[0], DERIVATION[1]];
        let [low, high, ..] = philox(counter, [seed as u32, (seed >> 32) as u32]);
        Self([low, high])
    }

    /// The derived Philox key, for devices that draw the same numbers.
    #[must_use]
    pub fn words(self) -> [u32; 2] {
        self.0
    }

    /// Four random words.
    #[inline(always)]
    #[must_use]
    pub fn block(self, index: u64, step: u64) -> [u32; 4] {
        philox([index as u32, (index >> 32) as u32, step as u32, (step >> 32) as u32], self.0)
    }

    /// The blocks of `W` consecutive steps, `[word, lane]`.
    #[inline(always)]
    #[must_use]
    pub fn blocks<const W: usize>(self, index: u64, first_step: u64) -> [[u32; W]; 4] {
        let step = |lane: usize| first_step.wrapping_add(lane as u64);
        let counters = [
            [index as u32; W],
            [(index >> 32) as u32; W],
            from_fn(|lane| step(lane) as u32),
            from_fn(|lane| (step(lane) >> 32) as u32),
        ];
        philox_lanes(&counters, self.0)
    }

    /// Draws that [`draws`](Self::draws) makes.
    pub const DRAWS: usize = 64;

    /// Draws `first` to `first` + 63 of row `index`, a word each; `first` is a multiple of 64. Draw 64 q + 16 w + l is word w
    /// of block 16 q + l, so that sixteen blocks make them without moving a word between lanes.
    #[inline(always)]
    #[must_use]
    pub fn draws(self, index: u64, first: u64) -> [[u32; 16]; 4] {
        self.blocks::<16>(index, first / 4)
    }

    /// 64 random bits: words 0 (low) and 1 (high) of the block.
    #[inline(always)]
    #[must_use]
    pub fn bits(self, index: u64, step: u64) -> u64 {
        let [low, high, ..] = self.block(index, step);
        pair(low, high)
    }

    /// Uniform in [0, 1), 53 bits.
    #[inline(always)]
    #[must_use]
    pub fn uniform(self, index: u64, step: u64) -> f64 {
        uniform(self.bits(index, step))
    }

    /// Uniform in [0, 1), 24 bits.
    #[inline(always)]
    #[must_use]
    pub fn uniform_f32(self, index: u64, step: u64) -> f32 {
        uniform_f32(self.block(index, step)[0])
    }

    /// An integer in 0..n; see [`below`].
    #[inline(always)]
    #[must_use]
    pub fn below(self, n: u32, index: u64, step: u64) -> u32 {
        below(self.bits(index, step), n)
    }

    /// Standard normal.
    #[inline(always)]
    #[must_use]
    pub fn normal(self, index: u64, step: u64) -> f64 {
        normal(self.bits(index, step))
    }

    /// Exponential with mean 1.
    #[inline(always)]
    #[must_use]
    pub fn exponential(self, index: u64, step: u64) -> f64 {
        exponential(self.bits(index, step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_entity_purpose_index_and_step_each_change_the_number() {
        let base = Key::new(1, 2, Purpose::Weight).bits(3, 4);
        let others = [
            Key::new(1 << 40, 2, Purpose::Weight).bits(3, 4),
            Key::new(1, 3, Purpose::Weight).bits(3, 4),
            Key::new(1, 2, Purpose::Delay).bits(3, 4),
            Key::new(1, 2, Purpose::Weight).bits(3 | 1 << 33, 4),
            Key::new(1, 2, Purpose::Weight).bits(3, 4 | 1 << 33),
            Key::new(1, 2, Purpose::Weight).bits(4, 3),
        ];
        assert!(others.iter().all(|&other| other != base));
    }

    #[test]
    fn the_numbers_of_a_seed_never_change() {
        let key = Key::new(42, 7, Purpose::Connect);
        assert_eq!(key.words(), GOLDEN_KEY);
        assert_eq!(key.bits(5, 1 << 35), GOLDEN_BITS);
    }

    /// From a second implementation, in another language; a change breaks every seeded result ever published.
    const GOLDEN_KEY: [u32; 2] = [0xded0_a4c8, 0x77f3_5836];
    const GOLDEN_BITS: u64 = 0xbb04_07cb_7ecc_2e8f;

    #[test]
    fn blocks_of_consecutive_steps_cross_the_32_bit_border() {
        let key = Key::new(9, 9, Purpose::Noise);
        let first = u64::from(u32::MAX) - 3;
        let lanes = key.blocks::<8>(6, first);
        for lane in 0..8 {
            assert_eq!(lanes.map(|word| word[lane]), key.block(6, first + lane as u64));
        }
    }
}
