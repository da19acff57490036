//! Tired: each spike is followed by weaker ones, down to a floor.
//!
//! ```text
//! x' = (1 − x) / tau        on a spike: it counts floor + (1 − floor) x, then x ← x (1 − U)
//! ```
//!
//! Source: Abbott, Varela, Sen & Nelson (1997), Science 275(5297), <https://doi.org/10.1126/science.275.5297.221>. Departure: the
//! floor.

#![expect(non_snake_case, reason = "U is what the field calls it")]

use ecs_core::model::prelude::*;

model! {
    /// Depression that leaves something.
    Tired
    params {
        tau = 300.0, "ms", "time constant of recovery", positive;
        U = 0.4, "", "part that a spike uses", fraction;
        floor = 0.2, "", "what is always left", fraction;
    }
    state {
        x = 1.0, "", "resources that are left";
    }
}

impl ShortTerm for Tired {
    fn rest<R: Real>(p: &Params<R>, s: &State<R>, elapsed: R) -> State<R> {
        State { x: (s.x - 1.0) * (-(elapsed / p.tau)).exp() + 1.0 }
    }

    fn spike<R: Real>(p: &Params<R>, s: &State<R>, elapsed: R) -> (R, State<R>) {
        let State { x } = Self::rest(p, s, elapsed);
        (p.floor + p.floor.complement() * x, State { x: x * p.U.complement() })
    }
}
