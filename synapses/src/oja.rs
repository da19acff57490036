//! Oja's rule for spikes: Hebb's, with a decay that keeps the sum of squared weights.
//!
//! ```text
//! x' = −x / tau, x ← x + 1 on a spike of the sender            y' = −y / tau, y ← y + 1 on one of the receiver
//! receiver: w ← w + eta (w_0 x − w y)
//! ```
//!
//! On average a weight u = w / w_0 drifts by eta tau (⟨x y⟩ − u ⟨y²⟩), x and y being rates that change slowly against tau: Oja's
//! rule. In a receiver whose rate is the sum of u x over its senders, weights therefore become the first eigenvector of the
//! matrix of ⟨x x⟩ (not of the covariance: rates have a mean), of length 1; where the rate is g times that sum, of length
//! 1 / √g.
//!
//! Source: Oja (1982), J. Math. Biol. 15(3), <https://doi.org/10.1007/BF00275687>.
//! Departure: rates are counted by spikes: the receiver's by its spikes and by a trace of those before them, the senders' by
//! traces.

use ecs_core::model::prelude::*;

rule! {
    /// Finds the first principal component of what its receiver is sent.
    Oja
    params {
        tau = 20.0, "ms", "time constant of the traces", positive;
        eta = 0.001, "", "step", non_negative;
        w_0 = f64::NAN, "weight", "root of the sum of squared weights, where rates follow the weighted sum of rates";
    }
    pre { x = 0.0, "", "spikes of the sender"; }
    post { y = 0.0, "", "spikes of the receiver"; }
    state {}
}

impl Plasticity for Oja {
    type Pre = PreTable;
    type Post = PostTable;

    fn pre_derivative<R: Real>(p: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { x: -(x.x / p.tau) }
    }

    fn post_derivative<R: Real>(p: &Params<R>, y: &Post<R>) -> Post<R> {
        Post { y: -(y.y / p.tau) }
    }

    #[inline(always)]
    fn on_pre<R: Real>(_: &Params<R>, w: R, s: &State<R>, _: &Pre<R>, _: &Post<R>) -> (R, State<R>) {
        (w, *s)
    }

    #[inline(always)]
    fn on_post<R: Real>(p: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        (w + p.eta * (p.w_0 * x.x - w * y.y), *s)
    }
}
