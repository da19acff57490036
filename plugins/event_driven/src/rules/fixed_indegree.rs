//! Every post-neuron receives exactly k synapses, from pre-neurons drawn uniformly.
//!
//! With repeats, and where no neuron is excluded, drawn by [`law::Slots`](crate::law::Slots). Otherwise column j takes its draws from
//! row j of `Connect`, and the columns are then transposed.

use ecs_core::network::Scale;
use ecs_core::random::{Key, Purpose};

use super::choice::Candidates;
use super::transpose::{Columns, transpose};
use super::{
    ConnectError, Connector, Degree, MULTIPLE, Pattern, Progress, Rule, SELF_CONNECTIONS, Stream,
    check_degree, count, entry,
};
use crate::ends::Ends;
use crate::law::{Law, Slots};

const NAME: &str = "fixed_indegree";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Every post-neuron receives exactly k synapses, from pre-neurons drawn uniformly.",
        &[count("k", "Synapses onto each post-neuron."), SELF_CONNECTIONS, MULTIPLE],
    ),
    make: |arguments| {
        Ok(Box::new(FixedIndegree {
            k: arguments.whole(NAME, 0, "k", f64::from(u32::MAX))? as u32,
            self_connections: arguments.switch(NAME, 1, SELF_CONNECTIONS.name)?,
            multiple: arguments.switch(NAME, 2, MULTIPLE.name)?,
        }))
    },
};

/// Exactly `k` synapses onto each post-neuron.
#[derive(Clone, Copy, Debug)]
pub struct FixedIndegree {
    /// Synapses onto each post-neuron.
    pub k: u32,
    /// Whether a neuron may meet itself.
    pub self_connections: bool,
    /// Whether a pair may be joined more than once.
    pub multiple: bool,
}

impl Rule for FixedIndegree {
    fn check(&self, ends: &Ends) -> Result<(), ConnectError> {
        let excluded = u64::from(!self.self_connections && ends.self_pairs() > 0);
        let degree = Degree { k: self.k, multiple: self.multiple, asked: ends.n_post() > 0 };
        check_degree(NAME, "pre", degree, ends.n_pre().saturating_sub(excluded))
    }

    fn scaled(&self, scale: Scale) -> Option<Vec<f64>> {
        let k = (f64::from(self.k) * scale.in_degrees).round();
        Some(vec![k, self.self_connections.into(), self.multiple.into()])
    }

    fn expected(&self, ends: &Ends) -> f64 {
        f64::from(self.k) * ends.n_post() as f64
    }

    fn preparation(&self, ends: &Ends) -> u64 {
        if self.again(ends).is_ok() { 0 } else { 2 * ends.n_post() }
    }

    fn again(&self, ends: &Ends) -> Result<f64, &'static str> {
        match () {
            () if !self.multiple => Err("`multiple = 0`"),
            () if !self.self_connections && ends.self_pairs() > 0 => Err("`self_connections = 0`"),
            () => Ok(Slots::expected_bytes(self.k, ends)),
        }
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        threads: usize,
        progress: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        if self.again(ends).is_ok() {
            return Ok(Pattern::Law(Law::Slots(Slots::new(self.k, ends, stream, threads)?)));
        }
        let sources = Sources { rule: self, ends, key: stream.key(Purpose::Connect) };
        Ok(Pattern::Whole(transpose(&sources, ends, progress)?))
    }
}

struct Sources<'a> {
    rule: &'a FixedIndegree,
    ends: &'a Ends,
    key: Key,
}

impl Columns for Sources<'_> {
    fn column(&self, column: u32, rows: &mut Vec<u32>) {
        let hole = if self.rule.self_connections { None } else { self.ends.own_row(column) };
        let candidates = Candidates::new(self.ends.n_pre(), hole);
        if self.rule.multiple {
            candidates.with_repeats(self.key, u64::from(column), u64::from(self.rule.k), 0, rows);
        } else {
            candidates.without_repeats(self.key, u64::from(column), self.rule.k, 0, rows);
        }
    }
}
