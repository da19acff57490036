//! Shown: the values that an encoder gets, and when it gets them.

use ecs_core::network::{Frames, SourcePlan};
use ecs_core::registry::Field;

use crate::numbers::{list, one};
use crate::show::{Moment, Show};

/// The rows `values` and `file`, in this order.
pub(crate) const VALUES: [Field; 2] = [
    Field::list("values", "", "the values of all frames, one frame after the other"),
    Field::frames("file", "values `[frame, neuron]`: `.npy`, `.npz` with one array, or a table"),
];
/// The row `min_val`, default 0.
pub(crate) const MIN_VAL: Field = Field::number("min_val", 0.0, "", "the value that is encoded as 0");
/// The row `max_val`, default 1.
pub(crate) const MAX_VAL: Field = Field::number("max_val", 1.0, "", "the value that is encoded as 1");

/// Frames in time.
pub(crate) struct Shown {
    frames: Frames,
    pub(crate) show: Show,
}

impl Shown {
    /// From `values` or `file`, with `width` places in a frame, and the three rows of the time course from `at` on.
    pub(crate) fn new(plan: &SourcePlan, at: usize, width: usize) -> Result<Self, String> {
        let values = list(plan, &VALUES[0])?;
        let frames = match (values.is_empty(), plan.frames.is_empty()) {
            (false, false) => {
                return Err(
                    "both `values` and `file` are given; one of them is allowed; remove the other".into()
                );
            }
            (true, true) => {
                return Err(
                    "`values` and `file` are missing; one of them is needed: what the encoder encodes".into(),
                );
            }
            (true, false) => plan.frames.clone(),
            (false, true) => Frames::new(values.iter().map(|x| *x as f32).collect(), width)
                .map_err(|found| format!("`values`: {found}"))?,
        };
        if frames.width() != width {
            return Err(format!(
                "`file` has frames of {} places; {width}, one for each neuron, are allowed",
                frames.width()
            ));
        }
        let show = Show::new(plan, at, frames.len())?;
        Ok(Self { frames, show })
    }

    /// The moment of a step with the values that are shown.
    pub(crate) fn at(&self, step: u64) -> Option<(Moment, &[f32])> {
        self.show.at(step).map(|moment| (moment, self.frames.at(moment.frame)))
    }

    /// A frame.
    pub(crate) fn frame(&self, k: usize) -> &[f32] {
        self.frames.at(k)
    }
}

/// Brings values to the range from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    min: f64,
    width: f64,
}

impl Scale {
    /// From rows `at` and `at + 1` of the plan.
    pub(crate) fn new(plan: &SourcePlan, at: usize) -> Result<Self, String> {
        let (min, max) = (one(plan, &MIN_VAL, at)?, one(plan, &MAX_VAL, at + 1)?);
        if min < max {
            return Ok(Self { min, width: max - min });
        }
        Err(format!("`min_val` = {min} is not below `max_val` = {max}; exchange them"))
    }

    /// (value − min_val) / (max_val − min_val).
    pub(crate) fn of(&self, value: f32) -> f64 {
        (f64::from(value) - self.min) / self.width
    }
}
