//! Laws: rows of synapses as functions of seed and row, to be made once and stored, or again at each spike.
//!
//! A law cuts the post-neurons into parts of some 32 to 128 synapses. Part b of row i is drawn by itself, from index i + b 2^32 of
//! its streams, so that threads who own different post-neurons share the work, and large populations are visited part by part.
//! Parts follow from the law alone, never from threads. Weight k of a part belongs to its k-th draw.

mod choices;
mod gaps;
mod parts;
mod permutation;
mod rows;
mod slots;

use std::ops::Range;

pub use choices::Choices;
pub use gaps::Gaps;
use parts::Parts;
pub use rows::{Assembly, Weighing};
pub use slots::Slots;

/// Parts of rows drawn side by side.
pub const LANES: usize = 16;
/// Most draws of a [`Run`].
pub const ROOM: usize = 288;

/// A law whose rows can be made again at any time.
#[derive(Clone, Debug)]
pub enum Law {
    /// Every pair with one probability.
    Gaps(Gaps),
    /// So many choices for each row.
    Choices(Choices),
    /// So many slots at each post-neuron, dealt out to the rows.
    Slots(Slots),
}

/// Where targets are drawn to.
#[derive(Clone, Debug)]
pub struct Scratch {
    cells: Box<[[u32; LANES]]>,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { cells: vec![[0; LANES]; ROOM].into() }
    }
}

/// What is asked for: some parts of the rows of some neurons.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// The neurons.
    pub neurons: &'a [u32],
    /// The neuron of row 0.
    pub offset: u32,
    /// The parts.
    pub parts: Range<usize>,
}

impl Ask<'_> {
    #[inline(always)]
    fn row(&self, at: usize) -> u32 {
        self.neurons[at] - self.offset
    }
}

/// Some draws of one part of one row.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Its neuron, as position in the list that was asked for.
    pub at: usize,
    /// Row and part, as the index of their streams.
    pub index: u64,
    /// Number of the first draw; a multiple of 64.
    pub first: u64,
}

impl Run {
    /// The row's number.
    #[must_use]
    pub fn number(&self) -> usize {
        self.index as u32 as usize
    }
}

/// Whoever wants the synapses.
pub trait Take {
    /// Takes the post-neurons that some draws name.
    fn take(&mut self, run: Run, targets: impl ExactSizeIterator<Item = u32>);
}

fn index(row: u32, part: usize) -> u64 {
    u64::from(row) | (part as u64) << 32
}

/// Row `row`'s share of 0..n, moving evenly with the row. Integers of one word favour some results by 2^-32; turned by this,
/// they favour none over all rows.
#[inline(always)]
fn turn(row: u32, n: u32) -> u32 {
    // 2^32 / golden ratio: the most even sequence of multiples (Weyl).
    ecs_core::random::below_word(row.wrapping_mul(0x9e37_79b9), n)
}

/// `place`, below `n`, turned by `turn`, below `n`.
#[inline(always)]
fn turned(place: u32, turn: u32, n: u32) -> u32 {
    let sum = place.wrapping_add(turn);
    if sum >= n || sum < turn { sum.wrapping_sub(n) } else { sum }
}

impl Law {
    /// Parts of a row.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.divided().count()
    }

    /// Post-neurons of a part; no other part reaches them.
    #[must_use]
    pub fn posts(&self, part: usize) -> Range<u32> {
        self.divided().posts(part)
    }

    /// The parts that reach some of these post-neurons.
    #[must_use]
    pub fn reaching(&self, posts: Range<u32>) -> Range<usize> {
        let parts = self.parts();
        let first = (0..parts).find(|part| self.posts(*part).end > posts.start).unwrap_or(parts);
        let past = (first..parts).find(|part| self.posts(*part).start >= posts.end).unwrap_or(parts);
        first..past
    }

    fn divided(&self) -> &Parts {
        match self {
            Self::Gaps(law) => law.parts(),
            Self::Choices(law) => law.parts(),
            Self::Slots(law) => law.parts(),
        }
    }

    /// Whether targets of a part come in ascending order.
    #[must_use]
    pub fn ascends(&self) -> bool {
        matches!(self, Self::Gaps(_))
    }

    /// Bytes held.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        match self {
            Self::Gaps(_) => 0,
            Self::Choices(law) => law.memory_bytes(),
            Self::Slots(law) => law.memory_bytes(),
        }
    }

    /// The most synapses that may end on one post-neuron, of `n_pre` rows.
    #[must_use]
    pub fn most_per_neuron(&self, n_pre: u64) -> u64 {
        match self {
            Self::Gaps(law) => law.most_per_neuron(n_pre),
            Self::Choices(law) => law.most_per_neuron(n_pre),
            Self::Slots(law) => law.per_neuron(),
        }
    }

    /// Draws what is asked for, part by part and inside a part neuron by neuron.
    #[inline]
    pub fn draw(&self, ask: &Ask<'_>, scratch: &mut Scratch, take: &mut impl Take) {
        match self {
            Self::Gaps(law) => law.draw(ask, scratch, take),
            Self::Choices(law) => ask.parts.clone().for_each(|part| law.draw(ask, part, scratch, take)),
            Self::Slots(law) => ask.parts.clone().for_each(|part| law.draw(ask, part, scratch, take)),
        }
    }
}
