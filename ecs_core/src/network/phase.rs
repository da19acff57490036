//! Phase: the order of work within a step, and the delay it implies.
//!
//! Step n takes the network from t = n dt to (n + 1) dt. A spike found at its end belongs to step n and carries the time
//! n dt; with a delay of k ≥ 1 steps it acts at the beginning of step n + k, which is n dt plus the delay.

use bevy_ecs::prelude::*;
use bevy_ecs::schedule::ScheduleLabel;

/// The schedule of one step.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Step;

/// The schedule of systems that need no step resolution; it runs at an interval, after a step.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Observe;

/// The parts of a step, in this order.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Environments act and markers are set; what is silenced or clamped here is so in this very step.
    Control,
    /// Stimuli write currents and events for t = n dt.
    Stimulate,
    /// Spikes of step n − k, with delay k, reach their targets.
    Deliver,
    /// Receptors and neurons advance from n dt to (n + 1) dt, and the condition to fire is tested.
    Integrate,
    /// The spikes of step n become known.
    Fire,
    /// Systems that react to the spikes of step n.
    Propagate,
    /// Plasticity.
    Learn,
    /// Recorders read the spikes of step n and the state at (n + 1) dt.
    Record,
}

impl Phase {
    /// All, in order.
    pub const ALL: [Phase; 8] = [
        Phase::Control,
        Phase::Stimulate,
        Phase::Deliver,
        Phase::Integrate,
        Phase::Fire,
        Phase::Propagate,
        Phase::Learn,
        Phase::Record,
    ];
}

/// Time, as a count of steps.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// The step being run, or the next one.
    pub step: u64,
    /// Length of a step, in ms.
    pub dt: f64,
    /// Seed of the run.
    pub seed: u64,
}

impl Clock {
    /// Start of the step, in ms; computed, never summed up.
    pub fn time(&self) -> f64 {
        self.step as f64 * self.dt
    }
}
