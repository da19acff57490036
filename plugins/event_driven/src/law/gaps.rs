//! Every pair with probability p: the gaps between the targets of a row are geometric.
//!
//! A row costs one draw per synapse and not one per pair, and comes out sorted. Sixteen rows are drawn side by side; draw k of a
//! part takes word k % 4 of block k / 4. A gap is blurred by 4e-7 of its size, so where gaps are long, a row begins up to
//! 1/64 gap before its part, each row at another place: then no pair is favoured over all rows. Starting earlier changes
//! nothing else, as geometric gaps have no memory.
//!
//! Source: Batagelj & Brandes 2005, "Efficient generation of large random networks", Phys. Rev. E 71, 036113,
//! doi:10.1103/PhysRevE.71.036113, algorithm 1.

use ecs_core::dispatch;
use ecs_core::model::instructions;
use ecs_core::random::{Key, Purpose, Skip, philox_lanes};

use super::parts::{Parts, most_of};
use super::{LANES, ROOM, Run, Scratch, Take, index, turn};
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
    rows: &'a [u32],
    part: usize,
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

    pub(super) fn draw(&self, rows: &[u32], part: usize, scratch: &mut Scratch, take: &mut impl Take) {
        let Ok(cells) = <&mut [[u32; LANES]; ROOM]>::try_from(&mut *scratch.cells) else { return };
        for (group, rows) in rows.chunks(LANES).enumerate() {
            let mut fill = Fill { law: self, rows, part, cells, runs: [[0; LANES]; 2] };
            (self.fill)(&mut fill);
            let [skipped, ends] = fill.runs;
            for (lane, &row) in rows.iter().enumerate() {
                let first = skipped[lane] as usize;
                let mut past = ends[lane] as usize;
                if let Some(own) = self.apart.as_ref().and_then(|ends| Some((ends, ends.own_column(row)?))) {
                    let own = own.0.post.start as u32 + own.1;
                    past -= usize::from(remove(&mut cells[first..past], lane, own));
                }
                let run = Run { row: group * LANES + lane, index: index(row, part), first: 0 };
                take.take(run, cells[first..past].iter().map(|cells| cells[lane]));
            }
        }
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
        0..=4 => lanes::<4>(fill),
        5..=8 => lanes::<8>(fill),
        _ => lanes::<LANES>(fill),
    }
}

#[inline(always)]
fn lanes<const W: usize>(fill: &mut Fill<'_>) {
    let law = fill.law;
    let posts = law.parts.posts(fill.part);
    let past = (posts.end - posts.start) as i32;
    let mut rows = [fill.rows[0]; W];
    rows[..fill.rows.len()].copy_from_slice(fill.rows);
    let mut next = rows.map(|row| -(turn(row, law.start + 1) as i32));
    let (mut before, mut inside) = ([0u32; W], [0u32; W]);
    // Lanes of one vector each: kept as arrays, or the compiler keeps them apart.
    for (block, cells) in fill.cells.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let counters = [rows, [fill.part as u32; W], [block as u32; W], [0; W]];
        let words = philox_lanes(&counters, law.key.words());
        for word in 0..4 {
            for lane in 0..W {
                let target = next[lane] + law.skips.skip(words[word][lane]) as i32;
                before[lane] += u32::from(target < 0);
                inside[lane] += u32::from(target < past);
                cells[word][lane] = posts.start.wrapping_add(target as u32);
                // Rows that are done wait behind the end.
                next[lane] = target.min(past) + 1;
            }
        }
        if next.iter().fold(true, |done, next| done & (*next >= past)) {
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
            self.0.push((run.row, run.index, targets.collect()));
        }
    }

    fn drawn(law: &Gaps, rows: &[u32]) -> Vec<(usize, u64, Vec<u32>)> {
        let mut all = Collect(Vec::new());
        (0..law.parts.count()).for_each(|part| law.draw(rows, part, &mut Scratch::default(), &mut all));
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
