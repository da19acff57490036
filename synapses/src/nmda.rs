//! NMDA output: a conductance that magnesium blocks unless the membrane is depolarised.
//!
//! ```text
//! i = g b(v) (e_rev − v)      b = 1 / (1 + c_mg / beta e^(−alpha v))
//! ```
//!
//! Source: Jahr & Stevens (1990), J. Neurosci. 10(9), Eq. 4a, <https://doi.org/10.1523/JNEUROSCI.10-09-03178.1990>.
//! Departure: b is taken at the voltage at the start of a step.

use ecs_core::model::prelude::*;
use ecs_core::registry::Drive;

model! {
    /// Pulls the voltage towards `e_rev` where the block is lifted.
    Nmda
    params {
        e_rev = 0.0, "mV", "reversal potential";
        c_mg = 1.2, "mM", "magnesium concentration outside", non_negative;
        alpha = 0.062, "1/mV", "steepness of the block";
        beta = 3.57, "mM", "concentration that blocks half at 0 mV", positive;
    }
    state {}
}

impl Output for Nmda {
    const DRIVE: Drive = Drive::Conductance;
    const VOLTAGE_DEPENDENT: bool = true;

    #[inline(always)]
    fn input<R: Real>(p: &Params<R>, g: R, v: R) -> Input<R> {
        let open = (p.c_mg * p.beta.recip() * (-(p.alpha * v)).exp() + 1.0).recip() * g;
        Input { i: open * p.e_rev, g: Some(open) }
    }
}
