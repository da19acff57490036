//! Replay encoder: each value plays a pattern of spikes that is stored.
//!
//! ```text
//! pattern k: the spikes from k length to (k + 1) length of all that are stored
//! round(value) = k at the beginning of a frame: a spike at k length + t is played t after it
//! ```
//!
//! Spikes are stored as lists or as a file. A pattern is played once in a frame, and cut off where the frame is shorter; a value without a
//! pattern is silent. Times are rounded to steps.
//!
//! ```toml
//! [population.words]
//! size   = 2
//! neuron = "replay_encoder"
//! params = { neurons = [0, 1, 1], times = ["1 ms", "2 ms", "13 ms"], length = "10 ms", values = [1, 0], frame = "20 ms" }
//! ```
//!
//! Source: this project; `each_value_plays_its_pattern` tests it.

use ecs_core::network::{Clock, SourcePlan, SpikeSource};
use ecs_core::registry::{Bound, Field};

use super::shown::{Shown, VALUES};
use crate::numbers::{list, one, step_of};
use crate::show::SHOWN;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("length", f64::NAN, "ms", "how long a pattern is").within(Bound::Positive),
    SHOWN[0],
    SHOWN[1],
    SHOWN[2],
    Field::list("neurons", "", "the neuron of each stored spike"),
    Field::list("times", "ms", "when each stored spike is, all patterns one after the other").within(Bound::NonNegative),
    Field::file("patterns", "columns `neuron` and `time_ms`: the stored spikes, instead of the lists"),
    VALUES[0],
    VALUES[1],
];

struct Encoder {
    shown: Shown,
    /// Steps of a pattern.
    length: u64,
    /// Step and neuron of all stored spikes, ascending.
    stored: Vec<(u64, u32)>,
}

/// Makes the source.
///
/// # Errors
/// On spikes that are missing, given twice, of lists that differ in length, of neurons that the population does not have, at times that
/// are negative or not finite, or two of a neuron in one step; on a `length` below a step; and on values that are missing, given twice
/// or not finite.
pub fn build(plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    let (length, dt) = (one(plan, &PARAMS[0], 0)?, plan.clock.dt);
    if step_of(length, dt) == 0 {
        return Err(format!("`length` is {length} ms; a step of {dt} ms or more is allowed"));
    }
    let mut stored = Vec::new();
    for (entry, (neuron, time)) in spikes(plan)?.into_iter().enumerate() {
        let known = neuron.fract() == 0.0 && (0.0..plan.size as f64).contains(&neuron);
        if !known {
            return Err(format!("stored spike {entry} is of neuron {neuron}; 0 to {} are allowed", plan.size - 1));
        }
        if !(time.is_finite() && time >= 0.0) {
            return Err(format!("stored spike {entry} is at {time} ms; finite times from 0 ms on are allowed"));
        }
        stored.push((step_of(time, dt), neuron as u32));
    }
    stored.sort_unstable();
    if let Some(twice) = stored.windows(2).find(|pair| pair[0] == pair[1]) {
        let (step, neuron) = twice[0];
        return Err(format!(
            "neuron {neuron} is stored twice in step {step} ({} ms); once is allowed; lower `dt` or remove one",
            step as f64 * dt
        ));
    }
    Ok(Box::new(Encoder { shown: Shown::new(plan, 1, 1)?, length: step_of(length, dt), stored }))
}

/// Neuron and time in ms of all stored spikes.
fn spikes(plan: &SourcePlan) -> Result<Vec<(f64, f64)>, String> {
    let (neurons, times) = (list(plan, &PARAMS[4])?, list(plan, &PARAMS[5])?);
    if neurons.len() != times.len() {
        return Err(format!("`neurons` has {} entries and `times` {}; as many are allowed", neurons.len(), times.len()));
    }
    match (neurons.is_empty(), plan.events.is_empty()) {
        (true, true) => Err("no spikes are stored; give `neurons` and `times`, or `patterns`".into()),
        (false, false) => {
            Err("both lists and `patterns` are given; one of them is allowed; remove the other".into())
        }
        (false, true) => Ok(neurons.iter().copied().zip(times.iter().copied()).collect()),
        (true, false) => Ok(plan.events.iter().map(|(neuron, time)| (f64::from(*neuron), *time)).collect()),
    }
}

impl SpikeSource for Encoder {
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>) {
        let Some((moment, values)) = self.shown.at(clock.step) else { return };
        let pattern = f64::from(values[0].round());
        if moment.within >= self.length || pattern < 0.0 {
            return;
        }
        // Beyond the last pattern the cast holds, and nothing is stored there.
        let now = (pattern as u64).saturating_mul(self.length).saturating_add(moment.within);
        let due = &self.stored[self.stored.partition_point(|(step, _)| *step < now)..];
        spikes.extend(due.iter().take_while(|(step, _)| *step == now).map(|(_, neuron)| *neuron));
    }

    fn hear(&mut self, clock: &Clock, values: &[f64]) {
        self.shown.hear(clock, values);
    }
}
