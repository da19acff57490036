//! Softplus: a parameter above a bound.
//!
//! ```text
//! w = lower + s ln(1 + e^(x / s))
//! ```
//!
//! Source: Dugas et al. (2001), NIPS 13; Jaxley `SoftplusTransform`.

use ecs_core::training::prelude::*;
use ecs_core::number::Num;
use ecs_core::number::special::softplus;

model! {
    /// Positive.
    Softplus
    params {
        lower = 0.0, "", "bound";
        scale = 1.0, "", "distance from the bound over which it bends", positive;
    }
    state {}
}

impl Transform for Softplus {
    fn value<R: Real>(p: &Params<f64>, x: R, _: R) -> R {
        softplus(x / p.scale) * p.scale + p.lower
    }

    fn number(p: &Params<f64>, w: f64, _: f64) -> f64 {
        inverse_softplus((w - p.lower) / p.scale) * p.scale
    }
}

/// The x whose softplus is `y`: the smallest number where `y` is 0.
pub(super) fn inverse_softplus(y: f64) -> f64 {
    // ln(eʸ − 1) = y + ln(1 − e^(−y))
    y + Num(-Num(-y.max(1e-300)).expm1().0).ln().0
}
