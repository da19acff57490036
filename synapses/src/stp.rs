//! Short-term plasticity of Tsodyks and Markram, in BrainPy's form: facilitation u and depression x.
//!
//! ```text
//! u' = −u / tau_f            on a spike: u ← u + U (1 − u)
//! x' = (1 − x) / tau_d                   x ← x − u x, and the spike counts u x
//! ```
//!
//! Source: Tsodyks, Pawelzik & Markram (1998), Neural Computation 10(4), Eqs. 2.1 to 2.4,
//! <https://doi.org/10.1162/089976698300017502>; names, defaults and order of operations as in BrainPy's `STP`, in which a
//! spike counts what it leaves. `tsodyks2` counts what it uses, as the paper does.
//! Departure: u and x are what they are at the spike; BrainPy takes them from before the decay of that step.

#![expect(non_snake_case, reason = "U is what the field calls it")]

use ecs_core::model::prelude::*;

model! {
    /// Facilitation and depression; a spike counts what it leaves.
    Stp
    params {
        U = 0.15, "", "part of the unused that a spike adds to u", fraction;
        tau_f = 1500.0, "ms", "time constant of facilitation", positive;
        tau_d = 200.0, "ms", "time constant of depression", positive;
    }
    state {
        u = 0.0, "", "part of the resources that a spike uses";
        x = 1.0, "", "resources that are left";
    }
}

impl ShortTerm for Stp {
    fn rest<R: Real>(p: &Params<R>, s: &State<R>, elapsed: R) -> State<R> {
        let u = s.u * (-(elapsed / p.tau_f)).exp();
        let x = (s.x - 1.0) * (-(elapsed / p.tau_d)).exp() + 1.0;
        State { u, x }
    }

    fn spike<R: Real>(p: &Params<R>, s: &State<R>, elapsed: R) -> (R, State<R>) {
        let State { u, x } = Self::rest(p, s, elapsed);
        let u = u + p.U * u.complement();
        let x = x - u * x;
        (u * x, State { u, x })
    }
}
