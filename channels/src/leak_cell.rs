//! Leak of a whole cell: a constant conductance.
//!
//! ```text
//! i = g_l (v − e_l)
//! ```
//!
//! Source: Brette et al. (2007), J. Comput. Neurosci. 23, appendix 2, benchmark 3,
//! <https://doi.org/10.1007/s10827-007-0038-6>.

use ecs_core::model::prelude::*;

model! {
    /// The leak of a cortical cell.
    LeakCell "pA"
    params {
        g_l = 10.0, "nS", "conductance", non_negative;
        e_l = -60.0, "mV", "reversal potential";
    }
    state {}
}

impl Channel for LeakCell {
    #[inline(always)]
    fn derivative<R: Real>(_: &Params<R>, s: &State<R>, _: R) -> State<R> {
        *s
    }

    #[inline(always)]
    fn current<R: Real>(p: &Params<R>, _: &State<R>, v: R) -> R {
        (v - p.e_l) * p.g_l
    }
}
