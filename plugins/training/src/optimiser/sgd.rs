//! SGD: against the gradient.
//!
//! ```text
//! g ← g + λ w      w ← w − η g
//! ```
//!
//! Source: Robbins & Monro (1951), Annals of Mathematical Statistics 22(3), <https://doi.org/10.1214/aoms/1177729586>.

use ecs_core::training::prelude::*;

model! {
    /// Gradient descent.
    Sgd
    params {
        lr = 0.01, "", "learning rate", non_negative;
        weight_decay = 0.0, "", "part of a value that is added to its gradient", non_negative;
    }
    state {}
}

impl Rule for Sgd {
    fn rule<R: Real>(p: &Params<f64>, at: &At) -> impl Fn(R, R, &State<R>) -> (R, State<R>) {
        move |w, g, s| (w - (g + w * p.weight_decay) * at.rate, *s)
    }
}
