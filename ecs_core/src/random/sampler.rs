//! Drawing from a distribution, one value or many.

use std::array::from_fn;

use super::draws::{open_uniform, pair};
use super::elementary::exp;
use super::key::Key;
use super::normal::{normal, normal_lanes, normal_quantile};
use super::word::{normal_word, uniform_word};
use crate::dispatch;
use crate::model::instructions;

/// A [`Distribution`](super::Distribution) with its constants worked out.
#[derive(Clone, Copy, Debug)]
pub enum Sampler {
    /// The same value everywhere.
    Constant(f64),
    /// Uniform.
    Uniform {
        /// Lower end.
        lo: f64,
        /// Upper end minus lower end.
        width: f64,
    },
    /// Normal, clipped.
    Normal {
        /// Mean before clipping.
        mean: f64,
        /// Standard deviation before clipping.
        sd: f64,
        /// Lowest value.
        min: f64,
        /// Highest value.
        max: f64,
    },
    /// Normal between two bounds, by inversion.
    TruncatedNormal {
        /// Mean before truncation.
        mean: f64,
        /// Standard deviation before truncation.
        sd: f64,
        /// Probability below the lower bound, minus one half.
        low: f64,
        /// Probability between the bounds.
        width: f64,
        /// Lowest value.
        min: f64,
        /// Highest value.
        max: f64,
    },
    /// The exponential of a normal, clipped.
    LogNormal {
        /// Mean of the logarithm.
        mean: f64,
        /// Standard deviation of the logarithm.
        sd: f64,
        /// Lowest value.
        min: f64,
        /// Highest value.
        max: f64,
    },
}

/// Draws made at once by [`Sampler::fill`]: two vectors of eight f64.
const LANES: usize = 16;

impl Sampler {
    /// The value at (`index`, `step`) of the stream.
    #[must_use]
    pub fn sample(&self, key: Key, index: u64, step: u64) -> f64 {
        let bits = key.bits(index, step);
        match *self {
            Self::Constant(value) => value,
            Self::Uniform { lo, width } => lo + width * open_uniform(bits),
            Self::Normal { mean, sd, min, max } => clip(mean + sd * normal(bits), min, max),
            Self::TruncatedNormal { .. } => self.truncated(open_uniform(bits)),
            Self::LogNormal { mean, sd, min, max } => clip(exp(mean + sd * normal(bits)), min, max),
        }
    }

    /// The values at (`index`, 0), (`index`, 1), ...: the same bits as [`sample`](Self::sample), several at a time.
    pub fn fill(&self, key: Key, index: u64, out: &mut [f64]) {
        if let Self::Constant(value) = *self {
            out.fill(value);
            return;
        }
        let mut job = Fill { sampler: *self, key, index, first: 0, out };
        fill_at(instructions())(&mut job);
    }

    /// The value that one word stands for.
    #[inline(always)]
    #[must_use]
    pub fn of_word(&self, word: u32) -> f64 {
        match *self {
            Self::Constant(value) => value,
            Self::Uniform { lo, width } => lo + width * uniform_word(word),
            Self::Normal { mean, sd, min, max } => clip(mean + sd * f64::from(normal_word(word)), min, max),
            Self::TruncatedNormal { .. } => self.truncated(uniform_word(word)),
            Self::LogNormal { mean, sd, min, max } => {
                clip(exp(mean + sd * f64::from(normal_word(word))), min, max)
            }
        }
    }

    /// The values of draws `first`, `first` + 1, ... of row `index`, as [`Key::draws`] numbers them; `first` is a multiple of
    /// [`Key::DRAWS`].
    pub fn fill_words(&self, key: Key, index: u64, first: u64, out: &mut [f64]) {
        if let Self::Constant(value) = *self {
            out.fill(value);
            return;
        }
        let mut job = Fill { sampler: *self, key, index, first, out };
        fill_words_at(instructions())(&mut job);
    }

    /// The value below which lies the share `u` of the law.
    fn truncated(&self, u: f64) -> f64 {
        let Self::TruncatedNormal { mean, sd, low, width, min, max } = *self else { return f64::NAN };
        clip(mean + sd * normal_quantile(low + width * u), min, max)
    }

    #[inline(always)]
    fn lanes(&self, key: Key, index: u64, first_step: u64) -> [f64; LANES] {
        let [low, high, ..] = key.blocks::<LANES>(index, first_step);
        let bits = from_fn(|lane| pair(low[lane], high[lane]));
        match *self {
            Self::Constant(value) => [value; LANES],
            Self::Uniform { lo, width } => bits.map(|bits| lo + width * open_uniform(bits)),
            Self::Normal { mean, sd, min, max } => normal_lanes(&bits).map(|z| clip(mean + sd * z, min, max)),
            Self::TruncatedNormal { .. } => bits.map(|bits| self.truncated(open_uniform(bits))),
            Self::LogNormal { mean, sd, min, max } => {
                normal_lanes(&bits).map(|z| clip(exp(mean + sd * z), min, max))
            }
        }
    }
}

