//! Blocks of rows: made by as many threads as there are, appended in order.

use std::ops::Range;

use ecs_core::network::Pairs;

use crate::build::{MOST_STEPS, Origin, Values, steps_within};
use crate::csr::{Csr, Weights};
use crate::law::{Assembly, LANES, Law};
use crate::rules::{ConnectError, Progress, Rows, Whole};

/// Synapses of one block: 256 KiB of targets, which stay in the second-level cache until they are copied.
pub(crate) const BLOCK: f64 = 65_536.0;
/// Blocks made by one thread between two starts of threads, which cost some 20 us each.
pub(crate) const BLOCKS_PER_THREAD: f64 = 16.0;

/// Where rows come from.
pub(crate) enum Source<'a> {
    Rows(&'a dyn Rows),
    Whole(&'a Whole),
    Law(&'a Law),
}

/// What makes blocks.
pub(crate) struct Maker<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) values: &'a Values<'a>,
    /// First neuron of row 0.
    pub(crate) first_pre: u32,
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
    /// The same in steps.
    steps: Vec<u16>,
    /// Delays that no number of steps can tell.
    too_long: Vec<f64>,
}

impl Block {
    /// A block with room for so many synapses. Rows are added one by one, and a list that grew with them would take twice as much.
    fn with_room(synapses: usize, maker: &Maker<'_>) -> Self {
        let differing = |origin: Option<Origin<'_>>| if origin.is_some() { synapses } else { 0 };
        let delays = differing(maker.values.delay);
        Self {
            targets: Vec::with_capacity(if matches!(maker.source, Source::Whole(_)) { 0 } else { synapses }),
            weights: Vec::with_capacity(differing(maker.values.weight)),
            delays: Vec::with_capacity(delays),
            steps: Vec::with_capacity(delays),
            ..Self::default()
        }
    }
}

impl Maker<'_> {
    fn fill(&self, rows: Range<u32>, block: &mut Block, assembly: &mut Assembly) {
        block.targets.clear();
        block.segments.clear();
        block.weights.clear();
        block.delays.clear();
        block.steps.clear();
        block.too_long.clear();
        match self.source {
            Source::Law(law) => self.drawn(law, rows, (block, assembly)),
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
        for delay in &block.delays {
            // A law may reach below zero; the shortest delay is one step.
            match steps_within(delay.max(0.0), self.values.dt, MOST_STEPS) {
                Ok(steps) => block.steps.push(steps as u16),
                Err(_) => block.too_long.push(*delay),
            }
        }
    }

    /// Adds rows of a law, several at once; returns where they end.
    fn drawn(&self, law: &Law, rows: Range<u32>, (block, assembly): (&mut Block, &mut Assembly)) -> usize {
        let mut first = 0;
        let weighing = match self.values.weight {
            Some(Origin::Drawn(sampler, key)) => Some((sampler, key)),
            _ => None,
        };
        for start in rows.clone().step_by(LANES) {
            let group: [u32; LANES] = std::array::from_fn(|lane| start.wrapping_add(lane as u32));
            let here = LANES.min((rows.end - start) as usize);
            for (row, made) in (start..).zip(assembly.rows(law, &group[..here], weighing)) {
                block.targets.extend_from_slice(&made.targets);
                block.weights.extend_from_slice(&made.weights);
                self.segments(first, block);
                first = self.values(row, first..block.targets.len(), block);
            }
        }
        first
    }

    /// Adds weights, unless they are there, and delays of a row; returns where it ends.
    fn values(&self, row: u32, at: Range<usize>, block: &mut Block) -> usize {
        let Block { targets, weights, delays, .. } = block;
        for (origin, values, words) in
            [(self.values.weight, weights, true), (self.values.delay, delays, false)]
        {
            let Some(origin) = origin.filter(|_| values.len() < at.end) else { continue };
            values.resize(at.end, 0.0);
            let values = &mut values[at.start..];
            match origin {
                Origin::Drawn(sampler, key) if words => sampler.fill_words(key, u64::from(row), 0, values),
                Origin::Drawn(sampler, key) => sampler.fill(key, u64::from(row), values),
                Origin::Pairs(pairs) => self.pairs(pairs, row, targets, values),
            }
        }
        at.end
    }

    /// The values of a row, whose targets are the last of `made` unless they are in place already.
    fn pairs(&self, pairs: &dyn Pairs, row: u32, made: &[u32], values: &mut [f64]) {
        let pre = self.first_pre + row;
        match self.source {
            Source::Rows(_) | Source::Law(_) => {
                let targets = &made[made.len() - values.len()..];
                values.iter_mut().zip(targets).for_each(|(value, &post)| *value = pairs.value(pre, post));
            }
            Source::Whole(whole) => {
                let first = whole.row_ptr[row as usize] as usize;
                let targets = (first..).map(|at| whole.targets.at(at));
                values.iter_mut().zip(targets).for_each(|(value, post)| *value = pairs.value(pre, post));
            }
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
    let block = (f64::from(rows_per_block.min(csr.n_pre)) * mean_row).min(expected);
    // Degrees may be broad; room that is not touched costs nothing.
    let room = (1.25 * block + 8.0 * block.sqrt()) as usize;
    let blocks = (threads.max(1) * blocks_per_thread).min(csr.n_pre.div_ceil(rows_per_block).max(1) as usize);
    let mut wave: Vec<Block> = (0..blocks).map(|_| Block::with_room(room, maker)).collect();
    let blocks_per_thread = blocks.div_ceil(threads.max(1));
    // Where the rows of a law are made, one for each thread.
    let mut assemblies: Vec<Assembly> = Vec::new();
    assemblies.resize_with(threads.max(1), Assembly::default);
    let n_pre = csr.n_pre;
    let mut first = 0;
    while first < n_pre {
        let rows_of = |block: usize| {
            let start = (u64::from(first) + block as u64 * u64::from(rows_per_block)).min(n_pre.into());
            start as u32..(start + u64::from(rows_per_block)).min(n_pre.into()) as u32
        };
        let fill = |run: usize, (blocks, assembly): (&mut [Block], &mut Assembly)| {
            for (at, block) in blocks.iter_mut().enumerate() {
                maker.fill(rows_of(run * blocks_per_thread + at), block, assembly);
            }
        };
        std::thread::scope(|scope| {
            let mut runs = wave.chunks_mut(blocks_per_thread).zip(&mut assemblies).enumerate();
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
    if let Some(&found) = block.too_long.first() {
        return Err(ConnectError::Delay { found, most: MOST_STEPS * dt });
    }
    csr.delays.append(&block.steps);
    Ok(())
}
