//! Soft sign: the slope of x / (1 + |x|).
//!
//! ```text
//! g = α/2 / (1 + α |x|)²      G = ½ + α x / (2 (1 + α |x|))
//! ```
//!
//! Source: Zenke & Ganguli (2018), Neural Computation 30(6), <https://doi.org/10.1162/neco_a_01086>; scale and default of braintools
//! 0.3.0 `SoftSign`.

use ecs_core::model::prelude::*;

model! {
    /// SuperSpike of area 1.
    SoftSign
    params {
        alpha = 1.0, "", "steepness", positive;
    }
    state {}
}

impl PseudoDerivative for SoftSign {
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        let d = x.abs() * p.alpha + 1.0;
        R::lit(0.5 * p.alpha) / (d * d)
    }

    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        x * (0.5 * p.alpha) / (x.abs() * p.alpha + 1.0) + 0.5
    }
}
