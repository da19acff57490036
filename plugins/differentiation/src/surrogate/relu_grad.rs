//! ReLU gradient: the triangle of e-prop and of most recurrent spiking networks.
//!
//! ```text
//! g = α max(0, w − |x|)      G = ½ + α x (w − |x| / 2) inside
//! ```
//!
//! Source: Bellec et al. (2018), NeurIPS 31, <https://arxiv.org/abs/1803.09574>; form and defaults of braintools 0.3.0 `ReluGrad`, where 0.3 is
//! the height of the triangle of half-width 1.

use ecs_core::model::prelude::*;

model! {
    /// A triangle, compact and two operations long.
    ReluGrad
    params {
        alpha = 0.3, "", "height over half-width", non_negative;
        width = 1.0, "", "half-width", positive;
    }
    state {}
}

impl PseudoDerivative for ReluGrad {
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        (-x.abs() + p.width).max(R::lit(0.0)) * p.alpha
    }

    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        let inside = x.max(R::lit(-p.width)).min(R::lit(p.width));
        inside * (inside.abs() * -0.5 + p.width) * p.alpha + 0.5
    }

    fn support(p: &Params<f64>) -> Option<f64> {
        Some(p.width)
    }
}
