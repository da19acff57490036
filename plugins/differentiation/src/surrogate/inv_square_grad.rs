//! Inverse square: SuperSpike, one at threshold.
//!
//! ```text
//! g = 1 / (1 + α |x|)²      G = ½ + x / (1 + α |x|)
//! ```
//!
//! Source: Zenke & Ganguli (2018), Neural Computation 30(6), <https://doi.org/10.1162/neco_a_01086>; default of braintools 0.3.0
//! `InvSquareGrad`.

use ecs_core::model::prelude::*;

model! {
    /// SuperSpike.
    InvSquareGrad
    params {
        alpha = 100.0, "", "steepness", positive;
    }
    state {}
}

impl PseudoDerivative for InvSquareGrad {
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        let d = x.abs() * p.alpha + 1.0;
        (d * d).recip()
    }

    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        x / (x.abs() * p.alpha + 1.0) + 0.5
    }
}
