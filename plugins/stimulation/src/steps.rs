//! Steps: a current that changes at given times.
//!
//! ```text
//! i(t) = amplitudes[k]      times[k] ≤ t < times[k + 1], to the nearest steps; 0 before times[0]
//! ```
//!
//! Writes at the changes only. Source: NEST 3, `step_current_generator`.

use std::ops::Range;

use ecs_core::network::{Clock, Inbox, Reach, Stimulus, StimulusPlan};
use ecs_core::registry::{Bound, Drive, Field};

use crate::numbers::list;
use crate::reached::add_each;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::list("times", "ms", "when the current changes, ascending").within(Bound::NonNegative),
    Field::list("amplitudes", "input", "what it changes to, one for each time"),
];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

struct Steps {
    reach: Reach,
    /// The step in which the run begins or goes on.
    begin: u64,
    /// Steps of the changes.
    changes: Vec<u64>,
    amplitudes: Vec<f64>,
}

/// Makes the stimulus.
///
/// # Errors
/// On lists of different lengths, numbers that are not finite, and times that do not ascend by at least a step.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    let (times, amplitudes) = (list(plan, &PARAMS[0])?, list(plan, &PARAMS[1])?);
    if times.len() != amplitudes.len() || times.is_empty() {
        let (n, m) = (times.len(), amplitudes.len());
        return Err(format!(
            "`times` has {n} entries and `amplitudes` {m}; lists of one length, 1 or more, are allowed"
        ));
    }
    if times[0] < 0.0 {
        return Err(format!("`times` begins with {} ms; times from 0 ms on are allowed", times[0]));
    }
    let dt = plan.clock.dt;
    let changes: Vec<u64> = times.iter().map(|t| (t / dt).round() as u64).collect();
    if let Some(k) = changes.windows(2).position(|w| w[0] >= w[1]) {
        let (a, b) = (times[k], times[k + 1]);
        return Err(format!(
            "`times`: {b} ms follows {a} ms; ascending times are allowed, a step of {dt} ms or more apart"
        ));
    }
    Ok(Box::new(Steps {
        reach: plan.reach.clone(),
        begin: plan.clock.step,
        changes,
        amplitudes: amplitudes.into(),
    }))
}

impl Stimulus for Steps {
    fn acts(&self, clock: &Clock) -> bool {
        clock.step == self.begin || self.changes.binary_search(&clock.step).is_ok()
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        let changed = self.changes.partition_point(|change| *change <= clock.step);
        if let Some(last) = changed.checked_sub(1) {
            add_each(&self.reach, shard, input, |_, _| self.amplitudes[last]);
        }
    }
}
