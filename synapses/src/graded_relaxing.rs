//! Graded synapse of first order: release follows the sender's voltage with one time constant.
//!
//! ```text
//! i_j = Σ_i w_ij s_i (e_rev − v_j)      s' = (s_inf(v) − s) / tau      s_inf(v) = 1 / (1 + e^((v_half − v) / k))
//! ```
//!
//! s is kept once for each sender. It begins at s_inf.
//!
//! Source: Manor, Nadim, Abbott & Marder (1997), J. Neurosci. 17(14), methods,
//! <https://doi.org/10.1523/JNEUROSCI.17-14-05610.1997>, with one time constant.

use ecs_core::model::prelude::*;
use ecs_core::registry::Drive;

model! {
    /// Pulls the voltage towards `e_rev` as far as the sender was depolarised.
    GradedRelaxing "mV"
    params {
        e_rev = 0.0, "mV", "reversal potential";
        v_half = -35.0, "mV", "voltage of the sender at which half is released in the end";
        k = 8.0, "mV", "voltage over which release grows e-fold", positive;
        tau = 10.0, "ms", "time constant of release", positive;
    }
    state { s = 0.0, "1", "release"; }
}

impl Coupling for GradedRelaxing {
    const DRIVE: Drive = Drive::Conductance;
    const RECEIVING: &'static [&'static str] = &["e_rev"];

    #[inline(always)]
    fn signal<R: Real>(_: &Params<R>, s: &State<R>, _: R) -> R {
        s.s
    }

    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, v: R) -> State<R> {
        State { s: (((v - p.v_half) * p.k.recip()).sigmoid() - s.s) * p.tau.recip() }
    }

    #[inline(always)]
    fn start<R: Real>(p: &Params<R>, v: R) -> State<R> {
        State { s: ((v - p.v_half) * p.k.recip()).sigmoid() }
    }

    #[inline(always)]
    fn input<R: Real>(p: &Params<R>, sum: R, _: R) -> Input<R> {
        Input { i: sum * p.e_rev, g: Some(sum) }
    }
}
