//! Sigmoid: the slope of the logistic function.
//!
//! ```text
//! g = α s (1 − s),  s = 1 / (1 + e^(−α x))      G = s
//! ```
//!
//! Source: Zenke & Vogels (2021), Neural Computation 33(4), <https://doi.org/10.1162/neco_a_01367>; defaults of braintools 0.3.0 `Sigmoid`.

use ecs_core::model::prelude::*;

model! {
    /// A smooth step.
    Sigmoid
    params {
        alpha = 4.0, "", "steepness", positive;
    }
    state {}
}

impl PseudoDerivative for Sigmoid {
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        let s = (x * p.alpha).sigmoid();
        s * s.complement() * p.alpha
    }

    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        (x * p.alpha).sigmoid()
    }
}
