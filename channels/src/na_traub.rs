//! Sodium channel of a hippocampal pyramidal cell.
//!
//! ```text
//! i  = g_na m³ h (v − e_na)                            u = v − v_t
//! m' = α (1 − m) − β m      α = 1.28 x / (eˣ − 1), x = (13 − u) / 4      β = 1.4 x / (eˣ − 1), x = (u − 40) / 5
//! h' = α (1 − h) − β h      α = 0.128 e^((17 − u) / 18)                 β = 4 / (1 + e^((40 − u) / 5))
//! ```
//!
//! Source: Traub & Miles (1991), Neuronal Networks of the Hippocampus; as in Brette et al. (2007), J. Comput. Neurosci.
//! 23, appendix 2, benchmark 3, <https://doi.org/10.1007/s10827-007-0038-6>.

use ecs_core::model::prelude::*;

model! {
    /// Fast sodium current of a whole cell.
    NaTraub "pA"
    params {
        g_na = 20_000.0, "nS", "largest conductance", non_negative;
        e_na = 50.0, "mV", "reversal potential";
        v_t = -63.0, "mV", "shift of the voltage dependence";
    }
    state {
        m = 0.009_730_5, "", "activation";
        h = 0.997_562, "", "inactivation";
    }
}

impl Channel for NaTraub {
    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, v: R) -> State<R> {
        let u = v - p.v_t;
        let m = (((u - 13.0) * -0.25).exprelr() * 1.28, ((u - 40.0) * 0.2).exprelr() * 1.4);
        let h = (((u - 17.0) * (-1.0 / 18.0)).exp() * 0.128, ((u - 40.0) * 0.2).sigmoid() * 4.0);
        State { m: m.0 * s.m.complement() - m.1 * s.m, h: h.0 * s.h.complement() - h.1 * s.h }
    }

    #[inline(always)]
    fn current<R: Real>(p: &Params<R>, s: &State<R>, v: R) -> R {
        p.g_na * (s.m * s.m * s.m * s.h) * (v - p.e_na)
    }
}
