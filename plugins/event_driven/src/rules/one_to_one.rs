//! The first pre-neuron meets the first post-neuron, the second the second, and so on.

use super::{ConnectError, Connector, Layout, Pattern, Progress, Rows, Rule, Stream, entry};
use crate::ends::Ends;

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry("one_to_one", "The i-th pre-neuron meets the i-th post-neuron.", &[]),
    make: |_| Ok(Box::new(OneToOne)),
};

/// The i-th to the i-th.
#[derive(Clone, Copy, Debug)]
pub struct OneToOne;

impl Rule for OneToOne {
    fn check(&self, ends: &Ends) -> Result<(), ConnectError> {
        let (pre, post) = (ends.n_pre(), ends.n_post());
        if pre == post { Ok(()) } else { Err(ConnectError::Sizes { pre, post }) }
    }

    fn expected(&self, ends: &Ends) -> f64 {
        ends.n_pre() as f64
    }

    fn layout(&self) -> Layout {
        Layout::Diagonal
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        _: Stream,
        _: usize,
        _: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        Ok(Pattern::Rows(Box::new(Diagonal(ends.post.start as u32))))
    }
}

/// Holds the first post-neuron.
struct Diagonal(u32);

impl Rows for Diagonal {
    fn row(&self, row: u32, targets: &mut Vec<u32>) {
        targets.push(self.0 + row);
    }
}
