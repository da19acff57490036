//! Exactly k synapses from each pre-neuron, onto post-neurons drawn uniformly; pairs may repeat.
//!
//! How many of a row's choices fall into its first part is binomial: word 0 of block (row, 0) of `Select`, through the
//! cumulated law. Choice j inside a part is draw j of `Connect`, turned by the row.

use ecs_core::dispatch;
use ecs_core::model::instructions;
use ecs_core::random::{Key, Purpose, below_word};

use super::parts::{Parts, most_of};
use super::{Ask, LANES, Run, Scratch, Take, index, turn, turned};
use crate::ends::Ends;
use crate::rules::Stream;

/// Choices above which a row is not divided: the cumulated law would not fit the cache.
const MOST_DIVIDED: u32 = 1 << 16;
/// Draws made at once.
const CHUNK: usize = 4 * Key::DRAWS;

/// So many choices for each row.
#[derive(Clone, Debug)]
pub struct Choices {
    k: u32,
    ends: Ends,
    parts: Parts,
    apart: bool,
    /// Words below which the first part gets 0, up to 1, up to 2, ... choices; for rows that may choose anybody, and for those
    /// whose own neuron, which they may not choose, lies in the first part, or in the second.
    split: [Vec<u32>; 3],
    keys: [Key; 2],
    fill: fn(&mut Fill<'_>),
}

/// What is to be drawn, and where to.
struct Fill<'a> {
    key: Key,
    index: u64,
    first: u64,
    /// First post-neuron, how many to choose from, and how far the row turns them.
    from: u32,
    width: u32,
    turn: u32,
    /// The neuron that is left out: from it on, choices move up by one.
    hole: u32,
    cells: &'a mut [u32],
}

impl Choices {
    /// `k` synapses from each pre-neuron of `ends`.
    pub fn new(k: u32, self_connections: bool, ends: &Ends, stream: Stream) -> Self {
        let apart = !self_connections && ends.self_pairs() > 0;
        let mean = if k <= MOST_DIVIDED { f64::from(k) } else { 0.0 };
        let parts = Parts::of_most(ends, mean, u64::from(u32::MAX));
        let split = [[0, 0], [1, 0], [0, 1]].map(|[first, second]| match parts.count() {
            1 => Vec::new(),
            _ => cumulated(k, (parts.len(0) - first) as f64 / (ends.n_post() - first - second) as f64),
        });
        let keys = [Purpose::Connect, Purpose::Select].map(|purpose| stream.key(purpose));
        Self { k, ends: ends.clone(), parts, apart, split, keys, fill: fill_at(instructions()) }
    }

    pub(super) fn parts(&self) -> &Parts {
        &self.parts
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        self.split.iter().map(|table| size_of_val(&table[..]) as u64).sum()
    }

    pub(super) fn most_per_neuron(&self, n_pre: u64) -> u64 {
        let candidates = self.ends.n_post().saturating_sub(u64::from(self.apart)).max(1);
        let all = n_pre.saturating_mul(self.k.into());
        most_of(all as f64 / candidates as f64).min(all)
    }

    /// Choices of a row that fall into a part; `own` is the part of the neuron that it may not choose.
    fn count(&self, row: u32, part: usize, own: Option<usize>) -> u32 {
        if self.parts.count() == 1 {
            return self.k;
        }
        let word = self.keys[1].block(row.into(), 0)[0];
        let table = &self.split[own.map_or(0, |own| own + 1)];
        let first = table.partition_point(|&bound| bound <= word) as u32;
        if part == 0 { first } else { self.k - first }
    }

    pub(super) fn draw(&self, ask: &Ask<'_>, part: usize, scratch: &mut Scratch, take: &mut impl Take) {
        let cells = &mut scratch.cells.as_flattened_mut()[..CHUNK];
        let posts = self.parts.posts(part);
        for at in 0..ask.neurons.len() {
            let row = ask.row(at);
            let own = if self.apart { self.ends.own_column(row) } else { None };
            let of_part = |place: u32| usize::from(self.parts.bound(1) <= place.into());
            let count = u64::from(self.count(row, part, own.map(of_part)));
            let hole = own.map(|own| self.ends.post.start as u32 + own).filter(|own| posts.contains(own));
            let width = posts.end - posts.start - u32::from(hole.is_some());
            for first in (0..count).step_by(CHUNK) {
                let here = (count - first).min(CHUNK as u64) as usize;
                (self.fill)(&mut Fill {
                    key: self.keys[0],
                    index: index(row, part),
                    first,
                    from: posts.start,
                    width,
                    turn: turn(row, width),
                    hole: hole.unwrap_or(u32::MAX),
                    cells: &mut cells[..here],
                });
                let run = Run { at, index: index(row, part), first };
                take.take(run, cells[..here].iter().copied());
            }
        }
    }
}

#[inline(always)]
fn fill_body(fill: &mut Fill<'_>) {
    for (chunk, cells) in fill.cells.chunks_mut(Key::DRAWS).enumerate() {
        let words = fill.key.draws(fill.index, fill.first + (chunk * Key::DRAWS) as u64);
        let mut places = [[0u32; LANES]; 4];
        for word in 0..4 {
            for lane in 0..LANES {
                let place = below_word(words[word][lane], fill.width);
                let choice = fill.from + turned(place, fill.turn, fill.width);
                places[word][lane] = choice + u32::from(choice >= fill.hole);
            }
        }
        cells.copy_from_slice(&places.as_flattened()[..cells.len()]);
    }
}

dispatch!(
    /// Drawing for an instruction set.
    fn fill_at<>(&mut Fill<'_>) = fill_body where u32: Copy
);

/// The cumulated binomial law of `k` trials with chance `p`, as words: P(at most c) is entry c over 2^32, to within 2^-32.
fn cumulated(k: u32, p: f64) -> Vec<u32> {
    let mode = ((f64::from(k) + 1.0) * p).floor().min(f64::from(k)) as usize;
    let mut terms = vec![0.0; k as usize + 1];
    terms[mode] = 1.0;
    let odds = p / (1.0 - p);
    for c in mode..k as usize {
        terms[c + 1] = terms[c] * odds * (k as usize - c) as f64 / (c + 1) as f64;
    }
    for c in (0..mode).rev() {
        terms[c] = terms[c + 1] / odds * (c + 1) as f64 / (k as usize - c) as f64;
    }
    let total: f64 = terms.iter().sum();
    let mut sum = 0.0;
    let word = |sum: f64| (sum / total * 4_294_967_296.0).round().min(4_294_967_295.0) as u32;
    // The last entry is left out: whatever lies beyond the others is k.
    terms[..k as usize]
        .iter()
        .map(|term| {
            word({
                sum += term;
                sum
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cumulated_law_is_binomial() {
        let table = cumulated(4, 0.5);
        let right = [1.0, 5.0, 11.0, 15.0].map(|n: f64| (n / 16.0 * 4_294_967_296.0) as u32);
        assert_eq!(table, right);
        let table = cumulated(1_000, 0.3);
        let mean: f64 = (0..1_000).map(|c| 1.0 - f64::from(table[c]) / 4_294_967_296.0).sum();
        assert!((mean - 300.0).abs() < 1e-5, "{mean}");
    }
}
