//! Mask: entries that are trained and entries that stay.
//!
//! ```text
//! w = x      dL/dx = side dL/dw      side: 1 trained, 0 frozen
//! ```
//!
//! Source: BrainPy and PyTorch users multiply gradients by a mask.

use ecs_core::training::prelude::*;

model! {
    /// Frozen in part.
    Mask
    params {}
    state {}
}

impl Transform for Mask {
    const SIDE: Side = Side::Mask;

    fn value<R: Real>(_: &Params<f64>, x: R, _: R) -> R {
        x
    }

    fn number(_: &Params<f64>, w: f64, _: f64) -> f64 {
        w
    }

    fn passes<R: Real>(side: R) -> R {
        side
    }
}

/// Puts entries that are frozen, `side` being 0, back to what they were before an update: decay and momentum would move them.
pub fn hold(side: &[f32], before: &[f32], x: &mut [f32]) {
    let frozen = side.iter().zip(before).zip(x).filter(|((side, _), _)| **side == 0.0);
    frozen.for_each(|((_, before), x)| *x = *before);
}
