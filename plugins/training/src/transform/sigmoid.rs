//! Sigmoid: a parameter within a range.
//!
//! ```text
//! w = lower + (upper − lower) / (1 + e^(−x))
//! ```
//!
//! Source: Jaxley `SigmoidTransform`.

use ecs_core::training::prelude::*;
use ecs_core::number::Num;

model! {
    /// Within a range.
    Sigmoid
    params {
        lower = 0.0, "", "lower end of the range";
        upper = 1.0, "", "upper end of the range";
    }
    state {}
}

impl Transform for Sigmoid {
    fn value<R: Real>(p: &Params<f64>, x: R, _: R) -> R {
        x.sigmoid() * (p.upper - p.lower) + p.lower
    }

    fn number(p: &Params<f64>, w: f64, _: f64) -> f64 {
        let part = ((w - p.lower) / (p.upper - p.lower)).clamp(1e-12, 1.0 - 1e-12);
        Num(part / (1.0 - part)).ln().0
    }
}
