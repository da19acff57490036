//! Compressed sparse rows: the synapses of a projection, by pre-neuron and, inside a row, by ascending post-neuron.

use std::ops::Range;

/// The synapses of one projection.
///
/// Row `i` belongs to pre-neuron `pre_offset + i`. Shard `s` holds the post-neurons `bounds[s]..bounds[s + 1]`; since rows are
/// sorted, its part of row `i` is one run, [`segment`](Self::segment)`(i, s)`. All per-synapse arrays share these positions.
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    /// First pre-neuron that has a row.
    pub pre_offset: u32,
    /// Rows.
    pub n_pre: u32,
    /// Post-neurons of the whole population: targets are below.
    pub n_post: u32,
    /// First post-neuron of each shard, and `n_post` at the end; `[shard + 1]`.
    pub bounds: Vec<u32>,
    /// Where segments begin, and the number of synapses at the end; `[n_pre * shards + 1]`.
    pub indptr: Vec<u64>,
    /// Post-neuron of each synapse, `[synapse]`.
    pub targets: Targets,
    /// Weight of each synapse.
    pub weights: Weights,
    /// Delay of each synapse in steps, at least 1.
    pub delays: Delays,
}

/// Post-neurons, counted from the first of the population, in the narrowest type that holds them all; `[synapse]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets {
    /// Populations of up to 65,536 neurons.
    U16(Vec<u16>),
    /// All others.
    U32(Vec<u32>),
}

/// Weights, in the unit of the synapse.
#[derive(Clone, Debug, PartialEq)]
pub enum Weights {
    /// One for all.
    Shared(f64),
    /// One each, `[synapse]`.
    F32(Vec<f32>),
    /// One each for validation, `[synapse]`.
    F64(Vec<f64>),
}

/// Delays, in steps.
#[derive(Clone, Debug, PartialEq)]
pub enum Delays {
    /// One for all.
    Shared(u32),
    /// One each, none above 255, `[synapse]`.
    U8(Vec<u8>),
    /// One each, `[synapse]`.
    U16(Vec<u16>),
}

impl Csr {
    /// Shards of post-neurons.
    #[must_use]
    pub fn shards(&self) -> usize {
        self.bounds.len() - 1
    }

    /// Number of synapses.
    #[must_use]
    pub fn synapses(&self) -> u64 {
        self.indptr[self.indptr.len() - 1]
    }

    /// Positions of the synapses of row `i`.
    #[must_use]
    pub fn row(&self, i: u32) -> Range<usize> {
        let (first, shards) = (i as usize * self.shards(), self.shards());
        self.indptr[first] as usize..self.indptr[first + shards] as usize
    }

    /// Positions of those synapses of row `i` that end in shard `s`.
    #[inline]
    #[must_use]
    pub fn segment(&self, i: u32, s: usize) -> Range<usize> {
        let at = i as usize * self.shards() + s;
        self.indptr[at] as usize..self.indptr[at + 1] as usize
    }

    /// Synapses onto each post-neuron, `[n_post]`. One pass over the targets.
    #[must_use]
    pub fn indegrees(&self) -> Vec<u32> {
        let mut counts = vec![0u32; self.n_post as usize];
        match &self.targets {
            Targets::U16(targets) => targets.iter().for_each(|&post| counts[usize::from(post)] += 1),
            Targets::U32(targets) => targets.iter().for_each(|&post| counts[post as usize] += 1),
        }
        counts
    }

    /// The largest number of synapses onto one post-neuron: what an input counter has to hold.
    #[must_use]
    pub fn max_indegree(&self) -> u32 {
        self.indegrees().into_iter().max().unwrap_or(0)
    }

    /// The longest delay in steps.
    #[must_use]
    pub fn max_delay(&self) -> u32 {
        match &self.delays {
            Delays::Shared(steps) => *steps,
            Delays::U8(steps) => steps.iter().copied().max().map_or(1, u32::from),
            Delays::U16(steps) => steps.iter().copied().max().map_or(1, u32::from),
        }
    }

    /// Bytes held on the heap.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        let weights = match &self.weights {
            Weights::Shared(_) => 0,
            Weights::F32(each) => bytes(each),
            Weights::F64(each) => bytes(each),
        };
        let delays = match &self.delays {
            Delays::Shared(_) => 0,
            Delays::U8(each) => bytes(each),
            Delays::U16(each) => bytes(each),
        };
        bytes(&self.bounds) + bytes(&self.indptr) + self.targets.memory_bytes() + weights + delays
    }
}

impl Delays {
    /// Adds delays of at least one step, widening all where one does not fit a byte.
    pub(crate) fn append(&mut self, more: &[u16]) {
        if let Self::U8(steps) = self
            && more.iter().any(|&delay| delay > u16::from(u8::MAX))
        {
            let mut wide = Vec::with_capacity(steps.capacity());
            wide.extend(steps.iter().copied().map(u16::from));
            *self = Self::U16(wide);
        }
        match self {
            Self::Shared(_) => {}
            Self::U8(steps) => steps.extend(more.iter().map(|&delay| delay as u8)),
            Self::U16(steps) => steps.extend_from_slice(more),
        }
    }
}

fn bytes<T>(values: &[T]) -> u64 {
    size_of_val(values) as u64
}

impl Targets {
    /// The narrowest type for a population of `n_post`.
    pub(crate) fn narrowest(n_post: u64) -> Self {
        if n_post <= 1 << 16 { Self::U16(Vec::new()) } else { Self::U32(Vec::new()) }
    }

    /// Number of synapses.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::U16(targets) => targets.len(),
            Self::U32(targets) => targets.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The post-neuron of the synapse at `position`.
    #[must_use]
    pub fn at(&self, position: usize) -> u32 {
        match self {
            Self::U16(targets) => u32::from(targets[position]),
            Self::U32(targets) => targets[position],
        }
    }

    /// Bytes held.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        match self {
            Self::U16(targets) => bytes(targets),
            Self::U32(targets) => bytes(targets),
        }
    }

    /// How many of the ascending targets at `positions` lie below `bound`.
    pub(crate) fn count_below(&self, positions: Range<usize>, bound: u32) -> usize {
        match self {
            Self::U16(targets) => targets[positions].partition_point(|&post| u32::from(post) < bound),
            Self::U32(targets) => targets[positions].partition_point(|&post| post < bound),
        }
    }

    /// Adds targets that fit by the choice of the type.
    pub(crate) fn append(&mut self, more: &[u32]) {
        match self {
            Self::U16(targets) => targets.extend(more.iter().map(|&post| post as u16)),
            Self::U32(targets) => targets.extend_from_slice(more),
        }
    }
}
