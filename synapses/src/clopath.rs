//! Voltage-based plasticity of Clopath and others: what the receiver's voltage is and was decides.
//!
//! ```text
//! x' = −x / tau_x, x ← x + 1 / tau_x on a spike of the sender
//! tau_minus u_minus' = v − u_minus                              tau_plus u_plus' = v − u_plus
//! sender: w ← w − w_0 A_LTD [u_minus − theta_minus]
//! always: w' = w_0 A_LTP x [v − theta_plus] [u_plus − theta_minus]
//! ```
//!
//! with w from 0 to w_max, and `[a]` = a where a is positive, otherwise 0. A step of dt ms at whose end the second product is
//! positive changes w by dt times it, with v at the end of the step and u_plus at its beginning; the others do nothing, so that
//! weights cost time around the receiver's spikes alone. Filters start at the voltage after the first step.
//!
//! Source: Clopath, Buesing, Vasilaki & Gerstner (2010), Nat. Neurosci. 13(3), Eqs. 1 to 3, <https://doi.org/10.1038/nn.2479>;
//! names and defaults as in NEST's `clopath_synapse` and `aeif_psc_delta_clopath`.
//! Departure: A_LTD is constant, as it is in NEST unless told otherwise: no homeostasis by the mean voltage; NEST looks at filters
//! `delay_u_bars` later. The receiver needs a spike that its voltage shows: one whose voltage is reset within the step in which
//! it fires hardly rises above theta_plus.

#![expect(non_snake_case, reason = "A_LTD and A_LTP are what the paper calls them")]

use ecs_core::model::prelude::*;

use crate::triplet::within;

rule! {
    /// The sender's spikes weaken where the receiver was depolarised; a receiver that spikes strengthens whom it heard before.
    Clopath
    params {
        tau_x = 15.0, "ms", "time constant of the sender's trace", positive;
        tau_minus = 10.0, "ms", "time constant of the filter for weakening", positive;
        tau_plus = 7.0, "ms", "time constant of the filter for strengthening", positive;
        theta_minus = -70.6, "mV", "filtered voltage above which weights change";
        theta_plus = -45.3, "mV", "voltage above which weights grow";
        A_LTD = 14e-5, "", "weakening, per mV", non_negative;
        A_LTP = 8e-5, "", "strengthening, per mV and mV", non_negative;
        w_0 = f64::NAN, "weight", "weight of which a change is a part";
        w_max = f64::NAN, "weight", "largest weight";
    }
    pre { x = 0.0, "1/ms", "spikes of the sender, per ms"; }
    post {
        u_minus = 0.0, "mV", "filtered voltage for weakening";
        u_plus = 0.0, "mV", "filtered voltage for strengthening";
        ltp = 0.0, "ms", "strengthening by a trace of 1 in the step that is seen";
    }
    state {}
}

impl Plasticity for Clopath {
    type Pre = PreTable;
    type Post = PostTable;
    const FOLLOWS: bool = true;

    fn pre_derivative<R: Real>(p: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { x: -(x.x / p.tau_x) }
    }

    fn post_derivative<R: Real>(_: &Params<R>, _: &Post<R>) -> Post<R> {
        let still = R::lit(0.0);
        Post { u_minus: still, u_plus: still, ltp: still }
    }

    fn pre_jump<R: Real>(p: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { x: x.x + R::lit(1.0) / p.tau_x }
    }

    fn post_jump<R: Real>(_: &Params<R>, y: &Post<R>) -> Post<R> {
        *y
    }

    #[inline(always)]
    fn follow<R: Real>(p: &Params<R>, y: &Post<R>, v: R, dt: R) -> (Post<R>, R) {
        let above = |u: R, theta: R| (u - theta).max(R::lit(0.0));
        let filtered = |u: R, tau: R| (u - v) * (-(dt / tau)).exp() + v;
        let ltp = p.A_LTP * dt * above(v, p.theta_plus) * above(y.u_plus, p.theta_minus);
        let (u_minus, u_plus) = (filtered(y.u_minus, p.tau_minus), filtered(y.u_plus, p.tau_plus));
        (Post { u_minus, u_plus, ltp }, ltp)
    }

    #[inline(always)]
    fn on_pre<R: Real>(p: &Params<R>, w: R, s: &State<R>, _: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        let depolarised = (y.u_minus - p.theta_minus).max(R::lit(0.0));
        (within(w - p.w_0 * p.A_LTD * depolarised, p.w_max), *s)
    }

    #[inline(always)]
    fn on_post<R: Real>(p: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        (within(w + p.w_0 * x.x * y.ltp, p.w_max), *s)
    }
}
