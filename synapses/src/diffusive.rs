//! Diffusive coupling: a neuron is drawn towards what others are, or were, and vanishes between equals.
//!
//! ```text
//! i_j = Σ_i w_ij (x_i(t − d_ij) − x_j(t))
//! ```
//!
//! Source: Pikovsky, Rosenblum & Kurths (2001), Synchronization, chapter 8; with delays: Deco et al. (2009), PNAS 106(25),
//! <https://doi.org/10.1073/pnas.0901831106>.
//!
//! The own part acts as a conductance on the first variable of the receiver, which exponential Euler takes along exactly.

use ecs_core::model::prelude::*;
use ecs_core::registry::Drive;

model! {
    /// Draws the first variable of a neuron towards that of others.
    Diffusive "variable"
    params {}
    state {}
}

impl Coupling for Diffusive {
    const DRIVE: Drive = Drive::Conductance;

    #[inline(always)]
    fn signal<R: Real>(_: &Params<R>, _: &State<R>, x: R) -> R {
        x
    }

    #[inline(always)]
    fn input<R: Real>(_: &Params<R>, sum: R, total: R) -> Input<R> {
        Input { i: sum, g: Some(total) }
    }
}
