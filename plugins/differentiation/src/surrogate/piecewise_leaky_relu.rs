//! Piecewise leaky ReLU: a box about the threshold and a small slope outside.
//!
//! ```text
//! g = 1 / (2 w) for |x| ≤ w, else c
//! G = c (x + w), ½ + x / (2 w), 1 + c (x − w) below, inside and above
//! ```
//!
//! Source: Bengio, Léonard & Courville (2013), <https://arxiv.org/abs/1308.3432> for the box; form and defaults of braintools 0.3.0
//! `PiecewiseLeakyRelu`.

use ecs_core::model::prelude::*;

model! {
    /// A box with leaky sides; of compact support where `c` is 0.
    PiecewiseLeakyRelu
    params {
        c = 0.01, "", "gradient outside of the box", non_negative;
        w = 1.0, "", "half-width of the box", positive;
    }
    state {}
}

impl PseudoDerivative for PiecewiseLeakyRelu {
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        (-x.abs() + p.w).spike().select(R::lit(0.5 / p.w), R::lit(p.c))
    }

    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        let inside = x.max(R::lit(-p.w)).min(R::lit(p.w));
        inside * (0.5 / p.w) + (x - inside) * p.c + 0.5
    }

    fn support(p: &Params<f64>) -> Option<f64> {
        (p.c == 0.0).then_some(p.w)
    }
}
