//! Decoder: from the spikes of a tick to an action.

use super::spec::Domain;
use crate::registry::Entry;
use crate::training::Plan;

/// What was seen of the watched neurons over the last tick, by group.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Spikes, `[group]`.
    pub counts: &'a [u32],
    /// Steps from the beginning of the tick to the first spike, `[group]`; `u32::MAX` where there was none.
    pub first: &'a [u32],
    /// Mean of the watched variable at the end of the tick, `[group]`; empty where none is watched.
    pub state: &'a [f64],
    /// Neurons, `[group]`.
    pub sizes: &'a [u32],
    /// Length of the tick, in ms.
    pub interval: f64,
}

/// Makes the numbers of a port.
pub trait Decoder: Send + Sync {
    /// Writes the action, `[place]`, which holds the last one; may keep what a filter remembers.
    fn decode(&mut self, seen: &Seen<'_>, action: &mut [f64]);
    /// An episode begins: forgets what was before.
    fn reset(&mut self) {}
}

/// What a scenario says of a decoder.
#[derive(Clone, Debug)]
pub struct DecoderPlan {
    /// Numbers and lists.
    pub given: Plan,
    /// Groups of neurons that are watched.
    pub groups: usize,
    /// Places of the port.
    pub width: usize,
    /// What its numbers may be.
    pub domain: Domain,
    /// From tick to tick, in ms.
    pub interval: f64,
}

/// A registered decoder.
#[derive(Clone, Copy)]
pub struct DecoderModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Makes one; refuses groups and ports that do not fit.
    pub build: fn(&DecoderPlan) -> Result<Box<dyn Decoder>, String>,
}

inventory::collect!(DecoderModel);
