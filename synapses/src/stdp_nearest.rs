//! Pair-based spike-timing-dependent plasticity between nearest spikes: each spike is paired with the last one of the other side.
//!
//! ```text
//! x' = −x / tau_plus,  x ← 1 on a spike of the sender           y' = −y / tau_minus, y ← 1 on one of the receiver
//! receiver: w ← w + w_max lambda (1 − w / w_max)^mu_plus x       sender: w ← w − w_max lambda alpha (w / w_max)^mu_minus y
//! ```
//!
//! Source: Morrison, Diesmann & Gerstner (2008), Biol. Cybern. 98(6), section 4.1.2 (a), symmetric interpretation,
//! <https://doi.org/10.1007/s00422-008-0233-1>; names and defaults as in NEST's `stdp_nn_symm_synapse`.

use ecs_core::model::prelude::*;

use crate::stdp::{strengthened, weakened};

rule! {
    /// As `stdp`, but that a spike sees only the last one of the other side.
    StdpNearest
    params {
        tau_plus = 20.0, "ms", "time constant of strengthening", positive;
        tau_minus = 20.0, "ms", "time constant of weakening", positive;
        lambda = 0.01, "", "step of strengthening, as a part of w_max", non_negative;
        alpha = 1.0, "", "weakening over strengthening", non_negative;
        mu_plus = 1.0, "", "exponent of strengthening: 0 additive, 1 multiplicative", non_negative;
        mu_minus = 1.0, "", "exponent of weakening: 0 additive, 1 multiplicative", non_negative;
        w_max = f64::NAN, "weight", "largest weight";
    }
    pre { x = 0.0, "", "last spike of the sender"; }
    post { y = 0.0, "", "last spike of the receiver"; }
    state {}
}

impl Plasticity for StdpNearest {
    type Pre = PreTable;
    type Post = PostTable;

    fn pre_derivative<R: Real>(p: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { x: -(x.x / p.tau_plus) }
    }

    fn post_derivative<R: Real>(p: &Params<R>, y: &Post<R>) -> Post<R> {
        Post { y: -(y.y / p.tau_minus) }
    }

    fn pre_jump<R: Real>(_: &Params<R>, _: &Pre<R>) -> Pre<R> {
        Pre { x: R::lit(1.0) }
    }

    fn post_jump<R: Real>(_: &Params<R>, _: &Post<R>) -> Post<R> {
        Post { y: R::lit(1.0) }
    }

    #[inline(always)]
    fn on_pre<R: Real>(p: &Params<R>, w: R, s: &State<R>, _: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        (weakened(w, p.w_max, p.lambda * p.alpha * y.y, p.mu_minus), *s)
    }

    #[inline(always)]
    fn on_post<R: Real>(p: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, _: &Post<R>) -> (R, State<R>) {
        (strengthened(w, p.w_max, p.lambda * x.x, p.mu_plus), *s)
    }
}
