//! Adagrad: smaller steps where gradients have been large.
//!
//! ```text
//! g ← g + λ w      G ← G + g²      w ← w − η g / (√G + ε)
//! ```
//!
//! Source: Duchi, Hazan & Singer (2011), JMLR 12, <https://jmlr.org/papers/v12/duchi11a.html>; ε as in PyTorch.

use ecs_core::training::prelude::*;

model! {
    /// Adaptive gradient.
    Adagrad
    params {
        lr = 0.01, "", "learning rate", non_negative;
        epsilon = 1e-10, "", "keeps the quotient finite", positive;
        weight_decay = 0.0, "", "part of a value that is added to its gradient", non_negative;
    }
    state {
        sum = 0.0, "", "sum of squared gradients";
    }
}

impl Rule for Adagrad {
    fn rule<R: Real>(p: &Params<f64>, at: &At) -> impl Fn(R, R, &State<R>) -> (R, State<R>) {
        move |w, g, s| {
            let g = g + w * p.weight_decay;
            let sum = s.sum + g * g;
            (w - g / (sum.sqrt() + p.epsilon) * at.rate, State { sum })
        }
    }
}
