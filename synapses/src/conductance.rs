//! Conductance output: the synaptic value is a conductance towards a reversal potential.
//!
//! ```text
//! i = g (e_rev − v)
//! ```
//!
//! Source: Brette et al. (2007), J. Comput. Neurosci. 23, appendix 2, benchmark 1,
//! <https://doi.org/10.1007/s10827-007-0038-6>.

use ecs_core::model::prelude::*;
use ecs_core::registry::Drive;

model! {
    /// Pulls the voltage towards `e_rev`.
    Conductance
    params {
        e_rev = 0.0, "mV", "reversal potential";
    }
    state {}
}

impl Output for Conductance {
    const DRIVE: Drive = Drive::Conductance;

    #[inline(always)]
    fn input<R: Real>(p: &Params<R>, g: R, _: R) -> Input<R> {
        Input { i: g * p.e_rev, g: Some(g) }
    }
}
