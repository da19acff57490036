//! The two ends of a projection: which pre-neurons and which post-neurons it may join.

use std::ops::Range;

use ecs_core::network::{ConnectPlan, Space};

use crate::rules::ConnectError;

/// Ranges of neurons inside their populations.
///
/// Sizes are 64-bit so that a projection can be estimated that could never be built.
#[derive(Clone, Debug, PartialEq)]
pub struct Ends {
    /// Pre-neurons, counted from the first of their population.
    pub pre: Range<u64>,
    /// Post-neurons, counted from the first of their population.
    pub post: Range<u64>,
    /// Neurons of the pre-population.
    pub pre_size: u64,
    /// Neurons of the post-population.
    pub post_size: u64,
    /// Both ends lie in one population, so that a neuron may meet itself.
    pub recurrent: bool,
    /// Where the neurons of the pre- and of the post-population lie, if anywhere.
    pub spaces: [Option<Space>; 2],
}

impl Ends {
    /// Those of a projection.
    #[must_use]
    pub fn of(plan: &ConnectPlan<'_>) -> Self {
        Self {
            pre: plan.pre.clone(),
            post: plan.post.clone(),
            pre_size: plan.sizes.0,
            post_size: plan.sizes.1,
            recurrent: plan.recurrent,
            spaces: plan.spaces.map(|space| space.cloned()),
        }
    }

    /// All of one population to all of another.
    #[must_use]
    pub fn between(pre_size: u64, post_size: u64) -> Self {
        let spaces = [None, None];
        Self { pre: 0..pre_size, post: 0..post_size, pre_size, post_size, recurrent: false, spaces }
    }

    /// All of a population to itself.
    #[must_use]
    pub fn within(size: u64) -> Self {
        Self { recurrent: true, ..Self::between(size, size) }
    }

    /// Pre-neurons that may have synapses: rows.
    #[must_use]
    pub fn n_pre(&self) -> u64 {
        self.pre.end.saturating_sub(self.pre.start)
    }

    /// Post-neurons that may be reached.
    #[must_use]
    pub fn n_post(&self) -> u64 {
        self.post.end.saturating_sub(self.post.start)
    }

    /// Pairs of a pre- and a post-neuron.
    #[must_use]
    pub fn pairs(&self) -> f64 {
        self.n_pre() as f64 * self.n_post() as f64
    }

    /// Neurons that are at both ends.
    #[must_use]
    pub fn self_pairs(&self) -> u64 {
        let shared = self.pre.start.max(self.post.start)..self.pre.end.min(self.post.end);
        if self.recurrent { shared.end.saturating_sub(shared.start) } else { 0 }
    }

    /// The place in the post range of the neuron of row `row`, where it is at both ends.
    #[must_use]
    pub fn own_column(&self, row: u32) -> Option<u32> {
        let neuron = self.pre.start + u64::from(row);
        (self.recurrent && self.post.contains(&neuron)).then(|| (neuron - self.post.start) as u32)
    }

    /// The place in the pre range of the neuron of column `column`, where it is at both ends.
    #[must_use]
    pub fn own_row(&self, column: u32) -> Option<u32> {
        let neuron = self.post.start + u64::from(column);
        (self.recurrent && self.pre.contains(&neuron)).then(|| (neuron - self.pre.start) as u32)
    }

    /// Refuses ranges outside their population, and populations whose neurons 32 bits cannot count.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn check(&self) -> Result<(), ConnectError> {
        for (end, range, size) in [("pre", &self.pre, self.pre_size), ("post", &self.post, self.post_size)] {
            if size > u64::from(u32::MAX) {
                return Err(ConnectError::Population { end, size });
            }
            if range.start > range.end || range.end > size {
                return Err(ConnectError::Range { end, found: range.clone(), size });
            }
        }
        Ok(())
    }
}
