//! Nesterov: momentum that looks one update ahead.
//!
//! ```text
//! g ← g + λ w      v ← μ v + g      w ← w − η (g + μ v)
//! ```
//!
//! Source: Nesterov (1983), Soviet Mathematics Doklady 27; Sutskever et al. (2013), ICML; in the form of PyTorch.
//! Departure: BrainPy 2.4.6 takes no look ahead, and is the same as its `Momentum`.

use ecs_core::training::prelude::*;

model! {
    /// Accelerated gradient.
    Nesterov
    params {
        lr = 0.01, "", "learning rate", non_negative;
        momentum = 0.9, "", "what is left of the sum after an update", fraction;
        weight_decay = 0.0, "", "part of a value that is added to its gradient", non_negative;
    }
    state {
        v = 0.0, "", "sum of gradients";
    }
}

impl Rule for Nesterov {
    fn rule<R: Real>(p: &Params<f64>, at: &At) -> impl Fn(R, R, &State<R>) -> (R, State<R>) {
        move |w, g, s| {
            let g = g + w * p.weight_decay;
            let v = s.v * p.momentum + g;
            (w - (g + v * p.momentum) * at.rate, State { v })
        }
    }
}
