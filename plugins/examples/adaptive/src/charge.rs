//! Charge synapse: an exponential whose weight is its area.
//!
//! ```text
//! g' = −g / tau, g ← g + w / tau on a spike
//! ```
//!
//! Source: Dayan & Abbott (2001), Theoretical Neuroscience, Eq. 5.31. Departure: normalised to the area instead of the peak, so
//! that `tau` may change without the charge of a spike.

use ecs_core::model::prelude::*;

model! {
    /// One time constant; the weight is the charge, or the conductance over time.
    Charge
    params {
        tau = 5.0, "ms", "decay time", positive;
    }
    state {
        g = 0.0, "weight/ms", "synaptic value";
    }
}

impl Synapse for Charge {
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>) -> State<R> {
        State { g: -(s.g / p.tau) }
    }

    fn arrive<R: Real>(p: &Params<R>, w: R) -> State<R> {
        State { g: w / p.tau }
    }

    fn value<R: Real>(_: &Params<R>, s: &State<R>) -> R {
        s.g
    }
}
