//! SLAYER: an exponential, one at threshold.
//!
//! ```text
//! g = e^(−α |x|)      G = ½ + sign(x) (1 − e^(−α |x|)) / α
//! ```
//!
//! Source: Shrestha & Orchard (2018), NeurIPS 31, <https://arxiv.org/abs/1810.08646>; default of braintools 0.3.0 `SlayerGrad`.

use ecs_core::model::prelude::*;

model! {
    /// Two exponentials.
    SlayerGrad
    params {
        alpha = 1.0, "", "steepness", positive;
    }
    state {}
}

impl PseudoDerivative for SlayerGrad {
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        (x.abs() * -p.alpha).exp()
    }

    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        let size = (x.abs() * -p.alpha).expm1() / -p.alpha;
        x.spike().select(size, -size) + 0.5
    }
}
