//! Multi-Gaussian: a normal density with two negative ones beside it.
//!
//! ```text
//! g = γ ((1 + h) N(x; 0, σ) − h N(x; σ, s σ) − h N(x; −σ, s σ))
//! G = ½ + γ/2 ((1 + h) E(x; σ) − h E(x − σ; s σ) − h E(x + σ; s σ)),  E(x; σ) = erf(x / (σ √2))
//! ```
//!
//! Source: Yin, Corradi & Bohté (2021), Nature Machine Intelligence 3, <https://doi.org/10.1038/s42256-021-00397-w>; defaults of
//! braintools 0.3.0 `MultiGaussianGrad`.

use ecs_core::model::prelude::*;
use super::gaussian_grad::normal;
use ecs_core::number::special::erf;
use std::f64::consts::FRAC_1_SQRT_2;

model! {
    /// Negative at a distance.
    MultiGaussianGrad
    params {
        h = 0.15, "", "share of the negative parts";
        s = 6.0, "", "their width over that of the middle", positive;
        sigma = 0.5, "", "standard deviation of the middle", positive;
        scale = 0.5, "", "factor of the whole", non_negative;
    }
    state {}
}

impl PseudoDerivative for MultiGaussianGrad {
    #[inline(always)]
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        let wide = p.s * p.sigma;
        let sides = normal(x - p.sigma, wide) + normal(x + p.sigma, wide);
        (normal(x, p.sigma) * (1.0 + p.h) - sides * p.h) * p.scale
    }

    #[inline(always)]
    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        let e = |x: R, sigma: f64| erf(x * (FRAC_1_SQRT_2 / sigma));
        let wide = p.s * p.sigma;
        let sides = e(x - p.sigma, wide) + e(x + p.sigma, wide);
        (e(x, p.sigma) * (1.0 + p.h) - sides * p.h) * (0.5 * p.scale) + 0.5
    }
}
