//! Log-tailed ReLU: a constant up to 1 above threshold, then falling as 1/x.
//!
//! ```text
//! g = α below 0, 1 from 0 to 1, 1/x above 1      G = α x, x, 1 + ln x
//! ```
//!
//! Source: Cai et al. (2017), CVPR, <https://arxiv.org/abs/1702.00953>; form and default of braintools 0.3.0 `LogTailedRelu`. G is 0 at
//! threshold, as there.
//! Departure: at threshold itself, where a spike is fired, g is 1; braintools takes α.

use ecs_core::model::prelude::*;

model! {
    /// A straight line with a logarithmic tail.
    LogTailedRelu
    params {
        alpha = 0.0, "", "gradient below threshold";
    }
    state {}
}

impl PseudoDerivative for LogTailedRelu {
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        x.spike().select(x.max(R::lit(1.0)).recip(), R::lit(p.alpha))
    }

    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        let above = x.min(R::lit(1.0)) + x.max(R::lit(1.0)).ln();
        x.spike().select(above, x * p.alpha)
    }
}
