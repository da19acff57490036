//! Blocks of rows: made by as many threads as there are, appended in order.

use std::ops::Range;

use crate::build::{MOST_STEPS, Values, steps_within};
use crate::csr::{Csr, Delays, Weights};
use crate::law::{Assembly, LANES, Law};
use crate::rules::{ConnectError, Progress, Rows, Whole};

/// Synapses of one block: 256 KiB of targets, which stay in the second-level cache until they are copied.
const BLOCK: f64 = 65_536.0;
/// Blocks made by one thread between two starts of threads, which cost some 20 us each.
const BLOCKS_PER_THREAD: f64 = 16.0;

/// Where rows come from.
pub(crate) enum Source<'a> {
    Rows(&'a dyn Rows),
    Whole(&'a Whole),
    Law(&'a Law),
}

/// What makes blocks.
pub(crate) struct Maker<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) values: &'a Values,
    pub(crate) bounds: &'a [u32],
}

/// Consecutive rows, before they are appended.
#[derive(Default)]
struct Block {
    /// Targets, unless they are in place already.
    targets: Vec<u32>,
    /// Ends of segments, counted from the first synapse of the block.
    segments: Vec<u64>,
    weights: Vec<f64>,
    /// In ms.
    delays: Vec<f64>,
    assembly: Assembly,
}

impl Maker<'_> {
    fn fill(&self, rows: Range<u32>, block: &mut Block) {
        block.targets.clear();
        block.segments.clear();
        block.weights.clear();
        block.delays.clear();
        match self.source {
            Source::Law(law) => self.drawn(law, rows, block),
            Source::Rows(made) => rows.fold(0, |first, row| {
                made.row(row, &mut block.targets);
                self.segments(first, block);
                self.values(row, first..block.targets.len(), block)
            }),
            Source::Whole(whole) => rows.fold(0, |first, row| {
                let at = whole.row_ptr[row as usize] as usize..whole.row_ptr[row as usize + 1] as usize;
                let inner = &self.bounds[1..self.bounds.len() - 1];
                let ends = inner.iter().map(|&bound| first + whole.targets.count_below(at.clone(), bound));
                let past = first + at.len();
                block.segments.extend(ends.chain([past]).map(|end| end as u64));
                self.values(row, first..past, block)
            }),
        };
    }

    /// Adds rows of a law, several at once; returns where they end.
    fn drawn(&self, law: &Law, rows: Range<u32>, block: &mut Block) -> usize {
        let (mut first, mut assembly) = (0, std::mem::take(&mut block.assembly));
        for start in rows.clone().step_by(LANES) {
            let group: [u32; LANES] = std::array::from_fn(|lane| start.wrapping_add(lane as u32));
            let here = LANES.min((rows.end - start) as usize);
            for (row, made) in (start..).zip(assembly.rows(law, &group[..here], self.values.weight)) {
                block.targets.extend_from_slice(&made.targets);
                block.weights.extend_from_slice(&made.weights);
                self.segments(first, block);
                first += made.targets.len();
                self.delays(row, first, block);
            }
        }
        block.assembly = assembly;
        first
    }

    /// Adds weights and delays of a row; returns where it ends.
    fn values(&self, row: u32, at: Range<usize>, block: &mut Block) -> usize {
        if let Some((sampler, key)) = self.values.weight {
            block.weights.resize(at.end, 0.0);
            sampler.fill_words(key, u64::from(row), 0, &mut block.weights[at.start..]);
        }
        self.delays(row, at.end, block);
        at.end
    }

    /// Adds the delays of a row that ends at `past`.
    fn delays(&self, row: u32, past: usize, block: &mut Block) {
        if let Some((sampler, key)) = self.values.delay {
            let first = block.delays.len();
            block.delays.resize(past, 0.0);
            sampler.fill(key, u64::from(row), &mut block.delays[first..]);
        }
    }

    /// Adds the segments of a row whose targets, from `first` on, are the last ones.
    fn segments(&self, first: usize, block: &mut Block) {
        let targets = &block.targets[first..];
        let inner = &self.bounds[1..self.bounds.len() - 1];
        let ends = inner.iter().map(|&bound| (first + targets.partition_point(|&post| post < bound)) as u64);
        block.segments.extend(ends);
        block.segments.push((first + targets.len()) as u64);
    }
}

/// Makes all rows and appends them: waves of blocks, one thread for each run of blocks of a wave.
pub(crate) fn append_all(
    csr: &mut Csr,
    maker: &Maker<'_>,
    threads: usize,
    expected: f64,
    progress: &mut Progress<'_>,
) -> Result<(), ConnectError> {
    let mean_row = (expected / f64::from(csr.n_pre)).max(1.0);
    let rows_per_block = (BLOCK / mean_row).ceil() as u32;
    // Long rows make long blocks, of which a few are enough.
    let long = mean_row / BLOCK;
    let blocks_per_thread = if threads > 1 { (BLOCKS_PER_THREAD / long.max(1.0)).ceil() as usize } else { 1 };
    let mut wave: Vec<Block> = Vec::new();
    wave.resize_with(threads.max(1) * blocks_per_thread, Block::default);
    let n_pre = csr.n_pre;
    let mut first = 0;
    while first < n_pre {
        let rows_of = |block: usize| {
            let start = (u64::from(first) + block as u64 * u64::from(rows_per_block)).min(n_pre.into());
            start as u32..(start + u64::from(rows_per_block)).min(n_pre.into()) as u32
        };
        let fill = |run: usize, blocks: &mut [Block]| {
            for (at, block) in blocks.iter_mut().enumerate() {
                maker.fill(rows_of(run * blocks_per_thread + at), block);
            }
        };
        std::thread::scope(|scope| {
            let mut runs = wave.chunks_mut(blocks_per_thread).enumerate();
            let own = runs.next();
            for (run, blocks) in runs {
                scope.spawn(move || fill(run, blocks));
            }
            if let Some((run, blocks)) = own {
                fill(run, blocks);
            }
        });
        for block in &wave {
            append(csr, block, maker.values.dt)?;
        }
        let past = rows_of(wave.len() - 1).end;
        progress.advance(u64::from(past - first));
        first = past;
    }
    Ok(())
}

fn append(csr: &mut Csr, block: &Block, dt: f64) -> Result<(), ConnectError> {
    let base = csr.synapses();
    csr.indptr.extend(block.segments.iter().map(|end| base + end));
    csr.targets.append(&block.targets);
    match &mut csr.weights {
        Weights::Shared(_) => {}
        Weights::F32(weights) => weights.extend(block.weights.iter().map(|&weight| weight as f32)),
        Weights::F64(weights) => weights.extend_from_slice(&block.weights),
    }
    if let Delays::Each(delays) = &mut csr.delays {
        for &delay in &block.delays {
            // A law may reach below zero; the shortest delay is one step.
            delays.push(steps_within(delay.max(0.0), dt, MOST_STEPS)? as u16);
        }
    }
    Ok(())
}
