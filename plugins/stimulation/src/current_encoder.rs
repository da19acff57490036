//! Current encoder: a current in proportion to what an environment shows, held from tick to tick.
//!
//! ```text
//! i = gain value + offset, held from `least` to `most`
//! ```
//!
//! One value reaches all neurons; otherwise there is one for each. Writes at ticks only. Only `[[env.sense]]` can name it.
//!
//! Source: this project; `a_current_follows_the_observation` tests it.

use std::ops::Range;

use ecs_core::network::{Clock, Inbox, Reach, Stimulus, StimulusPlan};
use ecs_core::registry::{Drive, Field};

use crate::numbers::one;
use crate::reached::add_each;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("gain", f64::NAN, "input", "current at the value 1"),
    Field::number("offset", 0.0, "input", "current at the value 0"),
    Field::number("least", f64::NEG_INFINITY, "input", "currents below are raised to it"),
    Field::number("most", f64::INFINITY, "input", "currents above are lowered to it"),
];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

struct Encoder {
    reach: Reach,
    gain: f64,
    offset: f64,
    bounds: [f64; 2],
    values: Vec<f64>,
    /// The step of the last tick.
    told: u64,
}

/// Makes the stimulus.
///
/// # Errors
/// Where no environment shows anything; on values that are neither one nor as many as neurons; on bounds that are no range; and on
/// numbers that differ between neurons.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    let heard = plan.heard.ok_or("no environment shows it anything; name it in `[[env.sense]]`")?;
    if heard.width != 1 && heard.width != plan.reach.len() {
        return Err(format!(
            "{} values come from the environment; 1, or {}, one for each neuron, are allowed",
            heard.width,
            plan.reach.len()
        ));
    }
    let bound = |k: usize| plan.params[k].uniform().filter(|x| !x.is_nan());
    let (least, most) = bound(2).zip(bound(3)).ok_or("`least` and `most` are one number each")?;
    if least > most {
        return Err(format!("`least` = {least} is above `most` = {most}; exchange them"));
    }
    Ok(Box::new(Encoder {
        reach: plan.reach.clone(),
        gain: one(plan, &PARAMS[0], 0)?,
        offset: one(plan, &PARAMS[1], 1)?,
        bounds: [least, most],
        values: vec![0.0; heard.width],
        told: u64::MAX,
    }))
}

impl Stimulus for Encoder {
    fn hear(&mut self, clock: &Clock, values: &[f64]) {
        self.values.copy_from_slice(values);
        self.told = clock.step;
    }

    fn acts(&self, clock: &Clock) -> bool {
        clock.step == self.told
    }

    fn add(&self, _: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        let [least, most] = self.bounds;
        let current = |k: usize| (self.gain * self.values[k] + self.offset).clamp(least, most);
        match self.values.len() {
            1 => add_each(&self.reach, shard, input, |_, _| current(0)),
            _ => add_each(&self.reach, shard, input, |at, _| current(at)),
        }
    }
}
