//! What a projection will cost, before anything is built.

use ecs_core::network::ConnectPlan;
use ecs_core::random::Distribution;

use crate::blocks::{BLOCK, BLOCKS_PER_THREAD};
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
    let [target, weight, delay] = widths(ends, plan, synapses);
    let shards = plan.bounds.len().saturating_sub(1).max(1) as f64;
    let pointers = 8.0 * (ends.n_pre() as f64 * shards + 1.0) + 4.0 * plan.bounds.len() as f64;
    Estimate { synapses, bytes: synapses * (target + weight + delay) + pointers }
}

/// Bytes that making so many synapses needs besides those that it keeps: targets, weights and delays on their way, as they are drawn
/// and as they are stored; and, where weights learn in several shards, what was stored before it was dealt out to them.
#[must_use]
pub fn building(plan: &ConnectPlan<'_>, synapses: f64) -> f64 {
    let threads = plan.threads.max(1) as f64;
    let blocks = if plan.threads > 1 { BLOCKS_PER_THREAD * threads } else { 1.0 };
    let if_differing = |law: &Distribution, bytes| if law.constant().is_none() { bytes } else { 0.0 };
    let made = 4.0 + if_differing(&plan.weight, 8.0) + if_differing(&plan.delay, 10.0);
    let dealt = plan.plasticity.is_some() && plan.bounds.len() > 2;
    let narrow = plan.sizes.1 <= 1 << 16;
    let stored =
        if narrow { 2.0 } else { 4.0 } + if_differing(&plan.weight, if plan.double { 8.0 } else { 4.0 });
    synapses.min(blocks * BLOCK) * made + if dealt { synapses * stored } else { 0.0 }
}

/// Bytes of target, weight and delay of a stored synapse.
fn widths(ends: &Ends, plan: &Plan<'_>, synapses: f64) -> [f64; 3] {
    let target = if ends.post_size <= 1 << 16 { 2.0 } else { 4.0 };
    let [weights, delays] = plan.varies();
    let weight = match (weights, plan.precision) {
        (false, _) => 0.0,
        (true, Precision::Single) => 4.0,
        (true, Precision::Double) => 8.0,
    };
    let delay = match plan.delay.greatest_of(synapses) / plan.dt {
        _ if !delays => 0.0,
        steps if steps < 255.5 && plan.pairs[1].is_none() => 1.0,
        _ => 2.0,
    };
    [target, weight, delay]
}

/// How rows are stored, and why so.
pub(crate) fn rows(ends: &Ends, plan: &Plan<'_>, synapses: f64) -> String {
    let [target, weight, delay] = widths(ends, plan, synapses);
    let targets = if target == 2.0 { "(up to 65,536 neurons)" } else { "(more than 65,536 neurons)" };
    let weights = match weight {
        0.0 => "spikes counted (one weight)".to_owned(),
        bytes => format!("weights of {bytes} bytes, summed (they differ)"),
    };
    let delays = match delay {
        0.0 => "spikes kept until due (one delay)".to_owned(),
        1.0 => "delays of a byte through a ring of slots (they differ)".to_owned(),
        bytes => format!("delays of {bytes} bytes through a ring of slots (they differ)"),
    };
    format!(
        "rows of targets of {target} bytes {targets}, {weights}, {delays}: {} bytes a synapse",
        target + weight + delay
    )
}
