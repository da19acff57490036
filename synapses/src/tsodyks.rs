//! Short-term plasticity of Tsodyks, Uziel and Markram with three variables: what was used is active for a while, and only then
//! recovers.
//!
//! ```text
//! x' = z / tau_rec     y' = −y / tau_psc     z' = y / tau_psc − z / tau_rec     u' = −u / tau_fac      x + y + z = 1
//! on a spike: u ← u + U (1 − u), the spike counts u x; x ← x − u x, y ← y + u x
//! ```
//!
//! Source: Tsodyks, Uziel & Markram (2000), J. Neurosci. 20(1), Eqs. 3 to 5, <https://doi.org/10.1523/JNEUROSCI.20-01-j0003.2000>;
//! names and defaults as in NEST's `tsodyks_synapse`. The synapse that it scales is an exponential one of time constant `tau_psc`.

#![expect(non_snake_case, reason = "U is what the field calls it")]

use ecs_core::model::prelude::*;

use crate::tsodyks2::facilitation;

model! {
    /// Facilitation and depression whose recovery waits for the current to end.
    Tsodyks
    params {
        U = 0.5, "", "part of the resources that a first spike uses", fraction;
        tau_psc = 3.0, "ms", "time constant of the synaptic current; differs from tau_rec", positive;
        tau_rec = 800.0, "ms", "time constant of recovery", positive;
        tau_fac = 0.0, "ms", "time constant of facilitation; 0 is none", non_negative;
    }
    state {
        u = 0.0, "", "part of the resources that a spike uses";
        x = 1.0, "", "resources that are left";
        y = 0.0, "", "resources that are active";
    }
}

impl ShortTerm for Tsodyks {
    fn rest<R: Real>(p: &Params<R>, s: &State<R>, elapsed: R) -> State<R> {
        let active = (-(elapsed / p.tau_psc)).expm1();
        let waiting = (-(elapsed / p.tau_rec)).expm1();
        let recovered = (waiting * p.tau_rec - active * p.tau_psc) / (p.tau_psc - p.tau_rec);
        let z = s.x.complement() - s.y;
        let u = facilitation(p.tau_fac, s.u, elapsed);
        State { u, x: s.x + recovered * s.y - waiting * z, y: s.y + active * s.y }
    }

    fn spike<R: Real>(p: &Params<R>, s: &State<R>, elapsed: R) -> (R, State<R>) {
        let State { u, x, y } = Self::rest(p, s, elapsed);
        let u = u + p.U * u.complement();
        let used = u * x;
        (used, State { u, x: x - used, y: y + used })
    }
}
