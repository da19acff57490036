//! Alpha synapse: rises and decays with one time constant.
//!
//! ```text
//! g' = h − g / tau
//! h' = −h / tau, h ← h + w e / tau on a spike      so that g peaks at w, tau after the spike
//! ```
//!
//! Source: Rall (1967), J. Neurophysiol. 30(5), <https://doi.org/10.1152/jn.1967.30.5.1138>; normalised to the peak as in
//! Dayan & Abbott (2001), Theoretical Neuroscience, Eq. 5.33.

use ecs_core::model::prelude::*;

model! {
    /// Smooth onset; the weight is the peak.
    Alpha
    params {
        tau = 2.0, "ms", "rise and decay time", positive;
    }
    state {
        g = 0.0, "weight", "synaptic value";
        h = 0.0, "weight/ms", "its rise";
    }
}

impl Synapse for Alpha {
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>) -> State<R> {
        State { g: s.h - s.g / p.tau, h: -(s.h / p.tau) }
    }

    fn arrive<R: Real>(p: &Params<R>, w: R) -> State<R> {
        State { g: w * 0.0, h: w * std::f64::consts::E / p.tau }
    }

    fn value<R: Real>(_: &Params<R>, s: &State<R>) -> R {
        s.g
    }
}
