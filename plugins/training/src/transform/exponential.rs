//! Exponential: a positive parameter, by its logarithm, so that a step of the optimiser is a share of it.
//!
//! ```text
//! w = e^x
//! ```
//!
//! Source: Stan Reference Manual, section "Positive, lower bounded variable".

use ecs_core::training::prelude::*;
use ecs_core::number::Num;

model! {
    /// Positive, on a logarithmic scale.
    Exponential
    params {}
    state {}
}

impl Transform for Exponential {
    fn value<R: Real>(_: &Params<f64>, x: R, _: R) -> R {
        x.exp()
    }

    fn number(_: &Params<f64>, w: f64, _: f64) -> f64 {
        Num(w.max(f64::MIN_POSITIVE)).ln().0
    }
}
