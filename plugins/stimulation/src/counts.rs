//! Counts: Poisson counts of 128 neighbours at a time, by inversion of the distribution function.
//!
//! A count is the number of thresholds 2³² P(N ≤ k), k = 0, 1, ..., that a random word reaches. Word w of lane l of a group
//! serves neuron 32 w + l, so all four words of a Philox block are used and counts come out in the order of the neurons.
//! Each P(N ≤ k) is rounded to a multiple of 2⁻³², so what is less probable never occurs: one in 4e9 draws would differ.
//!
//! Source: Devroye (1986), Non-uniform random variate generation, section X.3.3, inversion by sequential search.
//! Departure: means above 8 are sums of equal parts, each up to 8, with words of their own.

use ecs_core::number::{Num, Real};
use ecs_core::random::{Key, philox_lanes};

/// Neighbours drawn together. Two vectors of words hide the latency of Philox: 0.7 ns a neuron where 64 neighbours took 1.1
/// (EPYC with AVX-512, one core, mean 2).
pub(crate) const GROUP: usize = 128;
/// Counts of a group, `[neuron]`.
pub(crate) type Counts = [u32; GROUP];

const LANES: usize = 32;
const TWO_POW_32: f64 = 4_294_967_296.0;
/// The largest mean drawn from one word: e⁻⁸ is far above 2⁻³², and 32 thresholds suffice.
const PART: f64 = 8.0;
/// Thresholds tested before asking whether any word is beyond them.
const RUN: usize = 4;

/// The random words of a group at a step.
#[inline(always)]
fn words(key: Key, group: u32, part: u32, step: u64) -> Counts {
    let counters = [
        std::array::from_fn(|lane| group.wrapping_mul(LANES as u32).wrapping_add(lane as u32)),
        [part; LANES],
        [step as u32; LANES],
        [(step >> 32) as u32; LANES],
    ];
    let words = philox_lanes::<LANES>(&counters, key.words());
    let mut all = [0; GROUP];
    for (four, word) in all.chunks_exact_mut(LANES).zip(&words) {
        four.copy_from_slice(word);
    }
    all
}

/// How many equal parts a mean is drawn in.
pub(crate) fn parts(mean: f64) -> u32 {
    (mean / PART).ceil().max(1.0) as u32
}

/// 2³² P(N = 0), the first term of the distribution.
pub(crate) fn first_term(mean: f64) -> f64 {
    Num(-mean).exp().0 * TWO_POW_32
}

/// The thresholds of one mean.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// A word reaches a threshold if it is above the number here.
    runs: Vec<[u32; RUN]>,
    parts: u32,
}

impl Table {
    /// For a mean above 0.
    pub(crate) fn new(mean: f64) -> Self {
        let parts = parts(mean);
        let mean = mean / f64::from(parts);
        let mut term = first_term(mean);
        // Rounding up from half below is rounding to nearest.
        let mut sum = term - 0.5;
        let mut below = Vec::new();
        while sum <= TWO_POW_32 - 1.0 {
            below.push(sum.ceil() as u32 - 1);
            term = term * mean / below.len() as f64;
            sum += term;
        }
        below.resize(below.len().next_multiple_of(RUN), u32::MAX);
        let runs = below.chunks_exact(RUN).map(|run| run.try_into().expect("chunks have that length"));
        Self { runs: runs.collect(), parts }
    }

    /// The counts of neurons `group` [`GROUP`] and following in a step.
    #[inline(always)]
    pub(crate) fn draw(&self, key: Key, group: u32, step: u64) -> Counts {
        let mut counts = [0; GROUP];
        for part in 0..self.parts {
            let words = words(key, group, part, step);
            for run in &self.runs {
                for below in run {
                    for k in 0..GROUP {
                        counts[k] += u32::from(words[k] > *below);
                    }
                }
                if words.iter().fold(0, |most: u32, word| most.max(*word)) <= run[RUN - 1] {
                    break;
                }
            }
        }
        counts
    }
}

/// Means of a group, each its own.
pub(crate) struct Means {
    /// Of a part, `[neuron]`.
    pub(crate) mean: [f64; GROUP],
    /// Their [`first_term`], `[neuron]`.
    pub(crate) first: [f64; GROUP],
    /// How many parts.
    pub(crate) parts: u32,
}

impl Means {
    /// The same as [`Table::draw`], by adding up each neuron's distribution.
    #[inline(always)]
    pub(crate) fn draw(&self, key: Key, group: u32, step: u64) -> Counts {
        let mut counts = [0; GROUP];
        for part in 0..self.parts {
            let words = words(key, group, part, step).map(f64::from);
            let mut term = self.first;
            let mut sum = term.map(|term| term - 0.5);
            for n in 1.. {
                let mut more = 0;
                for k in 0..GROUP {
                    let reached = u32::from(words[k] >= sum[k]);
                    counts[k] += reached;
                    more |= reached;
                    term[k] = term[k] * self.mean[k] / f64::from(n);
                    sum[k] += term[k];
                }
                if more == 0 {
                    break;
                }
            }
        }
        counts
    }
}
