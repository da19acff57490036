//! What a projection will cost, before anything is built.

use ecs_core::random::Distribution;

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
    let varies = |law: &Distribution| law.constant().is_none();
    let weight = match plan.precision {
        _ if !varies(&plan.weight) => 0.0,
        Precision::Single => 4.0,
        Precision::Double => 8.0,
    };
    let delay = match longest(&plan.delay, synapses) / plan.dt {
        _ if !varies(&plan.delay) => 0.0,
        steps if steps < 255.5 => 1.0,
        _ => 2.0,
    };
    let shards = plan.bounds.len().saturating_sub(1).max(1) as f64;
    let pointers = 8.0 * (ends.n_pre() as f64 * shards + 1.0) + 4.0 * plan.bounds.len() as f64;
    Estimate { synapses, bytes: synapses * (target + weight + delay) + pointers }
}

/// The longest of so many delays, in ms, that is to be expected.
fn longest(law: &Distribution, synapses: f64) -> f64 {
    // A normal exceeds this multiple of its deviation once in so many draws (Cramér 1946, 28.6.13, to first order).
    let reach = (2.0 * synapses.max(2.0).ln()).sqrt();
    match *law {
        Distribution::Constant(delay) => delay,
        Distribution::Uniform { hi, .. } => hi,
        Distribution::Normal { mean, sd, max, .. } => (mean + reach * sd).min(max),
        Distribution::LogNormal { mean, sd, max, .. } => {
            let spread = (sd / mean).powi(2).ln_1p();
            (mean.ln() - spread / 2.0 + reach * spread.sqrt()).exp().min(max)
        }
    }
}
