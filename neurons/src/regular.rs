//! Regular source: neurons that fire at equal intervals.
//!
//! ```text
//! spikes at start, start + T, start + 2 T, ...      T = 1 / rate
//! ```
//!
//! Source: this project; `sources_fire_at_their_times` tests it. Departure: `start` and `T` are rounded to whole steps.

use ecs_core::network::{Clock, SourcePlan, SpikeSource};
use ecs_core::registry::{Bound, Field};

use crate::poisson::spikes_per_step;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("rate", f64::NAN, "Hz", "spikes of a neuron per second; 0 is silent")
        .within(Bound::NonNegative),
    Field::number("start", 0.0, "ms", "time of the first spike: the phase").within(Bound::NonNegative),
];

/// Steps of a neuron's spikes.
struct Train {
    first: u64,
    /// Steps from spike to spike; None for silence.
    interval: Option<u64>,
}

impl Train {
    fn fires(&self, step: u64) -> bool {
        let since = step.checked_sub(self.first);
        self.interval.zip(since).is_some_and(|(interval, since)| since.is_multiple_of(interval))
    }
}

/// One train for all, or `[neuron]`.
struct Regular {
    size: u32,
    trains: Vec<Train>,
}

/// Makes the source.
///
/// # Errors
/// On rates above one spike in a step, on numbers that are negative or not finite, and where there are not as many as neurons.
pub fn build(plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    let (rates, starts) = (&plan.params[0], &plan.params[1]);
    let lengths = [rates.as_slice().len(), starts.as_slice().len()];
    if let Some(wrong) = lengths.into_iter().find(|n| ![1, plan.size].contains(n)) {
        return Err(format!(
            "a parameter has {wrong} values; one, or one for each of {} neurons, is allowed",
            plan.size
        ));
    }
    let dt = plan.clock.dt;
    let train = |k| {
        let (events, start) = (spikes_per_step(k, rates.at(k), dt)?, starts.at(k));
        if !(start.is_finite() && start >= 0.0) {
            return Err(format!("neuron {k}: `start` is {start} ms; a time from 0 on is allowed"));
        }
        let interval = (events > 0.0).then(|| (1.0 / events).round() as u64);
        Ok(Train { first: (start / dt).round() as u64, interval })
    };
    let trains = (0..lengths[0].max(lengths[1])).map(train).collect::<Result<_, String>>()?;
    Ok(Box::new(Regular { size: plan.size as u32, trains }))
}

impl SpikeSource for Regular {
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>) {
        match self.trains.as_slice() {
            [all] if all.fires(clock.step) => spikes.extend(0..self.size),
            [_] => {}
            each => {
                spikes.extend((0..self.size).zip(each).filter(|(_, t)| t.fires(clock.step)).map(|(k, _)| k))
            }
        }
    }
}
