//! Dual exponential synapse: rises with one time constant and decays with another.
//!
//! ```text
//! g' = h − g / tau_decay
//! h' = −h / tau_rise, h ← h + w e^(t / tau_rise) / tau_decay on a spike      so that g peaks at w, t after the spike
//! t = tau_decay x / (eˣ − 1),  x = ln(tau_decay / tau_rise)
//! ```
//!
//! Source: Roth & van Rossum (2009), in Computational Modeling Methods for Neuroscientists, Eqs. 6.4 and 6.5.
//! Departure: as a cascade instead of a difference, which loses no digits where the times are close, and becomes the alpha
//! function where they are equal.

use ecs_core::model::prelude::*;

model! {
    /// Difference of two exponentials; the weight is the peak.
    DualExponential
    params {
        tau_rise = 1.0, "ms", "rise time", positive;
        tau_decay = 10.0, "ms", "decay time", positive;
    }
    state {
        g = 0.0, "weight", "synaptic value";
        h = 0.0, "weight/ms", "its rise";
    }
}

impl Synapse for DualExponential {
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>) -> State<R> {
        State { g: s.h - s.g / p.tau_decay, h: -(s.h / p.tau_rise) }
    }

    fn arrive<R: Real>(p: &Params<R>, w: R) -> State<R> {
        let peak = p.tau_decay * (p.tau_decay / p.tau_rise).ln().exprelr();
        State { g: w * 0.0, h: w * (peak / p.tau_rise).exp() / p.tau_decay }
    }

    fn value<R: Real>(_: &Params<R>, s: &State<R>) -> R {
        s.g
    }
}
