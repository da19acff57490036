//! Error function: a Gaussian of area 1.
//!
//! ```text
//! g = α/√π e^(−α² x²)      G = (1 + erf(α x)) / 2
//! ```
//!
//! Source: Esser et al. (2015), NIPS 28; Yin, Corradi & Bohté (2020), ICONS, <https://doi.org/10.1145/3407197.3407225>; default of
//! braintools 0.3.0 `ERF`.

use ecs_core::model::prelude::*;
use ecs_core::number::special;
use std::f64::consts::FRAC_2_SQRT_PI;

model! {
    /// A Gaussian.
    Erf
    params {
        alpha = 1.0, "", "steepness", positive;
    }
    state {}
}

impl PseudoDerivative for Erf {
    #[inline(always)]
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        let u = x * p.alpha;
        (-(u * u)).exp() * (0.5 * FRAC_2_SQRT_PI * p.alpha)
    }

    #[inline(always)]
    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        special::erf(x * p.alpha) * 0.5 + 0.5
    }
}
