//! Every pair with probability p: the gaps between the targets of a row are geometric.
//!
//! A row costs one draw per synapse and not one per pair, and comes out sorted. Up to sixteen parts of rows are drawn side by
//! side; draw k of a part takes word k % 4 of block k / 4. Draws beyond the 288th are not made: some 128 are expected at most, so
//! that has a probability below e^-60.
//!
//! A gap is blurred by 4e-7 of its size. So where gaps are long, a row begins up to 1/64 gap before its part, each row at another
//! place: then no pair is favoured over all rows. Starting earlier changes nothing else, as geometric gaps have no memory.
//!
//! Source: Batagelj & Brandes 2005, "Efficient generation of large random networks", Phys. Rev. E 71, 036113,
//! doi:10.1103/PhysRevE.71.036113, algorithm 1.

use ecs_core::dispatch;
use ecs_core::model::instructions;
use ecs_core::random::{Key, Purpose, Skip, philox_lanes};

use super::parts::{Parts, most_of};
use super::{Ask, LANES, ROOM, Run, Scratch, Take, index, turn};
use crate::ends::Ends;
use crate::rules::Stream;

/// The largest head start: more would not blur better.
const LONGEST_START: u32 = 1 << 16;

/// Pairs joined with one probability.
#[derive(Clone, Debug)]
pub struct Gaps {
    p: f64,
    skips: Skip,
    parts: Parts,
    /// Most cells that a row begins before its part.
    start: u32,
    key: Key,
    /// The ends, where a neuron must not meet itself.
    apart: Option<Ends>,
    fill: fn(&mut Fill<'_>),
}

/// What is to be drawn, and where to.
struct Fill<'a> {
    law: &'a Gaps,
    /// Rows and parts, by lane.
    rows: &'a [u32],
    parts: &'a [u32],
    cells: &'a mut [[u32; LANES]; ROOM],
    /// Draws before the part, and draws up to its end, by lane.
    runs: [[u32; LANES]; 2],
}

impl Gaps {
    /// Pairs of `ends` joined with probability `p`, from 0 to 1.
    pub fn new(p: f64, self_connections: bool, ends: &Ends, stream: Stream) -> Self {
        let head = (1.0 / (64.0 * p)).min(f64::from(LONGEST_START)) as u32;
        Self {
            p,
            skips: Skip::new(p),
            parts: Parts::of_mean(ends, p * ends.n_post() as f64),
            start: head,
            key: stream.key(Purpose::Connect),
            apart: (!self_connections && ends.self_pairs() > 0).then(|| ends.clone()),
            fill: fill_at(instructions()),
        }
    }

    pub(super) fn parts(&self) -> &Parts {
        &self.parts
    }

    pub(super) fn most_per_neuron(&self, n_pre: u64) -> u64 {
        most_of(self.p * n_pre as f64).min(n_pre)
    }

    pub(super) fn draw(&self, ask: &Ask<'_>, scratch: &mut Scratch, take: &mut impl Take) {
        let Ok(cells) = <&mut [[u32; LANES]; ROOM]>::try_from(&mut *scratch.cells) else { return };
        let mut tasks = ask.parts.clone().flat_map(|part| (0..ask.neurons.len()).map(move |at| (at, part)));
        loop {
            let (mut rows, mut parts, mut at) = ([0; LANES], [0; LANES], [0; LANES]);
            let mut here = 0;
            for (lane, (position, part)) in tasks.by_ref().take(LANES).enumerate() {
                (rows[lane], parts[lane], at[lane]) = (ask.row(position), part as u32, position);
                here = lane + 1;
            }
            if here == 0 {
                return;
            }
            let (rows, parts) = (&rows[..here], &parts[..here]);
            let mut fill = Fill { law: self, rows, parts, cells, runs: [[0; LANES]; 2] };
            (self.fill)(&mut fill);
            let [skipped, ends] = fill.runs;
            for lane in 0..here {
                let first = skipped[lane] as usize;
                let mut past = ends[lane] as usize;
                if let Some(own) = self.own(rows[lane]) {
                    past -= usize::from(remove(&mut cells[first..past], lane, own));
                }
                let run = Run { at: at[lane], index: index(rows[lane], parts[lane] as usize), first: 0 };
                take.take(run, cells[first..past].iter().map(|cells| cells[lane]));
            }
        }
    }

    /// The neuron that a row must not meet.
    fn own(&self, row: u32) -> Option<u32> {
        let ends = self.apart.as_ref()?;
        Some(ends.post.start as u32 + ends.own_column(row)?)
    }
}

