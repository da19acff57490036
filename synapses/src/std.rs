//! Short-term depression, in BrainPy's form: each spike uses up a part of what recovers.
//!
//! ```text
//! x' = (1 − x) / tau         on a spike: x ← x − U x, and the spike counts x
//! ```
//!
//! Source: Abbott, Varela, Sen & Nelson (1997), Science 275(5297), <https://doi.org/10.1126/science.275.5297.221>; names,
//! defaults and order of operations as in BrainPy's `STD`.
//! Departure: x is what it is at the spike; BrainPy takes it from before the decay of that step.

#![expect(non_snake_case, reason = "U is what the field calls it")]

use ecs_core::model::prelude::*;

model! {
    /// Depression alone; a spike counts what it leaves.
    Std
    params {
        tau = 200.0, "ms", "time constant of recovery", positive;
        U = 0.07, "", "part that a spike uses", fraction;
    }
    state {
        x = 1.0, "", "resources that are left";
    }
}

impl ShortTerm for Std {
    fn rest<R: Real>(p: &Params<R>, s: &State<R>, elapsed: R) -> State<R> {
        State { x: (s.x - 1.0) * (-(elapsed / p.tau)).exp() + 1.0 }
    }

    fn spike<R: Real>(p: &Params<R>, s: &State<R>, elapsed: R) -> (R, State<R>) {
        let State { x } = Self::rest(p, s, elapsed);
        let x = x - p.U * x;
        (x, State { x })
    }
}
