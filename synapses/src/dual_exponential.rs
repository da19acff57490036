//! Dual exponential synapse: rises with one time constant and decays with another.
//!
//! ```text
//! g = k (x − y)      x' = −x / tau_decay      y' = −y / tau_rise      x ← x + w, y ← y + w on a spike
//! k = 1 / (e^(−t / tau_decay) − e^(−t / tau_rise)),  t = ln(tau_decay / tau_rise) / (1 / tau_rise − 1 / tau_decay)
//! ```
//!
//! Source: Roth & van Rossum (2009), in Computational Modeling Methods for Neuroscientists, Eqs. 6.4 and 6.5; the weight is
//! the peak.

use ecs_core::model::prelude::*;

model! {
    /// Difference of two exponentials; the time constants must differ.
    DualExponential
    params {
        tau_rise = 1.0, "ms", "rise time", positive;
        tau_decay = 10.0, "ms", "decay time", positive;
    }
    state {
        x = 0.0, "weight", "slow part";
        y = 0.0, "weight", "fast part";
    }
}

impl Synapse for DualExponential {
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>) -> State<R> {
        State { x: -(s.x / p.tau_decay), y: -(s.y / p.tau_rise) }
    }

    fn arrive<R: Real>(_: &Params<R>, w: R) -> State<R> {
        State { x: w, y: w }
    }

    fn value<R: Real>(p: &Params<R>, s: &State<R>) -> R {
        let peak = (p.tau_decay / p.tau_rise).ln() / (p.tau_rise.recip() - p.tau_decay.recip());
        (s.x - s.y) / ((-(peak / p.tau_decay)).exp() - (-(peak / p.tau_rise)).exp())
    }
}
