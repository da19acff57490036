//! Current output: the synaptic value is a current.
//!
//! ```text
//! i = g
//! ```
//!
//! Source: Brette et al. (2007), J. Comput. Neurosci. 23, appendix 2, benchmark 2,
//! <https://doi.org/10.1007/s10827-007-0038-6>.

use ecs_core::model::prelude::*;
use ecs_core::registry::Drive;

model! {
    /// Does not depend on the voltage.
    Current
    params {}
    state {}
}

impl Output for Current {
    const DRIVE: Drive = Drive::Current;

    #[inline(always)]
    fn input<R: Real>(_: &Params<R>, g: R, _: R) -> Input<R> {
        Input { i: g, g: None }
    }
}
