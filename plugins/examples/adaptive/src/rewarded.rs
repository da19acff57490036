//! Rewarded: pairs of spikes leave an eligibility, and what the modulator leaves turns it into weight.
//!
//! ```text
//! x' = −x / tau, x ← x + 1 on a spike of the sender       y' = −y / tau, y ← y + 1 on one of the receiver
//! c' = −c / tau_c, c ← c + A x on one of the receiver     n' = −n / tau_n, n ← n + 1 / tau_n on one of the modulator
//! w' = c n
//! ```
//!
//! Source: Izhikevich (2007), Cereb. Cortex 17(10), <https://doi.org/10.1093/cercor/bhl152>, without weakening.

#![expect(non_snake_case, reason = "A is what the paper calls it")]

use ecs_core::model::prelude::*;

rule! {
    /// The sender's spike before the receiver's strengthens, where a reward follows.
    Rewarded
    params {
        tau = 20.0, "ms", "time constant of the traces", positive;
        tau_c = 1000.0, "ms", "time constant of eligibility", positive;
        tau_n = 200.0, "ms", "time constant of the reward", positive;
        A = 0.1, "weight", "eligibility by a pair";
        w_max = f64::NAN, "weight", "largest weight";
    }
    pre { x = 0.0, "", "spikes of the sender"; }
    post { y = 0.0, "", "spikes of the receiver"; }
    state { c = 0.0, "weight", "eligibility"; }
}

impl Plasticity for Rewarded {
    type Pre = PreTable;
    type Post = PostTable;
    const DRIFTS: bool = true;
    const MODULATED: bool = true;

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
    fn on_post<R: Real>(p: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, _: &Post<R>) -> (R, State<R>) {
        (w, State { c: s.c + p.A * x.x })
    }

    fn modulator<R: Real>(p: &Params<R>) -> [R; 2] {
        [p.tau_n, R::lit(1.0) / p.tau_n]
    }

    #[inline(always)]
    fn between<R: Real>(p: &Params<R>, w: R, s: &State<R>, elapsed: R, level: R) -> (R, State<R>) {
        let kept = (-(elapsed / p.tau_c)).exp();
        let both = (-(elapsed / p.tau_n)).exp() * kept;
        let meeting = p.tau_c * p.tau_n / (p.tau_c + p.tau_n);
        ((w + s.c * level * meeting * both.complement()).min(p.w_max), State { c: s.c * kept })
    }
}
