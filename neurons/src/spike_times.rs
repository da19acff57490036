//! Spike times: neurons that fire when told to, by a list for all of them or a file for each.
//!
//! ```text
//! a time t is the spike of step round(t / dt), which carries the time n dt
//! ```
//!
//! Source: this project; `sources_fire_at_their_times` tests it.

use ecs_core::network::{Clock, SourcePlan, SpikeSource};
use ecs_core::registry::Field;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::list("times", "ms", "when all neurons fire"),
    Field::file("file", "columns `neuron` and `time_ms`: when each neuron fires"),
];

struct SpikeTimes {
    size: u32,
    /// Steps in which all fire, ascending.
    all: Vec<u64>,
    /// Step and neuron, ascending.
    each: Vec<(u64, u32)>,
}

/// Makes the source.
///
/// # Errors
/// On both a list and a file, on times that are negative or not finite, on neurons the population does not have, and on two
/// spikes of a neuron in one step.
pub fn build(plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    let times = plan.lists.iter().find(|(name, _)| *name == "times").map_or(&[][..], |(_, times)| times);
    if !times.is_empty() && !plan.events.is_empty() {
        return Err("both `times` and `file` are given; one of them is allowed; remove the other".into());
    }
    let step = |time: f64| {
        let step = (time / plan.clock.dt).round();
        // Beyond 2⁵³ steps are no longer told apart.
        if time >= 0.0 && step < 2f64.powi(53) { Some(step as u64) } else { None }
    };
    let bad = |entry, time| format!("time {entry} is {time} ms; finite times from 0 ms on are allowed");
    let mut all = Vec::with_capacity(times.len());
    for (entry, &time) in times.iter().enumerate() {
        all.push(step(time).ok_or_else(|| bad(entry, time))?);
    }
    let mut each = Vec::with_capacity(plan.events.len());
    for (entry, &(neuron, time)) in plan.events.iter().enumerate() {
        if neuron as usize >= plan.size {
            let n = plan.size;
            return Err(format!(
                "row {entry} names neuron {neuron}; the population has {n}, counted from 0; correct the file"
            ));
        }
        each.push((step(time).ok_or_else(|| bad(entry, time))?, neuron));
    }
    all.sort_unstable();
    each.sort_unstable();
    let twice = all.windows(2).find(|w| w[0] == w[1]).map(|w| (w[0], 0));
    if let Some((step, neuron)) = twice.or_else(|| each.windows(2).find(|w| w[0] == w[1]).map(|w| w[0])) {
        let time = step as f64 * plan.clock.dt;
        return Err(format!(
            "neuron {neuron} fires twice in step {step} ({time} ms); once is allowed; lower `dt` or remove one"
        ));
    }
    Ok(Box::new(SpikeTimes { size: plan.size as u32, all, each }))
}

impl SpikeSource for SpikeTimes {
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>) {
        if self.all.binary_search(&clock.step).is_ok() {
            spikes.extend(0..self.size);
        }
        let due = &self.each[self.each.partition_point(|(step, _)| *step < clock.step)..];
        spikes.extend(due.iter().take_while(|(step, _)| *step == clock.step).map(|(_, neuron)| *neuron));
    }
}
