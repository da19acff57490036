//! Spike-timing-dependent plasticity of pairs and triplets of spikes, between all of them.
//!
//! ```text
//! r1' = −r1 / tau_plus,  r2' = −r2 / tau_x, both + 1 on a spike of the sender
//! o1' = −o1 / tau_minus, o2' = −o2 / tau_y, both + 1 on a spike of the receiver
//! receiver: w ← min(w + w_0 r1 (A2_plus + A3_plus o2), w_max)     sender: w ← max(w − w_0 o1 (A2_minus + A3_minus r2), 0)
//! ```
//!
//! Between Poisson trains of rates x and y a weight drifts, on average, by x y times
//! w_0 (A2_plus tau_plus − A2_minus tau_minus − A3_minus tau_minus tau_x x + A3_plus tau_plus tau_y y): with A3_minus = 0 this
//! is a rule of Bienenstock, Cooper and Munro.
//!
//! The defaults are the paper's full set for visual cortex. Its minimal set is A2_plus = 0, A3_plus = 0.0065, A2_minus = 0.0071,
//! A3_minus = 0, tau_y = 114 ms.
//!
//! Source: Pfister & Gerstner (2006), J. Neurosci. 26(38), Eqs. 1 to 4 and Table 3, all-to-all,
//! <https://doi.org/10.1523/JNEUROSCI.1425-06.2006>; as in NEST's `stdp_triplet_synapse`, where w_0 is 1.

#![expect(non_snake_case, reason = "A2 and A3 are what the paper calls them")]

use ecs_core::model::prelude::*;

rule! {
    /// A triplet of two spikes of the receiver and one of the sender strengthens, so that high rates do.
    Triplet
    params {
        tau_plus = 16.8, "ms", "time constant of r1", positive;
        tau_x = 101.0, "ms", "time constant of r2", positive;
        tau_minus = 33.7, "ms", "time constant of o1", positive;
        tau_y = 125.0, "ms", "time constant of o2", positive;
        A2_plus = 5e-10, "", "strengthening by pairs", non_negative;
        A3_plus = 6.2e-3, "", "strengthening by triplets", non_negative;
        A2_minus = 7e-3, "", "weakening by pairs", non_negative;
        A3_minus = 2.3e-4, "", "weakening by triplets", non_negative;
        w_0 = f64::NAN, "weight", "weight of which a step is a part";
        w_max = f64::NAN, "weight", "largest weight";
    }
    pre {
        r1 = 0.0, "", "spikes of the sender, for pairs";
        r2 = 0.0, "", "spikes of the sender, for triplets";
    }
    post {
        o1 = 0.0, "", "spikes of the receiver, for pairs";
        o2 = 0.0, "", "spikes of the receiver, for triplets";
    }
    state {}
}

impl Plasticity for Triplet {
    type Pre = PreTable;
    type Post = PostTable;

    fn pre_derivative<R: Real>(p: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { r1: -(x.r1 / p.tau_plus), r2: -(x.r2 / p.tau_x) }
    }

    fn post_derivative<R: Real>(p: &Params<R>, y: &Post<R>) -> Post<R> {
        Post { o1: -(y.o1 / p.tau_minus), o2: -(y.o2 / p.tau_y) }
    }

    fn pre_jump<R: Real>(_: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { r1: x.r1 + 1.0, r2: x.r2 + 1.0 }
    }

    fn post_jump<R: Real>(_: &Params<R>, y: &Post<R>) -> Post<R> {
        Post { o1: y.o1 + 1.0, o2: y.o2 + 1.0 }
    }

    #[inline(always)]
    fn on_pre<R: Real>(p: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        (within(w - p.w_0 * y.o1 * (p.A2_minus + p.A3_minus * x.r2), p.w_max), *s)
    }

    #[inline(always)]
    fn on_post<R: Real>(p: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        (within(w + p.w_0 * x.r1 * (p.A2_plus + p.A3_plus * y.o2), p.w_max), *s)
    }
}

/// A weight brought back between zero and the largest one, of whichever sign that is.
#[inline(always)]
pub(crate) fn within<R: Real>(w: R, w_max: R) -> R {
    (w / w_max).max(R::lit(0.0)).min(R::lit(1.0)) * w_max
}
