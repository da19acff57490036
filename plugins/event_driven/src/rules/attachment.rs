//! Preferential attachment: neurons are added one by one and join earlier ones with a chance in proportion to their edges.
//!
//! An end of an edge drawn uniformly belongs to a neuron with that chance. What a neuron may draw depends on all before it, so growth
//! is for one thread. Draw a of neuron i is block (i, a) of `Connect`.

use ecs_core::random::{Key, below, pair, uniform};

use super::error::with_room;
use super::graph::Edge;
use super::{ConnectError, Progress};
use crate::ends::Ends;

/// A graph while it grows.
pub(super) struct Growth {
    pub edges: Vec<Edge>,
    key: Key,
    /// Neuron that is being added.
    neuron: u32,
    draw: u64,
    /// Edges before those of the neuron that is being added.
    earlier: usize,
}

/// Ends of edges are drawn with 32 bits.
const MOST_EDGES: f64 = 2_147_483_648.0;
/// Neurons between two reports of progress.
const STRIDE: u32 = 4096;

impl Growth {
    /// `first` + 1 neurons, the last joined to all others. Room is for `edges`.
    ///
    /// # Errors
    /// [`ConnectError::Memory`] where so many edges do not fit, or have more ends than 32 bits count.
    pub fn star(first: u32, edges: f64, key: Key) -> Result<Self, ConnectError> {
        if edges >= MOST_EDGES {
            return Err(ConnectError::Memory { bytes: 8 * edges as u64 });
        }
        let mut all = with_room(edges as u64 + 1)?;
        all.extend((0..first).map(|neuron| [first, neuron]));
        Ok(Self { edges: all, key, neuron: first, draw: 0, earlier: 0 })
    }

    /// Adds the neurons from the star's to `n`; `join` says with whom each is joined.
    pub fn grow(mut self, n: u32, progress: &mut Progress<'_>, mut join: impl FnMut(&mut Self)) -> Vec<Edge> {
        let first = self.neuron + 1;
        progress.advance(u64::from(first.min(n)));
        for neuron in first..n {
            (self.neuron, self.draw, self.earlier) = (neuron, 0, self.edges.len());
            join(&mut self);
            if (neuron + 1 - first).is_multiple_of(STRIDE) {
                progress.advance(STRIDE.into());
            }
        }
        progress.advance(u64::from(n.saturating_sub(first) % STRIDE));
        self.edges
    }

    /// A chance from 0 to 1 and 64 random bits.
    pub fn draw(&mut self) -> (f64, u64) {
        let [a, b, c, d] = self.key.block(self.neuron.into(), self.draw);
        self.draw += 1;
        (uniform(pair(a, b)), pair(c, d))
    }

    /// Joins the new neuron to an earlier one by its edges, whom it is not joined to yet; returns that one.
    pub fn join_by_edges(&mut self, bits: u64) -> u32 {
        let mut bits = bits;
        loop {
            let end = below(bits, 2 * self.earlier as u32) as usize;
            let other = self.edges[end / 2][end % 2];
            if !self.is_joined(other) {
                self.join(other);
                return other;
            }
            bits = self.draw().1;
        }
    }

    /// Joins the new neuron to another.
    pub fn join(&mut self, other: u32) {
        self.edges.push([self.neuron, other]);
    }

    /// Whether the new neuron is joined to this one, or is this one.
    pub fn is_joined(&self, other: u32) -> bool {
        other == self.neuron || self.edges[self.earlier..].iter().any(|edge| edge[1] == other)
    }
}

/// Synapses of a graph in which each neuron after the first `m` brings `m` edges; one for each edge, or one each way.
pub(super) fn synapses_grown(ends: &Ends, m: u32, directed: bool) -> f64 {
    let edges = f64::from(m) * (ends.n_pre() as f64 - f64::from(m)).max(0.0);
    if directed { edges } else { 2.0 * edges }
}