/// Takes `target` out of an ascending lane; whether it was there.
fn remove(cells: &mut [[u32; LANES]], lane: usize, target: u32) -> bool {
    let at = cells.partition_point(|cells| cells[lane] < target);
    let found = cells.get(at).is_some_and(|cells| cells[lane] == target);
    if found {
        (at + 1..cells.len()).for_each(|k| cells[k - 1][lane] = cells[k][lane]);
    }
    found
}

#[inline(always)]
fn fill_body(fill: &mut Fill<'_>) {
    match fill.rows.len() {
        0..=2 => lanes::<2, 8>(fill),
        3..=4 => lanes::<4, 4>(fill),
        5..=8 => lanes::<8, 2>(fill),
        _ => lanes::<LANES, 1>(fill),
    }
}

/// `W` lanes, `B` blocks of each at a time: always sixteen blocks, so that a few spikes fill a vector as well.
#[inline(always)]
fn lanes<const W: usize, const B: usize>(fill: &mut Fill<'_>) {
    let law = fill.law;
    let (mut rows, mut parts) = ([fill.rows[0]; W], [fill.parts[0]; W]);
    rows[..fill.rows.len()].copy_from_slice(fill.rows);
    parts[..fill.parts.len()].copy_from_slice(fill.parts);
    let posts = parts.map(|part| law.parts.posts(part as usize));
    let start: [u32; W] = std::array::from_fn(|lane| posts[lane].start);
    let past: [i32; W] = std::array::from_fn(|lane| (posts[lane].end - posts[lane].start) as i32);
    let mut next = rows.map(|row| -(turn(row, law.start + 1) as i32));
    let (mut before, mut inside) = ([0u32; W], [0u32; W]);
    let mut counters = [[0; LANES]; 4];
    for at in 0..LANES {
        (counters[0][at], counters[1][at], counters[2][at]) = (rows[at % W], parts[at % W], (at / W) as u32);
    }
    for (chunk, cells) in fill.cells.chunks_exact_mut(4 * B).enumerate() {
        let mut now = counters;
        for at in 0..LANES {
            now[2][at] += (chunk * B) as u32;
        }
        let words = philox_lanes(&now, law.key.words());
        let mut gaps = [[0u32; LANES]; 4];
        for word in 0..4 {
            for at in 0..LANES {
                gaps[word][at] = law.skips.skip(words[word][at]);
            }
        }
        for block in 0..B {
            for word in 0..4 {
                for lane in 0..W {
                    let target = next[lane] + gaps[word][block * W + lane] as i32;
                    before[lane] += u32::from(target < 0);
                    inside[lane] += u32::from(target < past[lane]);
                    cells[block * 4 + word][lane] = start[lane].wrapping_add(target as u32);
                    // Rows that are done wait behind the end.
                    next[lane] = target.min(past[lane]) + 1;
                }
            }
        }
        if (0..W).fold(true, |done, lane| done & (next[lane] >= past[lane])) {
            break;
        }
    }
    fill.runs[0][..W].copy_from_slice(&before);
    fill.runs[1][..W].copy_from_slice(&inside);
}

dispatch!(
    /// Drawing for an instruction set.
    fn fill_at<>(&mut Fill<'_>) = fill_body where u32: Copy
);

#[cfg(test)]
mod tests {
    use super::*;
    use ecs_core::model::Instructions;

    struct Collect(Vec<(usize, u64, Vec<u32>)>);

    impl Take for Collect {
        fn take(&mut self, run: Run, targets: impl ExactSizeIterator<Item = u32>) {
            self.0.push((run.at, run.index, targets.collect()));
        }
    }

    fn drawn(law: &Gaps, rows: &[u32]) -> Vec<(usize, u64, Vec<u32>)> {
        let mut all = Collect(Vec::new());
        let ask = Ask { neurons: rows, offset: 0, parts: 0..law.parts.count() };
        law.draw(&ask, &mut Scratch::default(), &mut all);
        all.0
    }

    #[test]
    fn every_instruction_set_and_every_company_draws_the_same_rows() {
        let rows: Vec<u32> = (0..50).collect();
        for (p, n) in [(0.013, 9_000), (1e-5, 3_000_000)] {
            let ends = Ends::between(50, n);
            let law = Gaps::new(p, true, &ends, Stream { seed: 5, projection: 6 });
            let at = |level| drawn(&Gaps { fill: fill_at(level), ..law.clone() }, &rows);
            let first = at(Instructions::Baseline);
            assert!(first.iter().map(|(.., targets)| targets.len()).sum::<usize>() > 1_000);
            assert!(Instructions::available().iter().all(|&level| at(level) == first));
            for (row, index, targets) in first {
                let alone = drawn(&law, &rows[row..row + 1]);
                assert!(alone.iter().any(|(_, i, found)| *i == index && *found == targets));
            }
        }
    }
}
