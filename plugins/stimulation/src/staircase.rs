//! Staircase: a current that changes at certain steps and writes in these only.

use std::ops::Range;

use ecs_core::network::{Clock, Inbox, Reach, Stimulus, StimulusPlan};

use crate::numbers::step_of;
use crate::reached::add_each;

/// Levels, each from its own step to the next one's; 0 before the first.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    changes: Vec<u64>,
    levels: Vec<f64>,
}

impl Levels {
    /// Times in ms and levels, as many; `names` are the keys they stand at.
    pub(crate) fn new(times: &[f64], levels: &[f64], dt: f64, names: [&str; 2]) -> Result<Self, String> {
        let [time, level] = names;
        if times.len() != levels.len() || times.is_empty() {
            let (n, m) = (times.len(), levels.len());
            return Err(format!(
                "`{time}` has {n} entries and `{level}` {m}; lists of one length, 1 or more, are allowed"
            ));
        }
        if times[0] < 0.0 {
            return Err(format!("`{time}` begins with {} ms; times from 0 ms on are allowed", times[0]));
        }
        let changes: Vec<u64> = times.iter().map(|t| step_of(*t, dt)).collect();
        if let Some(k) = changes.windows(2).position(|w| w[0] >= w[1]) {
            let (a, b) = (times[k], times[k + 1]);
            return Err(format!(
                "`{time}`: {b} ms follows {a} ms; ascending times are allowed, a step of {dt} ms or more apart"
            ));
        }
        Ok(Self { changes, levels: levels.into() })
    }

    /// Whether a level begins.
    pub(crate) fn turns(&self, step: u64) -> bool {
        self.changes.binary_search(&step).is_ok()
    }

    /// The level of a step.
    pub(crate) fn at(&self, step: u64) -> f64 {
        let begun = self.changes.partition_point(|change| *change <= step);
        begun.checked_sub(1).map_or(0.0, |last| self.levels[last])
    }
}

/// One current for all neurons reached.
pub(crate) struct Staircase {
    reach: Reach,
    /// The step in which the run begins or goes on.
    begin: u64,
    levels: Levels,
}

impl Staircase {
    pub(crate) fn boxed(plan: &StimulusPlan, levels: Levels) -> Box<dyn Stimulus> {
        Box::new(Self { reach: plan.reach.clone(), begin: plan.clock.step, levels })
    }
}

impl Stimulus for Staircase {
    fn acts(&self, clock: &Clock) -> bool {
        clock.step == self.begin || self.levels.turns(clock.step)
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        let level = self.levels.at(clock.step);
        if level != 0.0 {
            add_each(&self.reach, shard, input, |_, _| level);
        }
    }
}
