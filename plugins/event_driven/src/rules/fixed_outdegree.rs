//! Every pre-neuron makes exactly k synapses, onto post-neurons drawn uniformly.
//!
//! With repeats drawn by [`law::Choices`](crate::law::Choices); without, row i takes its draws from row i of `Connect`.

use ecs_core::network::Scale;
use ecs_core::random::{Key, Purpose};

use super::choice::Candidates;
use super::{
    ConnectError, Connector, Degree, MULTIPLE, Pattern, Progress, Rows, Rule, SELF_CONNECTIONS, Stream,
    check_degree, count, entry,
};
use crate::ends::Ends;
use crate::law::{Choices, Law};

const NAME: &str = "fixed_outdegree";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Every pre-neuron makes exactly k synapses, onto post-neurons drawn uniformly.",
        &[count("k", "Synapses from each pre-neuron."), SELF_CONNECTIONS, MULTIPLE],
    ),
    make: |arguments| {
        Ok(Box::new(FixedOutdegree {
            k: arguments.whole(NAME, 0, "k", f64::from(u32::MAX))? as u32,
            self_connections: arguments.switch(NAME, 1, SELF_CONNECTIONS.name)?,
            multiple: arguments.switch(NAME, 2, MULTIPLE.name)?,
        }))
    },
};

/// Exactly `k` synapses from each pre-neuron.
#[derive(Clone, Copy, Debug)]
pub struct FixedOutdegree {
    /// Synapses from each pre-neuron.
    pub k: u32,
    /// Whether a neuron may meet itself.
    pub self_connections: bool,
    /// Whether a pair may be joined more than once.
    pub multiple: bool,
}

impl Rule for FixedOutdegree {
    fn check(&self, ends: &Ends) -> Result<(), ConnectError> {
        let excluded = u64::from(!self.self_connections && ends.self_pairs() > 0);
        let degree = Degree { k: self.k, multiple: self.multiple, asked: ends.n_pre() > 0 };
        check_degree(NAME, "post", degree, ends.n_post().saturating_sub(excluded))
    }

    fn scaled(&self, scale: Scale) -> Option<Vec<f64>> {
        let k = (f64::from(self.k) * scale.in_degrees).round();
        Some(vec![k, self.self_connections.into(), self.multiple.into()])
    }

    fn expected(&self, ends: &Ends) -> f64 {
        f64::from(self.k) * ends.n_pre() as f64
    }

    fn again(&self, _: &Ends) -> Result<f64, &'static str> {
        if self.multiple { Ok(0.0) } else { Err("`multiple = 0`") }
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        _: usize,
        _: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        if self.multiple {
            return Ok(Pattern::Law(Law::Choices(Choices::new(self.k, self.self_connections, ends, stream))));
        }
        Ok(Pattern::Rows(Box::new(Chosen { rule: self, ends, key: stream.key(Purpose::Connect) })))
    }
}

struct Chosen<'a> {
    rule: &'a FixedOutdegree,
    ends: &'a Ends,
    key: Key,
}

impl Rows for Chosen<'_> {
    fn row(&self, row: u32, targets: &mut Vec<u32>) {
        let hole = if self.rule.self_connections { None } else { self.ends.own_column(row) };
        let candidates = Candidates::new(self.ends.n_post(), hole);
        let (first, offset) = (targets.len(), self.ends.post.start as u32);
        candidates.without_repeats(self.key, u64::from(row), self.rule.k, offset, targets);
        targets[first..].sort_unstable();
    }
}
