//! What a projection will cost, before anything is built.

use crate::build::{Plan, Precision};
use crate::ends::Ends;
use crate::rules::Rule;

/// Expected size of a projection. Floating point, so that nothing overflows: good to 16 digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Expected synapses.
    pub synapses: f64,
    /// Expected bytes of the [`Csr`](crate::csr::Csr).
    pub bytes: f64,
}

/// Estimates `rule` between `ends`, of any size. A list of synapses that brings its own weights or delays is counted as if the
/// plan's laws were used.
#[must_use]
pub fn estimate(rule: &dyn Rule, ends: &Ends, plan: &Plan<'_>) -> Estimate {
    let synapses = rule.expected(ends);
    let target = if ends.post_size <= 1 << 16 { 2.0 } else { 4.0 };
    let [weights, delays] = plan.varies();
    let weight = match plan.precision {
        _ if !weights => 0.0,
        Precision::Single => 4.0,
        Precision::Double => 8.0,
    };
    let delay = if delays { 2.0 } else { 0.0 };
    let shards = plan.bounds.len().saturating_sub(1).max(1) as f64;
    let pointers = 8.0 * (ends.n_pre() as f64 * shards + 1.0) + 4.0 * plan.bounds.len() as f64;
    Estimate { synapses, bytes: synapses * (target + weight + delay) + pointers }
}
