//! S2NN: logistic below threshold, a logarithm above.
//!
//! ```text
//! g = α s (1 − s),  s = 1 / (1 + e^(−α x)) below      G = s
//! g = β / (x + 1 + ε) above                      G = ½ + β ln(x + 1 + ε)
//! ```
//!
//! Source: Suetake et al. (2023), Neural Networks 159, <https://doi.org/10.1016/j.neunet.2022.12.008>; defaults of braintools 0.3.0 `S2NN`.
//! Departure: g above is the derivative of G exactly: braintools leaves ε out of g.

use ecs_core::model::prelude::*;

model! {
    /// Unequal sides.
    S2nn
    params {
        alpha = 4.0, "", "steepness below threshold", positive;
        beta = 1.0, "", "gradient at threshold from above", positive;
        epsilon = 1e-8, "", "keeps the logarithm finite", non_negative;
    }
    state {}
}

impl PseudoDerivative for S2nn {
    #[inline(always)]
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        let s = (x * p.alpha).sigmoid();
        let above = R::lit(p.beta) / (x.max(R::lit(0.0)) + (1.0 + p.epsilon));
        x.spike().select(above, s * s.complement() * p.alpha)
    }

    #[inline(always)]
    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        let above = (x.max(R::lit(0.0)) + (1.0 + p.epsilon)).ln() * p.beta + 0.5;
        x.spike().select(above, (x * p.alpha).sigmoid())
    }
}
