//! One-hot encoder: the neuron whose number is the value fires, the others are silent.
//!
//! ```text
//! neuron k fires if round(value) = k: in the first step of a frame, and then every `interval` if that is given
//! ```
//!
//! Of several values, each has a row of neurons of its own, one row after the other; a value outside its row fires none.
//!
//! ```toml
//! [population.cue]
//! size   = 3
//! neuron = "one_hot_encoder"
//! params = { values = [2, 0, 1], frame = "100 ms", interval = "10 ms" }
//! ```
//!
//! Source: this project; `one_hot_fires_the_neuron_of_the_value` tests it.

use ecs_core::network::{Clock, SourcePlan, SpikeSource};
use ecs_core::registry::{Bound, Field};

use super::shown::{Shown, VALUES};
use crate::numbers::{one, steps};
use crate::show::SHOWN;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("interval", f64::INFINITY, "ms", "from spike to spike; left out: one spike in a frame")
        .within(Bound::Positive),
    Field::number("places", 1.0, "", "values of a frame; those of the environment, where one shows them")
        .within(Bound::Positive),
    SHOWN[0],
    SHOWN[1],
    SHOWN[2],
    VALUES[0],
    VALUES[1],
];

struct Encoder {
    shown: Shown,
    /// Steps from spike to spike.
    interval: u64,
    /// Neurons of a value.
    each: usize,
}

/// Makes the source.
///
/// # Errors
/// On values that are missing, given twice, not finite, or not as many as `places`; where neurons are not a multiple of `places`; and
/// on numbers that differ between neurons.
pub fn build(plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    let places = match plan.heard {
        Some(heard) => heard.width,
        None => one(plan, &PARAMS[1], 1)? as usize,
    };
    if places == 0 || !plan.size.is_multiple_of(places) {
        return Err(format!(
            "{} neurons for {places} values; a multiple of {places} is allowed",
            plan.size
        ));
    }
    let interval = steps(plan, &PARAMS[0], 0)?.max(1);
    Ok(Box::new(Encoder { shown: Shown::new(plan, 2, places)?, interval, each: plan.size / places }))
}

impl SpikeSource for Encoder {
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>) {
        let Some((moment, values)) = self.shown.at(clock.step) else { return };
        if !moment.within.is_multiple_of(self.interval) {
            return;
        }
        for (row, value) in values.iter().enumerate() {
            let value = value.round();
            if (0.0..self.each as f32).contains(&value) {
                spikes.push((row * self.each) as u32 + value as u32);
            }
        }
    }

    fn hear(&mut self, clock: &Clock, values: &[f64]) {
        self.shown.hear(clock, values);
    }
}
