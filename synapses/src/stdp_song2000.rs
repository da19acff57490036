//! Spike-timing-dependent plasticity of Song, Miller and Abbott, in BrainPy's form: additive, between all pairs, within bounds.
//!
//! ```text
//! x' = −x / tau_s, x ← x + 1 on a spike of the sender           y' = −y / tau_t, y ← y + 1 on one of the receiver
//! receiver: w ← min(w + A1 x, w_max)                             sender: w ← max(w − A2 y, w_min)
//! ```
//!
//! Source: Song, Miller & Abbott (2000), Nat. Neurosci. 3(9), Eq. 1, <https://doi.org/10.1038/78829>; names and defaults as in
//! BrainPy's `STDP_Song2000`.
//! Departure: w_max has to be given and w_min is 0, where BrainPy knows no bounds by default; two spikes of one step do not see
//! each other.

#![expect(non_snake_case, reason = "A1 and A2 are what BrainPy calls them")]

use ecs_core::model::prelude::*;

rule! {
    /// Steps of one size, whatever the weight.
    StdpSong2000
    params {
        tau_s = 16.8, "ms", "time constant of strengthening", positive;
        tau_t = 33.7, "ms", "time constant of weakening", positive;
        A1 = 0.96, "weight", "step of strengthening";
        A2 = 0.53, "weight", "step of weakening";
        w_min = 0.0, "weight", "smallest weight";
        w_max = f64::NAN, "weight", "largest weight";
    }
    pre { x = 0.0, "", "spikes of the sender"; }
    post { y = 0.0, "", "spikes of the receiver"; }
    state {}
}

impl Plasticity for StdpSong2000 {
    type Pre = PreTable;
    type Post = PostTable;

    fn pre_derivative<R: Real>(p: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { x: -(x.x / p.tau_s) }
    }

    fn post_derivative<R: Real>(p: &Params<R>, y: &Post<R>) -> Post<R> {
        Post { y: -(y.y / p.tau_t) }
    }

    #[inline(always)]
    fn on_pre<R: Real>(p: &Params<R>, w: R, s: &State<R>, _: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        ((w - p.A2 * y.y).max(p.w_min), *s)
    }

    #[inline(always)]
    fn on_post<R: Real>(p: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, _: &Post<R>) -> (R, State<R>) {
        ((w + p.A1 * x.x).min(p.w_max), *s)
    }
}
