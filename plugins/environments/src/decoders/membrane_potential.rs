//! Membrane potential: what neurons hold is what is done.
//!
//! ```text
//! action_k = gain ⟨v⟩_k + offset      ⟨v⟩_k: mean of the watched variable over group k at the end of the tick
//! ```
//!
//! There are as many groups as places, or two for each place: then ⟨v⟩ of the first less that of the second.
//!
//! Source: Neurorobotics Platform, transfer functions that read `leaky_integrator` devices, asked for of NEST in
//! <https://github.com/nest/nest-simulator/issues/239>.

use ecs_core::control::{Decoder, DecoderPlan, Seen};
use ecs_core::registry::Field;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("gain", 1.0, "", "action for each unit of the variable"),
    Field::number("offset", 0.0, "", "action where the variable is 0"),
];

struct Held {
    gain: f64,
    offset: f64,
    /// Whether each place has two groups, of which the second counts against the first.
    opposed: bool,
}

/// Makes the decoder.
///
/// # Errors
/// Where there are not as many groups as places of the port, or twice as many.
pub fn build(plan: &DecoderPlan) -> Result<Box<dyn Decoder>, String> {
    let [gain, offset] = plan.given.numbers();
    match plan.groups {
        groups if groups == plan.width => Ok(Box::new(Held { gain, offset, opposed: false })),
        groups if groups == 2 * plan.width => Ok(Box::new(Held { gain, offset, opposed: true })),
        _ => Err(super::as_many(plan)),
    }
}

impl Decoder for Held {
    fn decode(&mut self, seen: &Seen<'_>, action: &mut [f64]) {
        for (k, action) in action.iter_mut().enumerate() {
            let v = match self.opposed {
                true => seen.state[2 * k] - seen.state[2 * k + 1],
                false => seen.state[k],
            };
            *action = self.gain * v + self.offset;
        }
    }
}
