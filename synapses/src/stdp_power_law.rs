//! Spike-timing-dependent plasticity with a power law for strengthening, between all pairs of spikes.
//!
//! ```text
//! x' = −x / tau_plus,  x ← x + 1 on a spike of the sender       y' = −y / tau_minus, y ← y + 1 on one of the receiver
//! receiver: w ← w + lambda w_0 (w / w_0)^mu x                    sender: w ← max(w − lambda alpha w y, 0)
//! ```
//!
//! Source: Morrison, Aertsen & Diesmann (2007), Neural Computation 19(6), Eqs. 6 and 7,
//! <https://doi.org/10.1162/neco.2007.19.6.1437>; names and defaults as in NEST's `stdp_pl_synapse_hom`, in which w_0 is 1 pA.

use ecs_core::model::prelude::*;

use crate::stdp::power;

rule! {
    /// Strong weights grow by a smaller part of themselves than they shrink by.
    StdpPowerLaw
    params {
        tau_plus = 20.0, "ms", "time constant of strengthening", positive;
        tau_minus = 20.0, "ms", "time constant of weakening", positive;
        lambda = 0.1, "", "step of strengthening", non_negative;
        alpha = 1.0, "", "weakening over strengthening", non_negative;
        mu = 0.4, "", "exponent of strengthening", non_negative;
        w_0 = 1.0, "weight", "weight at which both steps are equal where alpha is 1";
    }
    pre { x = 0.0, "", "spikes of the sender"; }
    post { y = 0.0, "", "spikes of the receiver"; }
    state {}
}

impl Plasticity for StdpPowerLaw {
    type Pre = PreTable;
    type Post = PostTable;

    fn pre_derivative<R: Real>(p: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { x: -(x.x / p.tau_plus) }
    }

    fn post_derivative<R: Real>(p: &Params<R>, y: &Post<R>) -> Post<R> {
        Post { y: -(y.y / p.tau_minus) }
    }

    #[inline(always)]
    fn on_pre<R: Real>(p: &Params<R>, w: R, s: &State<R>, _: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        ((w - p.lambda * p.alpha * w * y.y).max(R::lit(0.0)), *s)
    }

    #[inline(always)]
    fn on_post<R: Real>(p: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, _: &Post<R>) -> (R, State<R>) {
        (w + p.lambda * p.w_0 * power(w / p.w_0, p.mu) * x.x, *s)
    }
}
