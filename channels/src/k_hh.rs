//! Potassium channel of the squid axon.
//!
//! ```text
//! i  = g_k n⁴ (v − e_k)
//! n' = α (1 − n) − β n      α = 0.1 x / (1 − e⁻ˣ), x = (v + 55) / 10      β = 0.125 e^(−(v + 65) / 80)
//! ```
//!
//! Source: Hodgkin & Huxley (1952), J. Physiol. 117, Eqs. 6-13, <https://doi.org/10.1113/jphysiol.1952.sp004764>.
//! Departure: voltages are absolute, with the resting potential at −65 mV, and depolarisation is positive.

use ecs_core::model::prelude::*;

model! {
    /// Delayed rectifier, at 6.3 °C.
    KHh "uA/cm2"
    params {
        g_k = 36.0, "mS/cm2", "largest conductance", non_negative;
        e_k = -77.0, "mV", "reversal potential";
    }
    state {
        n = 0.317_676_914_060_697_4, "", "activation";
    }
}

impl Channel for KHh {
    #[inline(always)]
    fn derivative<R: Real>(_: &Params<R>, s: &State<R>, v: R) -> State<R> {
        let n = (((v + 55.0) * -0.1).exprelr() * 0.1, ((v + 65.0) * -0.0125).exp() * 0.125);
        State { n: n.0 * s.n.complement() - n.1 * s.n }
    }

    #[inline(always)]
    fn current<R: Real>(p: &Params<R>, s: &State<R>, v: R) -> R {
        let n2 = s.n * s.n;
        p.g_k * (n2 * n2) * (v - p.e_k)
    }
}
