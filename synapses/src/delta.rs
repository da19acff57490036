//! Delta synapse: a spike moves the voltage at once.
//!
//! ```text
//! v ← v + w
//! ```
//!
//! Source: Brunel (2000), J. Comput. Neurosci. 8, Eq. 2, <https://doi.org/10.1023/A:1008925309027>.

use ecs_core::model::prelude::*;
use ecs_core::registry::Drive;

model! {
    /// A jump of the voltage; it needs no output, and its weight is a voltage.
    Delta
    params {}
    state {}
}

impl Synapse for Delta {
    const DRIVE: Option<Drive> = Some(Drive::Jump);

    fn derivative<R: Real>(_: &Params<R>, s: &State<R>) -> State<R> {
        *s
    }

    fn arrive<R: Real>(_: &Params<R>, _: R) -> State<R> {
        State::default()
    }

    fn value<R: Real>(_: &Params<R>, _: &State<R>) -> R {
        R::lit(0.0)
    }
}
