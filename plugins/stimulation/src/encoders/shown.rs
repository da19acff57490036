//! Shown: the values that an encoder gets, and when it gets them: frames of the scenario, or what an environment shows tick by tick.

use ecs_core::network::{Clock, Frames, Heard, SourcePlan};
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
pub(crate) enum Shown {
    /// Of the scenario.
    Given { frames: Frames, show: Show },
    /// Of an environment.
    Told(Told),
}

impl Shown {
    /// From an environment, `values` or `file`, with `width` places in a frame, and the three rows of the time course from `at` on.
    pub(crate) fn new(plan: &SourcePlan, at: usize, width: usize) -> Result<Self, String> {
        let values = list(plan, &VALUES[0])?;
        if let Some(heard) = plan.heard {
            if !values.is_empty() || !plan.frames.is_empty() {
                return Err("an environment and `values` or `file` both say what is encoded; one of them is allowed; remove the other"
                    .into());
            }
            return Told::new(heard, width).map(Self::Told);
        }
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
        Ok(Self::Given { frames, show })
    }

    /// The moment of a step with the values that are shown.
    pub(crate) fn at(&self, step: u64) -> Option<(Moment, &[f32])> {
        match self {
            Self::Given { frames, show } => show.at(step).map(|moment| (moment, frames.at(moment.frame))),
            Self::Told(told) => told.at(step).map(|moment| (moment, told.frame(moment.frame))),
        }
    }

    /// A frame; of those that an environment tells, this or the last.
    pub(crate) fn frame(&self, k: usize) -> &[f32] {
        match self {
            Self::Given { frames, .. } => frames.at(k),
            Self::Told(told) => told.frame(k),
        }
    }

    /// Takes note of what an environment tells.
    pub(crate) fn hear(&mut self, clock: &Clock, values: &[f64]) {
        if let Self::Told(told) = self {
            told.hear(clock, values);
        }
    }
}

/// Values of this tick and of the one before; a tick is a frame.
pub(crate) struct Told {
    rows: [Vec<f32>; 2],
    every: u64,
    /// Ticks that were told.
    ticks: u64,
    /// The step of the last one.
    since: u64,
}

impl Told {
    /// For an encoder of `width` values.
    pub(crate) fn new(heard: Heard, width: usize) -> Result<Self, String> {
        if heard.width != width {
            return Err(format!(
                "{} values come from the environment; {width}, one for each place of the encoder, are allowed",
                heard.width
            ));
        }
        Ok(Self { rows: [vec![0.0; width], vec![0.0; width]], every: heard.every, ticks: 0, since: 0 })
    }

    /// Takes note of the values of a tick.
    pub(crate) fn hear(&mut self, clock: &Clock, values: &[f64]) {
        let row = &mut self.rows[(self.ticks % 2) as usize];
        row.iter_mut().zip(values).for_each(|(kept, value)| *kept = *value as f32);
        (self.ticks, self.since) = (self.ticks + 1, clock.step);
    }

    fn at(&self, step: u64) -> Option<Moment> {
        let frame = self.ticks.checked_sub(1)? as usize;
        let within = (step - self.since).min(self.every - 1);
        Some(Moment { frame, before: frame.checked_sub(1), within })
    }

    fn frame(&self, k: usize) -> &[f32] {
        &self.rows[k % 2]
    }
}

/// Spikes in a step at a rate in Hz: at most one.
pub(crate) fn per_step(plan: &SourcePlan, rate: f64) -> Result<f64, String> {
    let dt = plan.clock.dt;
    let full = rate * dt * 1e-3;
    if full > 1.0 {
        return Err(format!(
            "`rate` is {rate} Hz, {full} spikes in a step of {dt} ms; 0 to 1 are allowed; lower `rate` or `dt`"
        ));
    }
    Ok(full)
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