struct Fill<'a> {
    sampler: Sampler,
    key: Key,
    index: u64,
    first: u64,
    out: &'a mut [f64],
}

#[inline(always)]
fn fill_body(job: &mut Fill<'_>) {
    for (chunk, values) in job.out.chunks_mut(LANES).enumerate() {
        let drawn = job.sampler.lanes(job.key, job.index, (chunk * LANES) as u64);
        values.copy_from_slice(&drawn[..values.len()]);
    }
}

dispatch!(
    /// Filling for an instruction set.
    fn fill_at<>(&mut Fill<'_>) = fill_body where u64: Copy
);

#[inline(always)]
fn fill_words_body(job: &mut Fill<'_>) {
    // One law for the whole loop, so that it is the loop over words that becomes vectors.
    match job.sampler {
        Sampler::Uniform { lo, width } => each_word(job, Sampler::Uniform { lo, width }),
        Sampler::Normal { mean, sd, min, max } => each_word(job, Sampler::Normal { mean, sd, min, max }),
        law => each_word(job, law),
    }
}

#[inline(always)]
fn each_word(job: &mut Fill<'_>, law: Sampler) {
    for (chunk, values) in job.out.chunks_mut(Key::DRAWS).enumerate() {
        let words = job.key.draws(job.index, job.first + (chunk * Key::DRAWS) as u64);
        // A plain loop over all: closures of arrays are compiled without the instructions that were chosen, and took 30 times as long.
        let words = words.as_flattened();
        let mut drawn = [0.0; Key::DRAWS];
        for k in 0..Key::DRAWS {
            drawn[k] = law.of_word(words[k]);
        }
        values.copy_from_slice(&drawn[..values.len()]);
    }
}

dispatch!(
    /// Filling from words, for an instruction set.
    fn fill_words_at<>(&mut Fill<'_>) = fill_words_body where u64: Copy
);

/// `f64::clamp` panics on crossed bounds; `Distribution::check` has refused those.
#[inline(always)]
fn clip(value: f64, min: f64, max: f64) -> f64 {
    let raised = if value < min { min } else { value };
    if raised > max { max } else { raised }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Instructions;
    use crate::random::{Distribution, Purpose};

    #[test]
    fn filled_values_equal_single_draws_and_keep_to_the_bounds() {
        let laws = [
            Distribution::Constant(2.0),
            Distribution::Uniform { lo: 1.0, hi: 3.0 },
            Distribution::Normal { mean: 2.0, sd: 4.0, min: 0.0, max: 3.0 },
            Distribution::TruncatedNormal { mean: 2.0, sd: 4.0, min: 0.0, max: 3.0 },
            Distribution::LogNormal { mean: 2.0, sd: 4.0, min: 0.5, max: 3.0 },
        ];
        let key = Key::new(1, 2, Purpose::Delay);
        for law in laws {
            let mut values = [0.0; 37];
            law.sampler().fill(key, 5, &mut values);
            for (step, value) in values.iter().enumerate() {
                assert_eq!(value.to_bits(), law.sampler().sample(key, 5, step as u64).to_bits(), "{law:?}");
                assert!((0.0..=3.0).contains(value));
            }
            assert_eq!(law.sample(key, 5), values[0]);
        }
    }

    #[test]
    fn every_instruction_set_fills_with_the_same_bits() {
        let sampler = Distribution::LogNormal { mean: 2.0, sd: 4.0, min: 0.0, max: 1e9 }.sampler();
        let filled = |fill: fn(Instructions) -> fn(&mut Fill<'_>), level| {
            let mut values = vec![0.0; 1000];
            let job = &mut Fill {
                sampler,
                key: Key::new(1, 2, Purpose::Delay),
                index: 5,
                first: 0,
                out: &mut values,
            };
            fill(level)(job);
            values
        };
        for fill in [fill_at, fill_words_at] {
            let first = filled(fill, Instructions::Baseline);
            assert!(Instructions::available().iter().all(|&level| filled(fill, level) == first));
        }
    }

    #[test]
    fn draws_from_words_do_not_depend_on_where_filling_begins() {
        let key = Key::new(1, 2, Purpose::Weight);
        for law in [
            Distribution::Uniform { lo: 1.0, hi: 3.0 },
            Distribution::Normal { mean: 2.0, sd: 4.0, min: 0.0, max: 3.0 },
            Distribution::TruncatedNormal { mean: 2.0, sd: 4.0, min: 0.0, max: 3.0 },
        ] {
            let (mut values, mut tail) = ([0.0; 177], [0.0; 13]);
            law.sampler().fill_words(key, 5, 0, &mut values);
            law.sampler().fill_words(key, 5, 128, &mut tail);
            assert_eq!(values[128..141], tail);
            for (k, value) in values.iter().enumerate() {
                let word = key.block(5, (k / 64 * 16 + k % 16) as u64)[k % 64 / 16];
                assert_eq!(value.to_bits(), law.sampler().of_word(word).to_bits(), "{law:?}");
            }
        }
    }
}
