//! Additive coupling: a neuron hears the weighted sum of what others are, or were.
//!
//! ```text
//! i_j = Σ_i w_ij x_i(t − d_ij)
//! ```
//!
//! Source: the linear coupling of rate and oscillator models, as in Deco, Jirsa & McIntosh (2011), Nat. Rev. Neurosci. 12,
//! <https://doi.org/10.1038/nrn2961>.

use ecs_core::model::prelude::*;
use ecs_core::registry::Drive;

model! {
    /// The variable itself, weighted.
    Additive "variable"
    params {}
    state {}
}

impl Coupling for Additive {
    const DRIVE: Drive = Drive::Current;

    #[inline(always)]
    fn signal<R: Real>(_: &Params<R>, _: &State<R>, x: R) -> R {
        x
    }

    #[inline(always)]
    fn input<R: Real>(_: &Params<R>, sum: R, _: R) -> Input<R> {
        Input { i: sum, g: None }
    }
}
