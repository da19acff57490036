//! Every pre-neuron meets every post-neuron once.

use super::{
    ConnectError, Connector, Layout, Pattern, Progress, Rows, Rule, SELF_CONNECTIONS, Stream, entry,
};
use crate::ends::Ends;

const NAME: &str = "all_to_all";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(NAME, "Every pre-neuron meets every post-neuron once.", &[SELF_CONNECTIONS]),
    make: |arguments| {
        Ok(Box::new(AllToAll { self_connections: arguments.switch(NAME, 0, SELF_CONNECTIONS.name)? }))
    },
};

/// All pairs.
#[derive(Clone, Copy, Debug)]
pub struct AllToAll {
    /// Whether a neuron meets itself.
    pub self_connections: bool,
}

impl Rule for AllToAll {
    fn check(&self, _: &Ends) -> Result<(), ConnectError> {
        Ok(())
    }

    fn expected(&self, ends: &Ends) -> f64 {
        let excluded = if self.self_connections { 0 } else { ends.self_pairs() };
        ends.pairs() - excluded as f64
    }

    fn layout(&self) -> Layout {
        Layout::Full { self_connections: self.self_connections }
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        _: Stream,
        _: usize,
        _: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        Ok(Pattern::Rows(Box::new(Full { rule: self, ends })))
    }
}

struct Full<'a> {
    rule: &'a AllToAll,
    ends: &'a Ends,
}

impl Rows for Full<'_> {
    fn row(&self, row: u32, targets: &mut Vec<u32>) {
        let (first, past) = (self.ends.post.start as u32, self.ends.post.end as u32);
        let own = if self.rule.self_connections { None } else { self.ends.own_column(row) };
        match own {
            None => targets.extend(first..past),
            Some(own) => targets.extend((first..first + own).chain(first + own + 1..past)),
        }
    }
}
