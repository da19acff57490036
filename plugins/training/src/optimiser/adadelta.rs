//! Adadelta: steps in the unit of the parameter, from the sizes of past steps and gradients.
//!
//! ```text
//! g ← g + λ w      E ← ρ E + (1 − ρ) g²
//! d = g √(D + ε) / √(E + ε)      D ← ρ D + (1 − ρ) d²      w ← w − η d
//! ```
//!
//! Source: Zeiler (2012), Algorithm 1, <https://arxiv.org/abs/1212.5701>; the paper has η = 1.

use ecs_core::training::prelude::*;

model! {
    /// Without a learning rate of its own.
    Adadelta
    params {
        lr = 1.0, "", "learning rate", non_negative;
        rho = 0.95, "", "what is left of a mean after an update", fraction;
        epsilon = 1e-6, "", "keeps the quotient finite", positive;
        weight_decay = 0.0, "", "part of a value that is added to its gradient", non_negative;
    }
    state {
        squared_gradient = 0.0, "", "mean of squared gradients";
        squared_step = 0.0, "", "mean of squared steps";
    }
}

impl Rule for Adadelta {
    fn rule<R: Real>(p: &Params<f64>, at: &At) -> impl Fn(R, R, &State<R>) -> (R, State<R>) {
        move |w, g, s| {
            let g = g + w * p.weight_decay;
            let squared_gradient = s.squared_gradient * p.rho + g * g * (1.0 - p.rho);
            let step = g * (s.squared_step + p.epsilon).sqrt() / (squared_gradient + p.epsilon).sqrt();
            let squared_step = s.squared_step * p.rho + step * step * (1.0 - p.rho);
            (w - step * at.rate, State { squared_gradient, squared_step })
        }
    }
}
