//! Nonzero sign log: the slope of a logarithm on both sides, with tails as 1/|x|.
//!
//! ```text
//! g = α / (1 + α |x|)      G = sign(x) ln(1 + α |x|)
//! ```
//!
//! Source: SpikingJelly, Fang et al. (2023), Science Advances 9(40), <https://doi.org/10.1126/sciadv.adi1480>; default of braintools 0.3.0
//! `NonzeroSignLog`. G is 0 at threshold, as there.

use ecs_core::model::prelude::*;

model! {
    /// Tails so heavy that the area is infinite.
    NonzeroSignLog
    params {
        alpha = 1.0, "", "height at threshold", positive;
    }
    state {}
}

impl PseudoDerivative for NonzeroSignLog {
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        R::lit(p.alpha) / (x.abs() * p.alpha + 1.0)
    }

    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        let size = (x.abs() * p.alpha + 1.0).ln();
        x.spike().select(size, -size)
    }
}
