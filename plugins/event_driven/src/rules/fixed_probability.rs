//! Every pair is joined with probability p, independently of all others (Bernoulli, Erdos-Renyi).
//!
//! Drawn by [`law::Gaps`](crate::law::Gaps). Self connections are left out after drawing, which leaves all other pairs independent.

use ecs_core::network::Scale;
use ecs_core::registry::{Bound, Field};

use super::{ConnectError, Connector, Pattern, Progress, Rule, SELF_CONNECTIONS, Stream, count, entry};
use crate::ends::Ends;
use crate::law::{Gaps, Law};

const NAME: &str = "fixed_probability";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Every pair is joined with probability p, independently of all others.",
        &[
            Field { bound: Bound::Fraction, ..count("p", "Probability that a pair is joined.") },
            SELF_CONNECTIONS,
        ],
    ),
    make: |arguments| {
        let p = arguments.numbers.first().copied().unwrap_or(f64::NAN);
        let self_connections = arguments.switch(NAME, 1, SELF_CONNECTIONS.name)?;
        Ok(Box::new(FixedProbability { p, self_connections }))
    },
};

/// Every pair with probability `p`.
#[derive(Clone, Copy, Debug)]
pub struct FixedProbability {
    /// Probability that a pair is joined.
    pub p: f64,
    /// Whether a neuron may meet itself.
    pub self_connections: bool,
}

impl Rule for FixedProbability {
    fn check(&self, _: &Ends) -> Result<(), ConnectError> {
        if (0.0..=1.0).contains(&self.p) {
            Ok(())
        } else {
            Err(ConnectError::Probability { rule: NAME, found: self.p })
        }
    }

    fn scaled(&self, scale: Scale) -> Option<Vec<f64>> {
        Some(vec![self.p * scale.in_degrees / scale.neurons, self.self_connections.into()])
    }

    fn expected(&self, ends: &Ends) -> f64 {
        let excluded = if self.self_connections { 0 } else { ends.self_pairs() };
        self.p * (ends.pairs() - excluded as f64)
    }

    fn again(&self, _: &Ends) -> Result<f64, &'static str> {
        Ok(0.0)
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        _: usize,
        _: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        Ok(Pattern::Law(Law::Gaps(Gaps::new(self.p, self.self_connections, ends, stream))))
    }
}
