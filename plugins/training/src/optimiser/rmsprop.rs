//! RMSProp: gradients over the root of their mean square.
//!
//! ```text
//! g ← g + λ w      E ← ρ E + (1 − ρ) g²      w ← w − η g / (√E + ε)
//! ```
//!
//! Source: Tieleman & Hinton (2012), Coursera, lecture 6.5; ε as in PyTorch.

use ecs_core::training::prelude::*;

model! {
    /// Root mean square.
    Rmsprop
    params {
        lr = 0.001, "", "learning rate", non_negative;
        rho = 0.9, "", "what is left of the mean after an update", fraction;
        epsilon = 1e-8, "", "keeps the quotient finite", positive;
        weight_decay = 0.0, "", "part of a value that is added to its gradient", non_negative;
    }
    state {
        mean = 0.0, "", "mean of squared gradients";
    }
}

impl Rule for Rmsprop {
    fn rule<R: Real>(p: &Params<f64>, at: &At) -> impl Fn(R, R, &State<R>) -> (R, State<R>) {
        move |w, g, s| {
            let g = g + w * p.weight_decay;
            let mean = s.mean * p.rho + g * g * (1.0 - p.rho);
            (w - g / (mean.sqrt() + p.epsilon) * at.rate, State { mean })
        }
    }
}
