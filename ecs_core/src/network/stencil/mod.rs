//! Stencil: synapses that share weights, as those of a convolution do.
//!
//! Neurons of either end stand on places, so many *channels* on each, of which the last index runs fastest. A *join* leads from a place of
//! senders to a place of receivers by a *tap*: a matrix of weights between their channels. Channels may be divided into groups, which
//! meet only themselves.
//!
//! ```text
//! post[place, o] += Σ_i w[tap, i, o] pre[from, i]      for each join (from, tap, place)
//! ```
//!
//! With the channel last, what a spike brings to a place is one row of weights, side by side as its receivers are. Joins are kept for
//! places, not for neurons, so that nothing is kept for a synapse.

mod kernels;

pub use kernels::{Gather, Grow, Scatter, gather, grow, scatter};

/// A place of receivers that a place of senders reaches, and by which weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Join {
    /// The matrix of weights.
    pub tap: u32,
    /// The place.
    pub place: u32,
}

/// Which synapses there are, and which weights they share: `[tap, channel of a group of senders, channel of receivers]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stencil {
    channels: [usize; 2],
    groups: usize,
    taps: usize,
    places: [usize; 2],
    /// First join of each place of senders, and their number at the end.
    first: Vec<u32>,
    /// By place of senders, then by place of receivers.
    joins: Vec<Join>,
}

/// Receivers side by side and their weights, which lie side by side as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first weight.
    pub weight: usize,
    /// The first receiver.
    pub target: usize,
}

/// The channels of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channels {
    /// Neurons on each place, of senders and of receivers.
    pub ends: [usize; 2],
    /// Groups that meet only themselves; divides both.
    pub groups: usize,
}

impl Stencil {
    /// The stencil of these joins, `[place of senders]`, each place of receivers once in a list, where receivers have `places` places.
    ///
    /// # Panics
    /// If the groups do not divide the channels, or a join leads nowhere.
    pub fn new(channels: Channels, (places, taps): (usize, usize), mut joins: Vec<Vec<Join>>) -> Self {
        let Channels { ends, groups } = channels;
        assert!(groups > 0 && ends.iter().all(|c| c.is_multiple_of(groups)), "groups divide the channels");
        joins.iter_mut().for_each(|row| row.sort_unstable_by_key(|join| join.place));
        let within = |join: &Join| (join.place as usize) < places && (join.tap as usize) < taps;
        assert!(joins.iter().flatten().all(within), "joins lead to places by taps");
        let mut first = vec![0];
        for row in &joins {
            first.push(first[first.len() - 1] + row.len() as u32);
        }
        let from = joins.len();
        Self {
            channels: ends,
            groups,
            taps,
            places: [from, places],
            first,
            joins: joins.into_iter().flatten().collect(),
        }
    }

    /// Neurons of the two ends.
    #[must_use]
    pub fn sizes(&self) -> [usize; 2] {
        [0, 1].map(|end| self.places[end] * self.channels[end])
    }

    /// Receivers of a run.
    #[must_use]
    pub fn length(&self) -> usize {
        self.channels[1] / self.groups
    }

    /// Taps, channels of a group of senders, and channels of receivers: the shape of the weights.
    #[must_use]
    pub fn shape(&self) -> [usize; 3] {
        [self.taps, self.channels[0] / self.groups, self.channels[1]]
    }

    /// Weights.
    #[must_use]
    pub fn weights(&self) -> usize {
        self.shape().iter().product()
    }

    /// Synapses.
    #[must_use]
    pub fn synapses(&self) -> u64 {
        (self.joins.len() * self.channels[0] * self.length()) as u64
    }

    /// The most synapses that end on one neuron.
    #[must_use]
    pub fn most_per_neuron(&self) -> u64 {
        let mut joined = vec![0_u64; self.places[1]];
        self.joins.iter().for_each(|join| joined[join.place as usize] += 1);
        joined.iter().max().copied().unwrap_or(0) * (self.channels[0] / self.groups) as u64
    }

    /// Bytes held, without weights.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(&self.joins[..]) + size_of_val(&self.first[..])
    }

    /// The runs of a sender, by receivers.
    #[inline(always)]
    pub fn runs(&self, pre: usize) -> impl Iterator<Item = Run> + '_ {
        let [inputs, outputs] = self.channels;
        let (place, channel) = (pre / inputs, pre % inputs);
        let (rows, length) = (inputs / self.groups, outputs / self.groups);
        let (row, shift) = (channel % rows, channel / rows * length);
        self.joins[self.first[place] as usize..self.first[place + 1] as usize].iter().map(move |join| Run {
            weight: (join.tap as usize * rows + row) * outputs + shift,
            target: join.place as usize * outputs + shift,
        })
    }

    /// Calls `f` with sender, receiver and weight of every synapse, in that order.
    pub fn each(&self, mut f: impl FnMut(usize, usize, usize)) {
        for pre in 0..self.sizes()[0] {
            for run in self.runs(pre) {
                (0..self.length()).for_each(|k| f(pre, run.target + k, run.weight + k));
            }
        }
    }
}
