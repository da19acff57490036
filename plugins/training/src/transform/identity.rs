//! Identity: the parameter is what the optimiser moves.
//!
//! ```text
//! w = x
//! ```
//!
//! Source: none is needed.

use ecs_core::training::prelude::*;

model! {
    /// Nothing in between.
    Identity
    params {}
    state {}
}

impl Transform for Identity {
    fn value<R: Real>(_: &Params<f64>, x: R, _: R) -> R {
        x
    }

    fn number(_: &Params<f64>, w: f64, _: f64) -> f64 {
        w
    }
}
