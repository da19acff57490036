//! Settle: pulls the adaptation of every adaptive neuron towards a level, as a drug that blocks slow potassium currents does.
//!
//! ```text
//! w' = (level − w) / tau
//! ```
//!
//! Reads and writes `w` of populations of model `adaptive`, in phase `Control`; costs one multiplication for each neuron.

use ecs_core::model;
use sdk::prelude::*;

model! {
    /// Acts beside the model's own adaptation.
    Settle
    params {
        level = 0.0, "pA", "adaptation aimed at";
        tau = 50.0, "ms", "time constant", positive;
    }
    state {}
}

/// The level, and the fraction of the way to it in a step.
pub struct Pull {
    level: f32,
    fraction: f32,
}

impl System for Settle {
    type Instance = Pull;
    const PHASE: Phase = Phase::Control;
    const MODEL: &'static str = "adaptive";
    const COLUMNS: &'static [Access] = &[writes("w")];

    fn start(p: &Params<f64>, place: &Place<'_>) -> Result<Pull, String> {
        Ok(Pull { level: p.level as f32, fraction: -(-place.dt / p.tau).exp_m1() as f32 })
    }

    fn run(pull: &mut Pull, _: &Moment<'_>, columns: &mut Columns<'_>) -> Result<(), String> {
        columns.write(0).iter_mut().for_each(|w| *w += (pull.level - *w) * pull.fraction);
        Ok(())
    }
}
