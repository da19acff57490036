//! Momentum: along a sum of gradients that fades.
//!
//! ```text
//! g ← g + λ w      v ← μ v + g      w ← w − η v
//! ```
//!
//! Source: Polyak (1964), USSR Computational Mathematics 4(5), <https://doi.org/10.1016/0041-5553(64)90137-5>; in the form of Sutskever et al.
//! (2013), ICML, with the rate outside of v, as PyTorch has it.

use ecs_core::training::prelude::*;

model! {
    /// Heavy ball.
    Momentum
    params {
        lr = 0.01, "", "learning rate", non_negative;
        momentum = 0.9, "", "what is left of the sum after an update", fraction;
        weight_decay = 0.0, "", "part of a value that is added to its gradient", non_negative;
    }
    state {
        v = 0.0, "", "sum of gradients";
    }
}

impl Rule for Momentum {
    fn rule<R: Real>(p: &Params<f64>, at: &At) -> impl Fn(R, R, &State<R>) -> (R, State<R>) {
        move |w, g, s| {
            let v = s.v * p.momentum + g + w * p.weight_decay;
            (w - v * at.rate, State { v })
        }
    }
}
