//! Signed: weights of a sign that is given, by their size.
//!
//! ```text
//! w = side |x|
//! ```
//!
//! Source: Song, Yang & Wang (2016), PLoS Computational Biology 12(2), <https://doi.org/10.1371/journal.pcbi.1004792>; BrainTrace
//! `SignedWLinear`.

use ecs_core::training::prelude::*;

model! {
    /// Dale's law, by absolute values.
    Signed
    params {}
    state {}
}

impl Transform for Signed {
    const SIDE: Side = Side::Sign;

    fn value<R: Real>(_: &Params<f64>, x: R, side: R) -> R {
        side * x.abs()
    }

    fn number(_: &Params<f64>, w: f64, side: f64) -> f64 {
        (w * side).max(0.0)
    }
}
