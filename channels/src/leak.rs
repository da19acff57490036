//! Leak: a constant conductance.
//!
//! ```text
//! i = g_l (v − e_l)
//! ```
//!
//! Source: Hodgkin & Huxley (1952), J. Physiol. 117, Eq. 5, <https://doi.org/10.1113/jphysiol.1952.sp004764>.

use ecs_core::model::prelude::*;

model! {
    /// The leak of a squid axon, at a resting potential of −65 mV.
    Leak "uA/cm2"
    params {
        g_l = 0.3, "mS/cm2", "conductance", non_negative;
        e_l = -54.387, "mV", "reversal potential";
    }
    state {}
}

impl Channel for Leak {
    #[inline(always)]
    fn derivative<R: Real>(_: &Params<R>, s: &State<R>, _: R) -> State<R> {
        *s
    }

    #[inline(always)]
    fn current<R: Real>(p: &Params<R>, _: &State<R>, v: R) -> R {
        (v - p.e_l) * p.g_l
    }
}
