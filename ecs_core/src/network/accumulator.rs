//! Accumulator: what arrives for the neurons of a shard, until the receptor takes it.
//!
//! Spikes of one weight are counted in bytes where no neuron can receive more than 255 of them in a step; that is a
//! quarter of the memory of sums, and exact in any order. Where synapses have delays of their own, a ring of slots holds
//! what arrives in later steps.

use crate::model::Arriving;
use crate::number::Float;

#[derive(Clone, Debug)]
enum Data<T> {
    Count8(Vec<u8>),
    Count16(Vec<u16>),
    Sum(Vec<T>),
}

/// Input of one kind to the neurons of a shard, `[slot, neuron]`.
#[derive(Clone, Debug)]
pub struct Accumulator<T> {
    neurons: usize,
    slots: usize,
    weight: f64,
    data: Data<T>,
}

/// Where an operator puts spikes or weights: the whole ring, `[slot, neuron]`.
pub enum Inbox<'a> {
    /// Counts, at most 255.
    Count8(&'a mut [u8]),
    /// Counts.
    Count16(&'a mut [u16]),
    /// Sums of weights.
    Sum32(&'a mut [f32]),
    /// Sums of weights, in double precision.
    Sum64(&'a mut [f64]),
}

/// The inbox of one shard at one step.
pub struct Target<'a> {
    /// The ring.
    pub inbox: Inbox<'a>,
    /// Index in the population of the shard's first neuron.
    pub first: u32,
    /// Neurons of the shard.
    pub neurons: usize,
    /// Slots of the ring.
    pub slots: usize,
    /// The slot that is read in this step.
    pub slot: usize,
}

impl<'a> Target<'a> {
    /// Where in the ring that which acts `ahead` steps from now belongs.
    pub fn offset(&self, ahead: usize) -> usize {
        (self.slot + ahead) % self.slots * self.neurons
    }
}

/// Types an accumulator may sum in.
pub trait Summed: Float {
    /// The inbox over such sums.
    fn inbox(sums: &mut [Self]) -> Inbox<'_>;
    /// The sums of an inbox; `None` where it is made of anything else.
    fn sums(inbox: Inbox<'_>) -> Option<&mut [Self]>;
}

impl Summed for f32 {
    fn inbox(sums: &mut [f32]) -> Inbox<'_> {
        Inbox::Sum32(sums)
    }
    fn sums(inbox: Inbox<'_>) -> Option<&mut [f32]> {
        if let Inbox::Sum32(sums) = inbox { Some(sums) } else { None }
    }
}

impl Summed for f64 {
    fn inbox(sums: &mut [f64]) -> Inbox<'_> {
        Inbox::Sum64(sums)
    }
    fn sums(inbox: Inbox<'_>) -> Option<&mut [f64]> {
        if let Inbox::Sum64(sums) = inbox { Some(sums) } else { None }
    }
}

impl<T: Summed> Accumulator<T> {
    /// Counts of spikes of one weight, of which at most `most` reach a neuron in a step.
    pub fn counting(neurons: usize, slots: usize, weight: f64, most: u64) -> Self {
        let cells = neurons * slots;
        let data = match most {
            0..=255 => Data::Count8(vec![0; cells]),
            256..=65_535 => Data::Count16(vec![0; cells]),
            _ => Data::Sum(vec![T::default(); cells]),
        };
        Self { neurons, slots, weight, data }
    }

    /// Sums of weights.
    pub fn summing(neurons: usize, slots: usize) -> Self {
        Self { neurons, slots, weight: 1.0, data: Data::Sum(vec![T::default(); neurons * slots]) }
    }

    /// Whether it counts in bytes.
    pub fn counts_bytes(&self) -> bool {
        matches!(self.data, Data::Count8(_))
    }

    /// Whether it holds sums.
    pub fn sums(&self) -> bool {
        matches!(self.data, Data::Sum(_))
    }

    /// Where operators put what arrives at `step` and later.
    pub fn target(&mut self, first: u32, step: u64) -> Target<'_> {
        let inbox = match &mut self.data {
            Data::Count8(x) => Inbox::Count8(x),
            Data::Count16(x) => Inbox::Count16(x),
            Data::Sum(x) => T::inbox(x),
        };
        let slot = (step % self.slots as u64) as usize;
        Target { inbox, first, neurons: self.neurons, slots: self.slots, slot }
    }

    /// Whether nothing has arrived by `step` for the neurons in `range`.
    pub fn is_quiet(&self, range: std::ops::Range<usize>, step: u64) -> bool {
        let base = (step % self.slots as u64) as usize * self.neurons;
        let range = base + range.start..base + range.end;
        match &self.data {
            Data::Count8(x) => all_zero(&x[range]),
            Data::Count16(x) => all_zero(&x[range]),
            Data::Sum(x) => all_zero(&x[range]),
        }
    }

    /// What has arrived by `step` for the neurons in `range`; reading it clears it.
    pub fn arriving(&mut self, range: std::ops::Range<usize>, step: u64) -> Arriving<'_, T> {
        let base = (step % self.slots as u64) as usize * self.neurons;
        let range = base + range.start..base + range.end;
        match &mut self.data {
            Data::Count8(x) => Arriving::Count8(&mut x[range], T::of(self.weight)),
            Data::Count16(x) => Arriving::Count16(&mut x[range], T::of(self.weight)),
            Data::Sum(x) => Arriving::Sum(&mut x[range]),
        }
    }
}

/// Whether all are zero, a cache line or two at a time.
fn all_zero<T: PartialEq + Default + Copy>(cells: &[T]) -> bool {
    cells.chunks(64).all(|chunk| chunk.iter().fold(true, |zero, x| zero & (*x == T::default())))
}
