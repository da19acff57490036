//! Piecewise quadratic: a triangle of area 1.
//!
//! ```text
//! g = α (1 − α |x|) for |x| < 1/α, else 0
//! G = 0, ½ + α x (1 − α |x| / 2), 1 below, inside and above
//! ```
//!
//! Source: Esser et al. (2016), PNAS 113(41), <https://doi.org/10.1073/pnas.1604850113>; scale and default of braintools 0.3.0
//! `PiecewiseQuadratic`.

use ecs_core::model::prelude::*;

model! {
    /// A triangle, steeper where it is narrower.
    PiecewiseQuadratic
    params {
        alpha = 1.0, "", "height, and one over the half-width", positive;
    }
    state {}
}

impl PseudoDerivative for PiecewiseQuadratic {
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        (x.abs() * -p.alpha + 1.0).max(R::lit(0.0)) * p.alpha
    }

    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        let u = (x * p.alpha).max(R::lit(-1.0)).min(R::lit(1.0));
        u * (u.abs() * -0.5 + 1.0) + 0.5
    }

    fn support(p: &Params<f64>) -> Option<f64> {
        Some(1.0 / p.alpha)
    }
}
