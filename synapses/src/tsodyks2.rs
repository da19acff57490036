//! Short-term plasticity of Tsodyks and Markram with two variables: a spike counts the resources that it uses.
//!
//! ```text
//! u' = −u / tau_fac          on a spike: u ← u + U (1 − u), the spike counts u x
//! x' = (1 − x) / tau_rec                 x ← x − u x
//! ```
//!
//! Source: Tsodyks, Pawelzik & Markram (1998), Neural Computation 10(4), Eqs. 2.1 to 2.4,
//! <https://doi.org/10.1162/089976698300017502>; names and defaults as in NEST's `tsodyks2_synapse`.

#![expect(non_snake_case, reason = "U is what the field calls it")]

use ecs_core::model::prelude::*;

model! {
    /// Facilitation and depression; the first spike counts U.
    Tsodyks2
    params {
        U = 0.5, "", "part of the resources that a first spike uses", fraction;
        tau_rec = 800.0, "ms", "time constant of recovery", positive;
        tau_fac = 0.0, "ms", "time constant of facilitation; 0 is none", non_negative;
    }
    state {
        u = 0.0, "", "part of the resources that a spike uses";
        x = 1.0, "", "resources that are left";
    }
}

impl ShortTerm for Tsodyks2 {
    fn rest<R: Real>(p: &Params<R>, s: &State<R>, elapsed: R) -> State<R> {
        let u = facilitation(p.tau_fac, s.u, elapsed);
        let x = (s.x - 1.0) * (-(elapsed / p.tau_rec)).exp() + 1.0;
        State { u, x }
    }

    fn spike<R: Real>(p: &Params<R>, s: &State<R>, elapsed: R) -> (R, State<R>) {
        let State { u, x } = Self::rest(p, s, elapsed);
        let u = u + p.U * u.complement();
        let used = u * x;
        (used, State { u, x: x - used })
    }
}

/// What is left of facilitation; nothing where its time constant is zero.
pub(crate) fn facilitation<R: Real>(tau: R, u: R, elapsed: R) -> R {
    tau.select(u * (-(elapsed / tau)).exp(), R::lit(0.0))
}
