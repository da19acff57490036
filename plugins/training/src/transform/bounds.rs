//! Bounds: a parameter that is put back into a range after every update.
//!
//! ```text
//! w = x      after an update: x ← min(max(x, lower), upper)
//! ```
//!
//! Source: projected gradient descent, Bertsekas (1999), Nonlinear Programming, section 2.3.

use ecs_core::training::prelude::*;
use ecs_core::number::Num;

model! {
    /// Clipped.
    Bounds
    params {
        lower = f64::NEG_INFINITY, "", "lower end of the range";
        upper = f64::INFINITY, "", "upper end of the range";
    }
    state {}
}

impl Transform for Bounds {
    const PROJECTS: bool = true;

    fn value<R: Real>(_: &Params<f64>, x: R, _: R) -> R {
        x
    }

    fn number(p: &Params<f64>, w: f64, _: f64) -> f64 {
        Self::projected(p, Num(w)).0
    }

    fn projected<R: Real>(p: &Params<f64>, x: R) -> R {
        R::lit(p.upper).min(R::lit(p.lower).max(x))
    }
}
