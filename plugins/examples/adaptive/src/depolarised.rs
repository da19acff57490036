//! Depolarised: spikes of the sender strengthen synapses onto a receiver whose filtered voltage is high, and its own excursions
//! above another voltage weaken them.
//!
//! ```text
//! tau_u u' = v − u        sender: w ← min(w + A [u − theta], w_max)       a step with v > v_high: w ← max(w − B dt (v − v_high), 0)
//! ```
//!
//! Source: none; an example of a rule that follows the receiver's voltage.

#![expect(non_snake_case, reason = "steps are capitals, as in other rules")]

use ecs_core::model::prelude::*;

rule! {
    /// Hears what its receiver hears.
    Depolarised
    params {
        tau_u = 10.0, "ms", "time constant of the filter", positive;
        theta = -60.0, "mV", "filtered voltage above which a spike strengthens";
        v_high = -50.0, "mV", "voltage above which weights shrink";
        A = 0.001, "weight/mV", "strengthening";
        B = 0.001, "weight/mV/ms", "weakening";
        w_max = f64::NAN, "weight", "largest weight";
    }
    pre {}
    post {
        u = 0.0, "mV", "filtered voltage";
        excess = 0.0, "mV*ms", "what the step that is seen was above v_high";
    }
    state {}
}

impl Plasticity for Depolarised {
    type Pre = PreTable;
    type Post = PostTable;
    const FOLLOWS: bool = true;

    fn pre_derivative<R: Real>(_: &Params<R>, x: &Pre<R>) -> Pre<R> {
        *x
    }

    fn post_derivative<R: Real>(_: &Params<R>, _: &Post<R>) -> Post<R> {
        Post { u: R::lit(0.0), excess: R::lit(0.0) }
    }

    fn post_jump<R: Real>(_: &Params<R>, y: &Post<R>) -> Post<R> {
        *y
    }

    #[inline(always)]
    fn follow<R: Real>(p: &Params<R>, y: &Post<R>, v: R, dt: R) -> (Post<R>, R) {
        let excess = (v - p.v_high).max(R::lit(0.0)) * dt;
        (Post { u: (y.u - v) * (-(dt / p.tau_u)).exp() + v, excess }, excess)
    }

    #[inline(always)]
    fn on_pre<R: Real>(p: &Params<R>, w: R, s: &State<R>, _: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        ((w + p.A * (y.u - p.theta).max(R::lit(0.0))).min(p.w_max), *s)
    }

    #[inline(always)]
    fn on_post<R: Real>(p: &Params<R>, w: R, s: &State<R>, _: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        ((w - p.B * y.excess).max(R::lit(0.0)), *s)
    }
}
