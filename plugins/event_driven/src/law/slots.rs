//! Exactly k synapses onto each post-neuron, from pre-neurons drawn uniformly and independently; pairs may repeat.
//!
//! Each post-neuron has k slots. How many slots of a part go to each row is multinomial: draw j of part b, from `Select`, names
//! the row of one of them. Which slots they are, a permutation of all slots of the part says; so a row is made again without
//! looking at others, and only where rows begin is kept.

use ecs_core::dispatch;
use ecs_core::model::instructions;
use ecs_core::random::{Key, Purpose, below_word};

use super::parts::Parts;
use super::permutation::{MOST, Permutation, quotient};
use super::{Ask, LANES, Run, Scratch, Take, index, turn, turned};
use crate::ends::Ends;
use crate::rules::{ConnectError, Stream, with_room};

/// Slots drawn at once.
const CHUNK: usize = 4 * Key::DRAWS;

/// So many slots at each post-neuron, dealt out to the rows.
#[derive(Clone, Debug)]
pub struct Slots {
    k: u32,
    one_by_k: f64,
    parts: Parts,
    dealt: Vec<Part>,
    fill: fn(&mut Fill<'_>),
}

#[derive(Clone, Debug)]
struct Part {
    /// Where each row's slots begin in the order of the permutation, and their number at the end; `[row + 1]`.
    starts: Vec<u32>,
    order: Permutation,
}

/// What is to be drawn, and where to.
struct Fill<'a> {
    order: &'a Permutation,
    first: u32,
    one_by_k: f64,
    offset: u32,
    cells: &'a mut [u32],
}

/// How the slots of `k` per neuron are parted.
fn parts_of(k: u32, ends: &Ends) -> Parts {
    let per_row = f64::from(k) * ends.n_post() as f64 / (ends.n_pre() as f64).max(1.0);
    Parts::of_most(ends, per_row, MOST / u64::from(k.max(1)))
}

impl Slots {
    /// `k` synapses onto each post-neuron of `ends`. Parts are dealt by as many threads.
    pub fn new(k: u32, ends: &Ends, stream: Stream, threads: usize) -> Result<Self, ConnectError> {
        let parts = parts_of(k, ends);
        let mut dealt = Vec::new();
        for part in 0..parts.count() {
            let slots = u64::from(k) * parts.len(part);
            if slots > MOST {
                return Err(ConnectError::Memory { bytes: slots.saturating_mul(4) });
            }
            let mut starts = with_room(ends.n_pre() + 1)?;
            starts.resize(ends.n_pre() as usize + 1, 0);
            let order = Permutation::new(slots as u32, stream.key(Purpose::Connect), part as u64);
            dealt.push(Part { starts, order });
        }
        let select = stream.key(Purpose::Select);
        let share = dealt.len().div_ceil(threads.max(1)).max(1);
        std::thread::scope(|scope| {
            for (group, dealt) in dealt.chunks_mut(share).enumerate() {
                let parts = &parts;
                scope.spawn(move || {
                    for (at, dealt) in dealt.iter_mut().enumerate() {
                        let part = group * share + at;
                        deal(&mut dealt.starts, select, part, u64::from(k) * parts.len(part));
                    }
                });
            }
        });
        Ok(Self { k, one_by_k: 1.0 / f64::from(k.max(1)), parts, dealt, fill: fill_at(instructions()) })
    }

    /// Bytes that such a law will hold.
    #[must_use]
    pub fn expected_bytes(k: u32, ends: &Ends) -> f64 {
        4.0 * parts_of(k, ends).count() as f64 * (ends.n_pre() as f64 + 1.0)
    }

    pub(super) fn parts(&self) -> &Parts {
        &self.parts
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        self.dealt.iter().map(|part| size_of_val(&part.starts[..]) as u64).sum()
    }

    pub(super) fn per_neuron(&self) -> u64 {
        self.k.into()
    }

    pub(super) fn draw(&self, ask: &Ask<'_>, part: usize, scratch: &mut Scratch, take: &mut impl Take) {
        let cells = &mut scratch.cells.as_flattened_mut()[..CHUNK];
        let Part { starts, order } = &self.dealt[part];
        let offset = self.parts.posts(part).start;
        for at in 0..ask.neurons.len() {
            let row = ask.row(at);
            let (start, past) = (starts[row as usize], starts[row as usize + 1]);
            for first in (start..past).step_by(CHUNK) {
                let here = ((past - first) as usize).min(CHUNK);
                let one_by_k = self.one_by_k;
                (self.fill)(&mut Fill { order, first, one_by_k, offset, cells: &mut cells[..here] });
                let run = Run { at, index: index(row, part), first: u64::from(first - start) };
                take.take(run, cells[..here].iter().copied());
            }
        }
    }
}

/// Counts the slots of each row and cumulates: a word for each slot.
fn deal(starts: &mut [u32], key: Key, part: usize, slots: u64) {
    let rows = starts.len() as u32 - 1;
    for chunk in 0..slots.div_ceil(Key::DRAWS as u64) {
        let words = key.draws(index(chunk as u32, part), 0);
        let here = (slots - chunk * Key::DRAWS as u64).min(Key::DRAWS as u64) as usize;
        let turn = turn(chunk as u32, rows);
        for word in &words.as_flattened()[..here] {
            starts[turned(below_word(*word, rows), turn, rows) as usize + 1] += 1;
        }
    }
    for row in 1..starts.len() {
        starts[row] += starts[row - 1];
    }
}

#[inline(always)]
fn fill_body(fill: &mut Fill<'_>) {
    for (chunk, cells) in fill.cells.chunks_mut(LANES).enumerate() {
        let places = fill.order.at::<LANES>(fill.first + (chunk * LANES) as u32);
        let posts = places.map(|place| fill.offset + quotient(place, fill.one_by_k));
        cells.copy_from_slice(&posts[..cells.len()]);
    }
}

dispatch!(
    /// Drawing for an instruction set.
    fn fill_at<>(&mut Fill<'_>) = fill_body where u32: Copy
);
