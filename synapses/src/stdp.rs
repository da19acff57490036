//! Pair-based spike-timing-dependent plasticity between all pairs of spikes, additive to multiplicative by two exponents.
//!
//! ```text
//! x' = −x / tau_plus,  x ← x + 1 on a spike of the sender       y' = −y / tau_minus, y ← y + 1 on one of the receiver
//! receiver: w ← w + w_max lambda (1 − w / w_max)^mu_plus x       sender: w ← w − w_max lambda alpha (w / w_max)^mu_minus y
//! ```
//!
//! with w from 0 to w_max. Exponents of 0 are the additive rule, 1 the multiplicative one.
//!
//! Source: Guetig, Aharonov, Rotter & Sompolinsky (2003), J. Neurosci. 23(9), Eqs. 1 to 3,
//! <https://doi.org/10.1523/JNEUROSCI.23-09-03697.2003>; traces as in Morrison, Diesmann & Gerstner (2008), Biol. Cybern. 98(6),
//! section 4.1.1, <https://doi.org/10.1007/s00422-008-0233-1>; names and defaults as in NEST's `stdp_synapse`.

use ecs_core::model::prelude::*;

rule! {
    /// Strengthens where the sender's spike comes first, weakens where it comes last.
    Stdp
    params {
        tau_plus = 20.0, "ms", "time constant of strengthening", positive;
        tau_minus = 20.0, "ms", "time constant of weakening", positive;
        lambda = 0.01, "", "step of strengthening, as a part of w_max", non_negative;
        alpha = 1.0, "", "weakening over strengthening", non_negative;
        mu_plus = 1.0, "", "exponent of strengthening: 0 additive, 1 multiplicative", non_negative;
        mu_minus = 1.0, "", "exponent of weakening: 0 additive, 1 multiplicative", non_negative;
        w_max = f64::NAN, "weight", "largest weight";
    }
    pre { x = 0.0, "", "spikes of the sender"; }
    post { y = 0.0, "", "spikes of the receiver"; }
    state {}
}

impl Plasticity for Stdp {
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
        (weakened(w, p.w_max, p.lambda * p.alpha * y.y, p.mu_minus), *s)
    }

    #[inline(always)]
    fn on_post<R: Real>(p: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, _: &Post<R>) -> (R, State<R>) {
        (strengthened(w, p.w_max, p.lambda * x.x, p.mu_plus), *s)
    }
}

/// The weight after a step up of this size.
#[inline(always)]
pub(crate) fn strengthened<R: Real>(w: R, w_max: R, step: R, mu: R) -> R {
    let part = w / w_max;
    (part + step * power(part.complement(), mu)).min(R::lit(1.0)) * w_max
}

/// The weight after a step down of this size.
#[inline(always)]
pub(crate) fn weakened<R: Real>(w: R, w_max: R, step: R, mu: R) -> R {
    let part = w / w_max;
    (part - step * power(part, mu)).max(R::lit(0.0)) * w_max
}

/// xᵃ for x from 0 on, and 1 where a is 0.
#[inline(always)]
pub(crate) fn power<R: Real>(x: R, a: R) -> R {
    (x.max(R::lit(1e-30)).ln() * a).exp()
}
