//! Leaky ReLU: one gradient below threshold, another above.
//!
//! ```text
//! g = α below, β above      G = α x below, β x above
//! ```
//!
//! Source: braintools 0.3.0 `LeakyRelu`, its defaults; G is 0 at threshold, as there.

use ecs_core::model::prelude::*;

model! {
    /// Two constants.
    LeakyRelu
    params {
        alpha = 0.1, "", "gradient below threshold";
        beta = 1.0, "", "gradient above threshold";
    }
    state {}
}

impl PseudoDerivative for LeakyRelu {
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        x.spike().select(R::lit(p.beta), R::lit(p.alpha))
    }

    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        x * Self::gradient(p, x)
    }
}
