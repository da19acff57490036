//! Argmax of counts: the group that fired most chooses.
//!
//! ```text
//! action = the group with the most spikes per neuron; of equals the one chosen before, else the first
//! ```
//!
//! A tick without a spike changes nothing.
//!
//! Source: Wunderlich et al. (2019), Frontiers in Neuroscience 13, 260, <https://doi.org/10.3389/fnins.2019.00260>; NEST `pong`.

use ecs_core::control::{Decoder, DecoderPlan, Domain, Seen};
use ecs_core::registry::Field;

/// Its scenario table.
pub const PARAMS: &[Field] = &[];

struct Argmax;

/// Makes the decoder.
///
/// # Errors
/// Where the port is no single choice among as many as there are groups.
pub fn build(plan: &DecoderPlan) -> Result<Box<dyn Decoder>, String> {
    match &plan.domain {
        Domain::Discrete(choices) if *choices == [plan.groups as u32] => Ok(Box::new(Argmax)),
        Domain::Discrete(choices) if choices.len() == 1 => Err(format!(
            "{} groups of neurons choose among {} actions; as many groups as actions are allowed",
            plan.groups, choices[0]
        )),
        _ => Err("the port is no single choice; `argmax_count` chooses one action; use `weighted_count`".to_owned()),
    }
}

impl Decoder for Argmax {
    fn decode(&mut self, seen: &Seen<'_>, action: &mut [f64]) {
        let rate = |group: usize| f64::from(seen.counts[group]) / f64::from(seen.sizes[group].max(1));
        let mut best = action[0] as usize;
        for group in 0..seen.counts.len() {
            if rate(group) > rate(best) {
                best = group;
            }
        }
        action[0] = best as f64;
    }
}
