//! Exponential synapse: jumps by the weight and decays.
//!
//! ```text
//! g' = −g / tau, g ← g + w on a spike
//! ```
//!
//! Source: Dayan & Abbott (2001), Theoretical Neuroscience, Eq. 5.31.

use ecs_core::model::prelude::*;

model! {
    /// One time constant; the weight is the peak.
    Exponential
    params {
        tau = 5.0, "ms", "decay time", positive;
    }
    state {
        g = 0.0, "weight", "synaptic value";
    }
}

impl Synapse for Exponential {
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>) -> State<R> {
        State { g: -(s.g / p.tau) }
    }

    fn arrive<R: Real>(_: &Params<R>, w: R) -> State<R> {
        State { g: w }
    }

    fn value<R: Real>(_: &Params<R>, s: &State<R>) -> R {
        s.g
    }
}
