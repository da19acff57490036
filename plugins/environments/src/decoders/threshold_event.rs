//! Threshold event: a group that fires enough switches its place on.
//!
//! ```text
//! action_k = 1 if group k fired at least `spikes` times in the tick, else 0
//! ```
//!
//! A single choice between two actions takes one group as well.
//!
//! Source: this project; `decoders_do_as_they_say` tests it.

use ecs_core::control::{Decoder, DecoderPlan, Seen};
use ecs_core::registry::{Bound, Field};

/// Its scenario table.
pub const PARAMS: &[Field] =
    &[Field::number("spikes", 1.0, "", "spikes of a group that switch it on").within(Bound::Positive)];

struct Threshold(f64);

/// Makes the decoder.
///
/// # Errors
/// Where there are not as many groups as places of the port.
pub fn build(plan: &DecoderPlan) -> Result<Box<dyn Decoder>, String> {
    let [spikes] = plan.given.numbers();
    if plan.groups != plan.width {
        return Err(super::as_many(plan));
    }
    Ok(Box::new(Threshold(spikes)))
}

impl Decoder for Threshold {
    fn decode(&mut self, seen: &Seen<'_>, action: &mut [f64]) {
        let on = |count: u32| f64::from(u8::from(f64::from(count) >= self.0));
        action.iter_mut().zip(seen.counts).for_each(|(action, count)| *action = on(*count));
    }
}
