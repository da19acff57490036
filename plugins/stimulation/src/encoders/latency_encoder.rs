//! Latency encoder: neurons that fire once in a frame, the earlier the higher their value.
//!
//! ```text
//! x = (value − min_val) / (max_val − min_val), held from 0 to 1;      T = tau, or `frame` with `normalize`
//! t(x) = first + (T − first − dt) (1 − x)                             with `linear`
//! t(x) = first + (T − first − dt) ln(x / (x − threshold))             otherwise, where x is raised to threshold + 1e-7
//! ```
//!
//! The logarithm is the time a leaky integrator needs from rest to `threshold` at the input x. Times are rounded to steps, halves to
//! even ones; a time that is not in the frame gives no spike, nor do values below `threshold` with `clip`.
//!
//! ```toml
//! [population.pixels]
//! size   = 3
//! neuron = "latency_encoder"
//! params = { values = [0.02, 0.5, 1], frame = "5 ms", linear = true, normalize = true, repeat = true }
//! ```
//!
//! Source: BrainPy 2, `LatencyEncoder`; Thorpe & Gautrais (1998), Rank order coding, in Computational Neuroscience, 113-118,
//! <https://doi.org/10.1007/978-1-4615-4831-7_19>. Departure: BrainPy compares the value before scaling with `threshold` for `clip`,
//! and does not hold x.

use ecs_core::network::{Clock, SourcePlan, SpikeSource};
use ecs_core::number::{Num, Real};
use ecs_core::registry::{Bound, Field};

use super::shown::{MAX_VAL, MIN_VAL, Scale, Shown, VALUES};
use crate::numbers::{flag, one, switch};
use crate::show::{REPEAT, SHOWN};

/// Keeps the logarithm finite.
const EPSILON: f64 = 1e-7;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    MIN_VAL,
    MAX_VAL,
    switch("linear", "whether the time is linear in the value, rather than logarithmic"),
    Field::number("threshold", 0.01, "", "threshold of the logarithmic law and of `clip`")
        .within(Bound::Fraction),
    switch("clip", "whether values below `threshold` give no spike"),
    Field::number("tau", 1.0, "ms", "the time that values are spread over").within(Bound::Positive),
    switch("normalize", "whether values are spread over `frame` instead of `tau`"),
    Field::number("first", 0.0, "ms", "when the highest value fires in the linear law")
        .within(Bound::NonNegative),
    SHOWN[0],
    Field::number("frame", f64::INFINITY, "ms", "how long a frame is shown; a tick, where an environment shows it").within(Bound::NonNegative),
    REPEAT,
    VALUES[0],
    VALUES[1],
];

/// How values become times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Latency {
    /// Linear, or else logarithmic.
    pub linear: bool,
    /// Threshold of the logarithmic law and of `clip`.
    pub threshold: f64,
    /// Whether values below the threshold give no spike.
    pub clip: bool,
    /// The earliest time of the linear law, in ms.
    pub first: f64,
    /// From `first` to the time of the value 0 in the linear law, in ms.
    pub spread: f64,
}

impl Latency {
    /// When the value `x`, from 0 to 1, fires, in ms from the beginning of its frame.
    pub fn time(&self, x: f64) -> Option<f64> {
        if self.clip && x < self.threshold {
            return None;
        }
        if self.linear {
            return Some(self.first + self.spread * (1.0 - x));
        }
        let x = x.max(self.threshold + EPSILON);
        Some(self.first + self.spread * Num(x / (x - self.threshold)).ln().0)
    }
}

struct Encoder {
    shown: Shown,
    scale: Scale,
    law: Latency,
    /// The frame whose spikes are in `due`.
    sorted: Option<usize>,
    /// Step in the frame and neuron, ascending.
    due: Vec<(u64, u32)>,
}

/// Makes the source.
///
/// # Errors
/// On values that are missing, given twice, not finite, or not as many as neurons in each frame; on a `frame` that does not end; on a
/// time to spread values over that is not longer than `first` and a step; on `min_val` not below `max_val`; and on numbers that
/// differ between neurons.
pub fn build(plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    let shown = Shown::new(plan, 8, plan.size)?;
    let dt = plan.clock.dt;
    let frame = match plan.heard {
        Some(heard) => heard.every as f64 * dt,
        None if plan.params[9].uniform() == Some(f64::INFINITY) => {
            return Err("`frame` is missing: how long a frame is shown; give a time such as `frame = \"5 ms\"`".into());
        }
        None => one(plan, &PARAMS[9], 9)?,
    };
    let tau = one(plan, &PARAMS[5], 5)?;
    let (first, normalize) = (one(plan, &PARAMS[7], 7)?, flag(plan, &PARAMS[6], 6)?);
    let (name, time) = if normalize { ("frame", frame) } else { ("tau", tau) };
    let spread = time - first - dt;
    if spread < 0.0 {
        return Err(format!(
            "`{name}` is {time} ms; a time of `first` and a step, {} ms, or more is allowed",
            first + dt
        ));
    }
    let law = Latency {
        linear: flag(plan, &PARAMS[2], 2)?,
        threshold: one(plan, &PARAMS[3], 3)?,
        clip: flag(plan, &PARAMS[4], 4)?,
        first,
        spread,
    };
    let due = Vec::with_capacity(plan.size);
    Ok(Box::new(Encoder { shown, scale: Scale::new(plan, 0)?, law, sorted: None, due }))
}

impl SpikeSource for Encoder {
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>) {
        let Some((moment, values)) = self.shown.at(clock.step) else { return };
        if self.sorted != Some(moment.frame) {
            self.sorted = Some(moment.frame);
            self.due.clear();
            let step = |value: &f32| {
                let time = self.law.time(self.scale.of(*value).clamp(0.0, 1.0))?;
                Some((time / clock.dt).round_ties_even() as u64)
            };
            self.due.extend((0..).zip(values).filter_map(|(k, value)| Some((step(value)?, k))));
            self.due.sort_unstable();
        }
        let due = &self.due[self.due.partition_point(|(step, _)| *step < moment.within)..];
        spikes.extend(due.iter().take_while(|(step, _)| *step == moment.within).map(|(_, k)| *k));
    }

    fn hear(&mut self, clock: &Clock, values: &[f64]) {
        self.shown.hear(clock, values);
    }
}
