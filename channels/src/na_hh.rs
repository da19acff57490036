//! Sodium channel of the squid axon.
//!
//! ```text
//! i  = g_na m³ h (v − e_na)
//! m' = α (1 − m) − β m      α = x / (1 − e⁻ˣ), x = (v + 40) / 10      β = 4 e^(−(v + 65) / 18)
//! h' = α (1 − h) − β h      α = 0.07 e^(−(v + 65) / 20)               β = 1 / (1 + e^(−(v + 35) / 10))
//! ```
//!
//! Source: Hodgkin & Huxley (1952), J. Physiol. 117, Eqs. 14-24, <https://doi.org/10.1113/jphysiol.1952.sp004764>.
//! Departure: voltages are absolute, with the resting potential at −65 mV, and depolarisation is positive.

use ecs_core::model::prelude::*;

model! {
    /// Fast sodium current, at 6.3 °C.
    NaHh "uA/cm2"
    params {
        g_na = 120.0, "mS/cm2", "largest conductance", non_negative;
        e_na = 50.0, "mV", "reversal potential";
    }
    state {
        m = 0.052_932_485_257_249_58, "", "activation";
        h = 0.596_120_753_508_460_3, "", "inactivation";
    }
}

impl Channel for NaHh {
    #[inline(always)]
    fn derivative<R: Real>(_: &Params<R>, s: &State<R>, v: R) -> State<R> {
        let m = (((v + 40.0) * -0.1).exprelr(), ((v + 65.0) * (-1.0 / 18.0)).exp() * 4.0);
        let h = (((v + 65.0) * -0.05).exp() * 0.07, ((v + 35.0) * 0.1).sigmoid());
        State { m: m.0 * s.m.complement() - m.1 * s.m, h: h.0 * s.h.complement() - h.1 * s.h }
    }

    #[inline(always)]
    fn current<R: Real>(p: &Params<R>, s: &State<R>, v: R) -> R {
        p.g_na * (s.m * s.m * s.m * s.h) * (v - p.e_na)
    }
}
