//! First to spike: the group that fires first chooses.
//!
//! ```text
//! action = the group with the earliest spike of the tick; of equals the first; without a spike the one chosen before
//! ```
//!
//! Source: Thorpe & Gautrais (1998), Rank order coding, in Computational Neuroscience, 113-118,
//! <https://doi.org/10.1007/978-1-4615-4831-7_19>.

use ecs_core::control::{Decoder, DecoderPlan, Domain, Seen};
use ecs_core::registry::Field;

/// Its scenario table.
pub const PARAMS: &[Field] = &[];

struct First;

/// Makes the decoder.
///
/// # Errors
/// Where the port is no single choice among as many as there are groups.
pub fn build(plan: &DecoderPlan) -> Result<Box<dyn Decoder>, String> {
    match &plan.domain {
        Domain::Discrete(choices) if *choices == [plan.groups as u32] => Ok(Box::new(First)),
        _ => Err(format!(
            "the port is no single choice among {} actions, one for each group of neurons",
            plan.groups
        )),
    }
}

impl Decoder for First {
    fn decode(&mut self, seen: &Seen<'_>, action: &mut [f64]) {
        let earliest = (0..).zip(seen.first).filter(|(_, step)| **step != u32::MAX).min_by_key(|(_, step)| **step);
        if let Some((group, _)) = earliest {
            action[0] = f64::from(group);
        }
    }
}
