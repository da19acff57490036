//! Choosing several of `n`, with and without repeats, from one row of a stream.
//!
//! Draw j takes words 0, 1 (j even) or 2, 3 (j odd) of the block of step j / 2.

use std::array::from_fn;

use ecs_core::random::{Key, below, pair};

/// Blocks made at once.
const LANES: usize = 8;

/// Calls `take(j, bits)` with the draws 0..count of row `index`.
#[inline(always)]
pub(super) fn for_each_draw(key: Key, index: u64, count: u64, mut take: impl FnMut(u64, u64)) {
    let mut first = 0;
    while first < count {
        let words = key.blocks::<LANES>(index, first / 2);
        let even: [u64; LANES] = from_fn(|lane| pair(words[0][lane], words[1][lane]));
        let odd: [u64; LANES] = from_fn(|lane| pair(words[2][lane], words[3][lane]));
        let here = (count - first).min(2 * LANES as u64);
        for at in 0..here as usize {
            take(first + at as u64, if at.is_multiple_of(2) { even[at / 2] } else { odd[at / 2] });
        }
        first += here;
    }
}

/// Whom one neuron may choose as partners: `n` places from 0, less its own where that is excluded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidates {
    /// Partners to choose from.
    n: u32,
    /// The excluded place.
    hole: Option<u32>,
}

impl Candidates {
    /// `size` places, without `hole`.
    pub(super) fn new(size: u64, hole: Option<u32>) -> Self {
        Self { n: (size - u64::from(hole.is_some())) as u32, hole }
    }

    #[inline(always)]
    fn place(self, choice: u32) -> u32 {
        choice + u32::from(self.hole.is_some_and(|hole| choice >= hole))
    }

    /// Appends `k` places drawn independently, `offset` added, in the order of drawing.
    pub(super) fn with_repeats(self, key: Key, index: u64, k: u64, offset: u32, out: &mut Vec<u32>) {
        out.reserve(k as usize);
        for_each_draw(key, index, k, |_, bits| out.push(offset + self.place(below(bits, self.n))));
    }

    /// Appends `k` <= n different places, each subset equally likely, `offset` added.
    ///
    /// Floyd's algorithm: one draw per member. Source: Bentley & Floyd 1987, "Programming pearls: a sample of brilliance",
    /// CACM 30(9) 754-757, doi:10.1145/30401.315746.
    pub(super) fn without_repeats(self, key: Key, index: u64, k: u32, offset: u32, out: &mut Vec<u32>) {
        out.reserve(k as usize);
        let mut chosen = Chosen::with_room(k);
        let first = self.n - k;
        for_each_draw(key, index, u64::from(k), |j, bits| {
            let last = first + j as u32;
            // `last` was no candidate before, so it is free where the draw is taken.
            let drawn = below(bits, last.wrapping_add(1));
            let member = if chosen.insert(drawn) { drawn } else { last };
            if member != drawn {
                chosen.insert(member);
            }
            out.push(offset + self.place(member));
        });
    }
}

/// A set of numbers: open addressing, at most half full.
struct Chosen {
    slots: Vec<u32>,
    shift: u32,
}

impl Chosen {
    /// No choice has this value, as there are at most `u32::MAX` candidates.
    const EMPTY: u32 = u32::MAX;

    fn with_room(k: u32) -> Self {
        let slots = (2 * k as usize + 2).next_power_of_two();
        Self { slots: vec![Self::EMPTY; slots], shift: 64 - slots.trailing_zeros() }
    }

    /// Whether `value` was new.
    fn insert(&mut self, value: u32) -> bool {
        // 2^64 / golden ratio: multiplicative hashing.
        let mut at = (u64::from(value).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize;
        loop {
            match self.slots[at] {
                Self::EMPTY => {
                    self.slots[at] = value;
                    return true;
                }
                taken if taken == value => return false,
                _ => at = (at + 1) % self.slots.len(),
            }
        }
    }
}
