//! Sinusoidal Poisson: events at random times, at a rate that goes up and down, independent for each neuron.
//!
//! ```text
//! rate(t) = max(0, rate + amplitude sin(2π frequency (t − start) + phase))      start ≤ t < stop, to the nearest steps
//! events of a neuron in a step ~ Poisson(∫ rate dt), all acting at the beginning of the step
//! ```
//!
//! The integral over a step is exact, but for steps in which the rate meets 0: there it is that of the line before the cut, and
//! 0 where that is negative. The file `events.rs` says how events are drawn.
//!
//! ```toml
//! [[stimulus]]
//! to        = "cells"
//! kind      = "sinusoidal_poisson"
//! rate      = "10 kHz"
//! amplitude = "5 kHz"
//! frequency = "8 Hz"
//! weight    = "0.5 mV"
//! ```
//!
//! Source: NEST 3, `sinusoidal_poisson_generator` with `individual_spike_trains`. Departure: NEST takes the rate at the end of a step,
//! counts the phase from 0 ms, and refuses an `amplitude` above `rate`.

use std::f64::consts::PI;

use ecs_core::model::{Instructions, instructions};
use ecs_core::network::{Stimulus, StimulusPlan};
use ecs_core::registry::{Bound, Drive, Field};

use crate::modulated::{Modulated, Rate};
use crate::numbers::one;
use crate::turn::{sine, turns};
use crate::window::{START, STOP, Window};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("rate", f64::NAN, "Hz", "mean rate of events to a neuron").within(Bound::NonNegative),
    Field::number("amplitude", f64::NAN, "Hz", "half the distance from trough to crest")
        .within(Bound::NonNegative),
    Field::number("frequency", f64::NAN, "Hz", "periods per second").within(Bound::NonNegative),
    Field::number("phase", 0.0, "", "phase at `start`, in degrees"),
    START,
    STOP,
];
/// It makes events.
pub const DRIVE: Option<Drive> = None;

struct Wave {
    rate: f64,
    /// Of the mean over a step.
    amplitude: f64,
    frequency: f64,
    phase: f64,
    window: Window,
    dt: f64,
}

/// Makes the stimulus.
///
/// # Errors
/// On numbers that are negative, not finite, or differ between neurons, on more than 10 000 events in a step, on a `stop` before
/// `start`, and on a weight that is not finite.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    build_for(plan, instructions())
}

/// The same for an instruction set that this machine has.
///
/// # Errors
/// Those of [`build`].
pub fn build_for(plan: &StimulusPlan, level: Instructions) -> Result<Box<dyn Stimulus>, String> {
    let [rate, amplitude, frequency, phase] = std::array::from_fn(|at| one(plan, &PARAMS[at], at));
    let (rate, amplitude, frequency, phase) = (rate?, amplitude?, frequency?, phase?);
    let (window, dt) = (Window::new(plan, 4)?, plan.clock.dt);
    // The mean of a sine over a step is the sine at its middle times sin(x) / x.
    let half = frequency * 1e-3 * dt / 2.0;
    let flattened = if half == 0.0 { 1.0 } else { sine(half) / (2.0 * PI * half) };
    let wave = Wave { rate, amplitude: amplitude * flattened, frequency, phase, window, dt };
    Ok(Box::new(Modulated::new(plan, level, wave, rate + amplitude, "`rate` and `amplitude`")?))
}

impl Rate for Wave {
    fn at(&self, step: u64) -> f64 {
        if !self.window.contains(step) {
            return 0.0;
        }
        let time = ((step - self.window.start) as f64 + 0.5) * self.dt;
        (self.rate + self.amplitude * sine(turns(self.frequency, time, self.phase))).max(0.0)
    }
}
