//! q-PseudoSpike: a power law whose tails are set by its exponent.
//!
//! ```text
//! g = (1 + 2 |x| / (α + 1))^(−α)
//! G = ½ + sign(x) (α + 1) / (2 (1 − α)) ((1 + 2 |x| / (α + 1))^(1 − α) − 1);  a logarithm where α = 1
//! ```
//!
//! Source: Herranz-Celotti & Rouat (2022), <https://arxiv.org/abs/2202.00282>; default of braintools 0.3.0 `QPseudoSpike`.

use ecs_core::model::prelude::*;

model! {
    /// Tails from heavy to thin.
    QPseudoSpike
    params {
        alpha = 2.0, "", "exponent of the tails", positive;
    }
    state {}
}

impl PseudoDerivative for QPseudoSpike {
    #[inline(always)]
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        ((x.abs() * (2.0 / (p.alpha + 1.0)) + 1.0).ln() * -p.alpha).exp()
    }

    #[inline(always)]
    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        let log = (x.abs() * (2.0 / (p.alpha + 1.0)) + 1.0).ln();
        // (b^(1 − α) − 1) / (1 − α) = ln b exprel((1 − α) ln b), which knows its limit.
        let size = log * (log * (1.0 - p.alpha)).exprel() * (0.5 * (p.alpha + 1.0));
        x.spike().select(size, -size) + 0.5
    }
}
