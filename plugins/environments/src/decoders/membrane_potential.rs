//! Membrane potential: what neurons hold is what is done.
//!
//! ```text
//! action_k = gain ⟨v⟩_k + offset      ⟨v⟩_k: mean of the watched variable over group k at the end of the tick
//! ```
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
}

/// Makes the decoder.
///
/// # Errors
/// Where there are not as many groups as places of the port.
pub fn build(plan: &DecoderPlan) -> Result<Box<dyn Decoder>, String> {
    let [gain, offset] = plan.given.numbers();
    if plan.groups != plan.width {
        return Err(super::as_many(plan));
    }
    Ok(Box::new(Held { gain, offset }))
}

impl Decoder for Held {
    fn decode(&mut self, seen: &Seen<'_>, action: &mut [f64]) {
        action.iter_mut().zip(seen.state).for_each(|(action, v)| *action = self.gain * v + self.offset);
    }
}
