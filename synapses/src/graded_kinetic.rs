//! Graded synapse with rates of rise and decay, as in models of the whole nervous system of C. elegans.
//!
//! ```text
//! i_j = Σ_i w_ij s_i (e_rev − v_j)      s' = a_r φ(v) (1 − s) − a_d s      φ(v) = 1 / (1 + e^(−β (v − v_half)))
//! ```
//!
//! s is kept once for each sender. It begins at its steady state.
//!
//! Source: Kunert, Shlizerman & Kutz (2014), Phys. Rev. E 89, 052805, section II,
//! <https://doi.org/10.1103/PhysRevE.89.052805>.

use ecs_core::model::prelude::*;
use ecs_core::registry::Drive;

model! {
    /// Pulls the voltage towards `e_rev`; the defaults are those of the paper.
    GradedKinetic "mV"
    params {
        e_rev = 0.0, "mV", "reversal potential";
        v_half = -35.0, "mV", "voltage of the sender at which release rises half as fast as it can";
        beta = 0.125, "1/mV", "steepness of the release", positive;
        a_r = 0.001, "1/ms", "rate of rise", positive;
        a_d = 0.005, "1/ms", "rate of decay", positive;
    }
    state { s = 0.0, "1", "release"; }
}

/// How fast release rises.
#[inline(always)]
fn rise<R: Real>(p: &Params<R>, v: R) -> R {
    (p.beta * (v - p.v_half)).sigmoid() * p.a_r
}

impl Coupling for GradedKinetic {
    const DRIVE: Drive = Drive::Conductance;
    const RECEIVING: &'static [&'static str] = &["e_rev"];

    #[inline(always)]
    fn signal<R: Real>(_: &Params<R>, s: &State<R>, _: R) -> R {
        s.s
    }

    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, v: R) -> State<R> {
        State { s: rise(p, v) * s.s.complement() - p.a_d * s.s }
    }

    #[inline(always)]
    fn start<R: Real>(p: &Params<R>, v: R) -> State<R> {
        let rise = rise(p, v);
        State { s: rise / (rise + p.a_d) }
    }

    #[inline(always)]
    fn input<R: Real>(p: &Params<R>, sum: R, _: R) -> Input<R> {
        Input { i: sum * p.e_rev, g: Some(sum) }
    }
}
