//! Gap junction: an electrical synapse, an ohmic conductance between the insides of two cells.
//!
//! ```text
//! i_j = Σ_i w_ij (v_i − v_j)
//! ```
//!
//! Each direction is a synapse; `symmetric = true` gives both where a file or rule names a pair once.
//!
//! Source: Bennett (1966), Ann. N.Y. Acad. Sci. 137, <https://doi.org/10.1111/j.1749-6632.1966.tb50178.x>.

use ecs_core::model::prelude::*;
use ecs_core::registry::Drive;

model! {
    /// Draws the voltages of two cells towards each other.
    GapJunction "mV"
    params {}
    state {}
}

impl Coupling for GapJunction {
    const DRIVE: Drive = Drive::Conductance;

    #[inline(always)]
    fn signal<R: Real>(_: &Params<R>, _: &State<R>, v: R) -> R {
        v
    }

    #[inline(always)]
    fn input<R: Real>(_: &Params<R>, sum: R, total: R) -> Input<R> {
        Input { i: sum, g: Some(total) }
    }
}
