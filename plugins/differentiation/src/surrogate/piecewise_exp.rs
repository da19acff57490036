//! Piecewise exponential: falls off by a factor e every 1/α on both sides.
//!
//! ```text
//! g = α/2 e^(−α |x|)      G = e^(α x) / 2 below threshold, 1 − e^(−α x) / 2 above
//! ```
//!
//! Source: Neftci, Mostafa & Zenke (2019), IEEE Signal Processing Magazine 36(6), <https://doi.org/10.1109/MSP.2019.2931595>; default of
//! braintools 0.3.0 `PiecewiseExp`.

use ecs_core::model::prelude::*;

model! {
    /// Two exponentials, area 1.
    PiecewiseExp
    params {
        alpha = 1.0, "", "steepness", positive;
    }
    state {}
}

impl PseudoDerivative for PiecewiseExp {
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        (x.abs() * -p.alpha).exp() * (0.5 * p.alpha)
    }

    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        let half = (x.abs() * -p.alpha).exp() * 0.5;
        x.spike().select(half.complement(), half)
    }
}
