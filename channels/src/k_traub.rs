//! Potassium channel of a hippocampal pyramidal cell.
//!
//! ```text
//! i  = g_k n⁴ (v − e_k)                                u = v − v_t
//! n' = α (1 − n) − β n      α = 0.16 x / (eˣ − 1), x = (15 − u) / 5      β = 0.5 e^((10 − u) / 40)
//! ```
//!
//! Source: Traub & Miles (1991), Neuronal Networks of the Hippocampus; as in Brette et al. (2007), J. Comput. Neurosci.
//! 23, appendix 2, benchmark 3, <https://doi.org/10.1007/s10827-007-0038-6>.

use ecs_core::model::prelude::*;

model! {
    /// Delayed rectifier of a whole cell.
    KTraub "pA"
    params {
        g_k = 6_000.0, "nS", "largest conductance", non_negative;
        e_k = -90.0, "mV", "reversal potential";
        v_t = -63.0, "mV", "shift of the voltage dependence";
    }
    state {
        n = 0.027_076, "", "activation";
    }
}

impl Channel for KTraub {
    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, v: R) -> State<R> {
        let u = v - p.v_t;
        let n = (((u - 15.0) * -0.2).exprelr() * 0.16, ((u - 10.0) * -0.025).exp() * 0.5);
        State { n: n.0 * s.n.complement() - n.1 * s.n }
    }

    #[inline(always)]
    fn current<R: Real>(p: &Params<R>, s: &State<R>, v: R) -> R {
        let n2 = s.n * s.n;
        p.g_k * (n2 * n2) * (v - p.e_k)
    }
}
