//! Signed softplus: weights of a sign that is given, never zero.
//!
//! ```text
//! w = side s ln(1 + e^(x / s))
//! ```
//!
//! Source: as `signed`, with a slope that does not jump.

use ecs_core::training::prelude::*;
use super::softplus::inverse_softplus;
use ecs_core::number::special::softplus;

model! {
    /// Dale's law, smoothly.
    SignedSoftplus
    params {
        scale = 1.0, "", "distance from zero over which it bends", positive;
    }
    state {}
}

impl Transform for SignedSoftplus {
    const SIDE: Side = Side::Sign;

    fn value<R: Real>(p: &Params<f64>, x: R, side: R) -> R {
        side * softplus(x / p.scale) * p.scale
    }

    fn number(p: &Params<f64>, w: f64, side: f64) -> f64 {
        inverse_softplus(w * side / p.scale) * p.scale
    }
}
