//! Arc tangent: a Cauchy density.
//!
//! ```text
//! g = α/2 / (1 + (π α x / 2)²)      G = ½ + arctan(π α x / 2) / π
//! ```
//!
//! Source: Fang et al. (2021), ICCV, appendix, <https://arxiv.org/abs/2007.05785>; default of braintools 0.3.0 `Arctan`.

use ecs_core::model::prelude::*;
use ecs_core::number::special::atan;
use std::f64::consts::{FRAC_PI_2, PI};

model! {
    /// Heavy tails, area 1.
    Arctan
    params {
        alpha = 1.0, "", "steepness", positive;
    }
    state {}
}

impl PseudoDerivative for Arctan {
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        let u = x * (FRAC_PI_2 * p.alpha);
        R::lit(0.5 * p.alpha) / (u * u + 1.0)
    }

    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        atan(x * (FRAC_PI_2 * p.alpha)) / PI + 0.5
    }
}
