//! Window: the steps in which a stimulus is on, from `start` up to `stop`, rounded to the nearest steps.

use ecs_core::registry::{Bound, Field};

use crate::numbers::{Given, steps};

/// The row `start`, default 0 ms.
pub(crate) const START: Field =
    Field::number("start", 0.0, "ms", "when it begins").within(Bound::NonNegative);
/// The row `stop`, default never.
pub(crate) const STOP: Field =
    Field::number("stop", f64::INFINITY, "ms", "when it has ended; left out: never")
        .within(Bound::NonNegative);

/// Steps, the last one not included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// The step of `start`.
    pub(crate) start: u64,
    pub(crate) stop: u64,
    /// The step in which the run begins or goes on.
    begin: u64,
}

impl Window {
    /// From rows `at` and `at + 1` of the plan.
    pub(crate) fn new<'a>(plan: impl Into<Given<'a>>, at: usize) -> Result<Self, String> {
        let plan = plan.into();
        let (start, stop) = (steps(plan, &START, at)?, steps(plan, &STOP, at + 1)?);
        if start > stop {
            let (start, stop) = (plan.params[at].at(0), plan.params[at + 1].at(0));
            return Err(format!("`start` = {start} ms lies after `stop` = {stop} ms; exchange them"));
        }
        Ok(Self { start, stop, begin: plan.clock.step })
    }

    /// Whether the stimulus is on.
    pub(crate) fn contains(&self, step: u64) -> bool {
        (self.start..self.stop).contains(&step)
    }

    /// Whether a constant current has to be written.
    pub(crate) fn turns(&self, step: u64) -> bool {
        [self.begin, self.start, self.stop].contains(&step)
    }
}
