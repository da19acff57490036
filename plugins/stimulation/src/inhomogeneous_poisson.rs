//! Inhomogeneous Poisson: events at random times, at a rate that changes at given times, independent for each neuron.
//!
//! ```text
//! rate(t) = rates[k]      times[k] ≤ t < times[k + 1], to the nearest steps; 0 before times[0]
//! events of a neuron in a step ~ Poisson(rate dt), all acting at the beginning of the step
//! ```
//!
//! The cost follows the highest rate; steps of rate 0 cost nothing. The file `events.rs` says how events are drawn.
//!
//! ```toml
//! [[stimulus]]
//! to     = "cells"
//! kind   = "inhomogeneous_poisson"
//! times  = ["0 ms", "20 ms", "30 ms"]
//! rates  = ["5 kHz", "20 kHz", "0 Hz"]
//! weight = "0.5 mV"
//! ```
//!
//! Source: NEST 3, `inhomogeneous_poisson_generator`.

use ecs_core::model::{Instructions, instructions};
use ecs_core::network::{Stimulus, StimulusPlan};
use ecs_core::registry::{Bound, Drive, Field};

use crate::modulated::{Modulated, Rate};
use crate::numbers::list;
use crate::staircase::Levels;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::list("times", "ms", "when the rate changes, ascending").within(Bound::NonNegative),
    Field::list("rates", "Hz", "what it changes to, one for each time").within(Bound::NonNegative),
];
/// It makes events.
pub const DRIVE: Option<Drive> = None;

impl Rate for Levels {
    fn at(&self, step: u64) -> f64 {
        Self::at(self, step)
    }
}

/// Makes the stimulus.
///
/// # Errors
/// On lists of different lengths, numbers that are not finite, times that do not ascend by at least a step, rates that are
/// negative or above 10 000 events in a step, and a weight that is not finite.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    build_for(plan, instructions())
}

/// The same for an instruction set that this machine has.
///
/// # Errors
/// Those of [`build`].
pub fn build_for(plan: &StimulusPlan, level: Instructions) -> Result<Box<dyn Stimulus>, String> {
    let (times, rates) = (list(plan, &PARAMS[0])?, list(plan, &PARAMS[1])?);
    if let Some((entry, rate)) = rates.iter().enumerate().find(|(_, rate)| **rate < 0.0) {
        return Err(format!("`rates`: entry {entry} is {rate} Hz; rates from 0 Hz on are allowed"));
    }
    let highest = rates.iter().copied().fold(0.0, f64::max);
    let rate = Levels::new(times, rates, plan.clock.dt, ["times", "rates"])?;
    Ok(Box::new(Modulated::new(plan, level, rate, highest, "`rates`")?))
}
