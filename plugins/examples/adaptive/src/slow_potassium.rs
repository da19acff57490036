//! Slow potassium channel: opens below threshold within hundreds of ms, and so makes a neuron fire ever more seldom.
//!
//! ```text
//! i  = g_m p (v − e_k)
//! p' = (p_inf − p) / tau      p_inf = 1 / (1 + e⁻ˣ), x = (v + 35) / 10      tau = tau_max / (3.3 e^(x / 2) + e^(−x / 2))
//! ```
//!
//! Source: Yamada, Koch & Adams (1989), as given by Pospischil et al. (2008), Biol. Cybern. 99,
//! <https://doi.org/10.1007/s00422-008-0263-8>.

use ecs_core::model::prelude::*;

model! {
    /// The M-current, which does not inactivate.
    SlowPotassium "uA/cm2"
    params {
        g_m = 0.07, "mS/cm2", "largest conductance", non_negative;
        e_k = -90.0, "mV", "reversal potential";
        tau_max = 1000.0, "ms", "sets the time constant", positive;
    }
    state {
        p = 0.0, "", "activation";
    }
}

impl Channel for SlowPotassium {
    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, v: R) -> State<R> {
        let x = (v + 35.0) * 0.1;
        let rate = ((x * 0.5).exp() * 3.3 + (x * -0.5).exp()) * p.tau_max.recip();
        State { p: (x.sigmoid() - s.p) * rate }
    }

    #[inline(always)]
    fn current<R: Real>(p: &Params<R>, s: &State<R>, v: R) -> R {
        p.g_m * s.p * (v - p.e_k)
    }
}
