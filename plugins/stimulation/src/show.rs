//! Show: which frame is shown when.

use ecs_core::registry::{Bound, Field};

use crate::numbers::{Given, flag, steps, switch};
use crate::window::START;

/// The row `frame`, default for ever.
pub(crate) const FRAME: Field =
    Field::number("frame", f64::INFINITY, "ms", "how long a frame is shown; 0: a step; left out: for ever")
        .within(Bound::NonNegative);
/// The row `repeat`, default off.
pub(crate) const REPEAT: Field = switch("repeat", "whether the first frame follows the last one");
/// The rows `start`, `frame` and `repeat`, in this order.
pub(crate) const SHOWN: [Field; 3] = [START, FRAME, REPEAT];

/// The time course of frames.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Show {
    /// The step of `start`.
    pub(crate) start: u64,
    /// Steps of a frame.
    pub(crate) every: u64,
    repeat: bool,
    frames: u64,
}

/// A step of a show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The frame that is shown, and the one shown before, if any.
    pub(crate) frame: usize,
    pub(crate) before: Option<usize>,
    /// Steps since the frame began.
    pub(crate) within: u64,
}

impl Show {
    /// From the three rows from `at` on.
    pub(crate) fn new<'a>(plan: impl Into<Given<'a>>, at: usize, frames: usize) -> Result<Self, String> {
        let plan = plan.into();
        Ok(Self {
            start: steps(plan, &START, at)?,
            every: steps(plan, &FRAME, at + 1)?.max(1),
            repeat: flag(plan, &REPEAT, at + 2)?,
            frames: frames as u64,
        })
    }

    /// What is shown in a step.
    pub(crate) fn at(&self, step: u64) -> Option<Moment> {
        let since = step.checked_sub(self.start)?;
        let shown = since / self.every;
        let before = shown.checked_sub(1).map(|before| (before % self.frames) as usize);
        let frame = (shown % self.frames) as usize;
        (self.repeat || shown < self.frames).then_some(Moment { frame, before, within: since % self.every })
    }
}
