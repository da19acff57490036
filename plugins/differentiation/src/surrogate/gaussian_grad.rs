//! Gaussian gradient: a normal density times α.
//!
//! ```text
//! g = α e^(−x² / (2 σ²)) / (σ √(2π))      G = ½ + α/2 erf(x / (σ √2))
//! ```
//!
//! Source: Yin, Corradi & Bohté (2021), Nature Machine Intelligence 3, <https://doi.org/10.1038/s42256-021-00397-w>; defaults of braintools
//! 0.3.0 `GaussianGrad`.
//! Departure: the density is that of the paper. BrainPy 2.4.6 multiplies by σ² in the exponent where it has to divide.

use ecs_core::model::prelude::*;
use ecs_core::number::special::erf;
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

model! {
    /// A normal density.
    GaussianGrad
    params {
        sigma = 0.5, "", "standard deviation", positive;
        alpha = 0.5, "", "area", non_negative;
    }
    state {}
}

impl PseudoDerivative for GaussianGrad {
    #[inline(always)]
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        normal(x, p.sigma) * p.alpha
    }

    #[inline(always)]
    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        erf(x * (FRAC_1_SQRT_2 / p.sigma)) * (0.5 * p.alpha) + 0.5
    }
}

/// The normal density of standard deviation `sigma`, at `x`.
#[inline(always)]
pub(super) fn normal<R: Real>(x: R, sigma: f64) -> R {
    let u = x * (FRAC_1_SQRT_2 / sigma);
    (-(u * u)).exp() * (0.5 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2 / sigma)
}
