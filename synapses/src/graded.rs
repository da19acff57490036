//! Graded synapse without memory: transmitter is released all the time, the more the higher the sender's voltage.
//!
//! ```text
//! i_j = Σ_i w_ij s(v_i) (e_rev − v_j)      s(v) = 1 / (1 + e^((v_half − v) / k))
//! ```
//!
//! Source: Wicks, Roehrig & Rankin (1996), J. Neurosci. 16(12), synapses of graded release,
//! <https://doi.org/10.1523/JNEUROSCI.16-12-04017.1996>.
//! Departure: steepness is the length `k` instead of 4.39 over the range in which release goes from 10 to 90 per cent.

use ecs_core::model::prelude::*;
use ecs_core::registry::Drive;

model! {
    /// Pulls the voltage towards `e_rev` as far as the sender is depolarised.
    Graded "mV"
    params {
        e_rev = 0.0, "mV", "reversal potential";
        v_half = -35.0, "mV", "voltage of the sender at which half is released";
        k = 8.0, "mV", "voltage over which release grows e-fold", positive;
    }
    state {}
}

impl Coupling for Graded {
    const DRIVE: Drive = Drive::Conductance;
    const RECEIVING: &'static [&'static str] = &["e_rev"];

    #[inline(always)]
    fn signal<R: Real>(p: &Params<R>, _: &State<R>, v: R) -> R {
        ((v - p.v_half) * p.k.recip()).sigmoid()
    }

    #[inline(always)]
    fn input<R: Real>(p: &Params<R>, sum: R, _: R) -> Input<R> {
        Input { i: sum * p.e_rev, g: Some(sum) }
    }
}
