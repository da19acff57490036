//! Graded synapse of the stomatogastric ganglion, which is the slower the less is released.
//!
//! ```text
//! i_j = Σ_i w_ij s_i (e_rev − v_j)      s' = k (s_inf(v) − s) / (1 − s_inf(v))      s_inf(v) = 1 / (1 + e^((v_half − v) / delta))
//! ```
//!
//! s is kept once for each sender. It begins at s_inf.
//!
//! Source: Prinz, Bucher & Marder (2004), Nat. Neurosci. 7, methods, <https://doi.org/10.1038/nn1352>, which is `gradedSynapse` of
//! NeuroML 2.

use ecs_core::model::prelude::*;
use ecs_core::registry::Drive;

model! {
    /// Pulls the voltage towards `e_rev`; the defaults are those of the glutamatergic synapse.
    GradedStomatogastric "mV"
    params {
        e_rev = -70.0, "mV", "reversal potential";
        v_half = -35.0, "mV", "voltage of the sender at which half is released in the end";
        delta = 5.0, "mV", "voltage over which release grows e-fold", positive;
        k = 0.025, "1/ms", "rate at which transmitter unbinds", positive;
    }
    state { s = 0.0, "1", "release"; }
}

impl Coupling for GradedStomatogastric {
    const DRIVE: Drive = Drive::Conductance;
    const RECEIVING: &'static [&'static str] = &["e_rev"];

    #[inline(always)]
    fn signal<R: Real>(_: &Params<R>, s: &State<R>, _: R) -> R {
        s.s
    }

    // 1 − s_inf is s_inf(−·), which does not cancel where the sender is far depolarised.
    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, v: R) -> State<R> {
        let depolarised = (v - p.v_half) * p.delta.recip();
        State { s: (depolarised.sigmoid() - s.s) * p.k / (-depolarised).sigmoid() }
    }

    #[inline(always)]
    fn start<R: Real>(p: &Params<R>, v: R) -> State<R> {
        State { s: ((v - p.v_half) * p.delta.recip()).sigmoid() }
    }

    #[inline(always)]
    fn input<R: Real>(p: &Params<R>, sum: R, _: R) -> Input<R> {
        Input { i: sum * p.e_rev, g: Some(sum) }
    }
}
