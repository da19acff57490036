//! The rule of Bienenstock, Cooper and Munro for spikes: a receiver's rate above its threshold strengthens, below it weakens, and
//! the threshold slides with the square of the rate.
//!
//! ```text
//! x' = −x / tau, x ← x + 1 on a spike of the sender
//! y' = −y / tau, y ← y + 1,   theta' = −theta / tau_theta, theta ← theta + y / (rho_0 tau_theta) on one of the receiver
//! receiver: w ← w + w_max eta x (y − theta)
//! ```
//!
//! with w from 0 to w_max. On average and for rates that change slowly against tau and fast against tau_theta, a weight drifts by
//! w_max eta tau² x y (y − ⟨y²⟩ / rho_0): the threshold is the mean square of the rate over rho_0. A receiver that answers one
//! of n equally frequent patterns comes to rest where it answers that one with n rho_0 and the others not at all.
//!
//! Source: Bienenstock, Cooper & Munro (1982), J. Neurosci. 2(1), <https://doi.org/10.1523/JNEUROSCI.02-01-00032.1982>;
//! threshold as in Intrator & Cooper (1992), Neural Networks 5(1), <https://doi.org/10.1016/S0893-6080(05)80003-6>.
//! Departure: rates are counted by spikes, and the receiver's by those before the one that changes the weight; weights end at 0
//! and w_max.

use ecs_core::model::prelude::*;

use crate::triplet::within;

rule! {
    /// Makes a receiver selective: its synapses compete by a threshold that follows its rate.
    Bcm
    params {
        tau = 20.0, "ms", "time constant over which rates are counted", positive;
        tau_theta = 1000.0, "ms", "time constant of the threshold", positive;
        rho_0 = 10.0, "Hz", "rate at which the threshold is the rate", positive;
        eta = 0.001, "", "step, as a part of w_max", non_negative;
        w_max = f64::NAN, "weight", "largest weight";
    }
    pre { x = 0.0, "", "spikes of the sender"; }
    post {
        y = 0.0, "", "spikes of the receiver";
        theta = 0.0, "", "threshold, in the unit of y";
    }
    state {}
}

impl Plasticity for Bcm {
    type Pre = PreTable;
    type Post = PostTable;

    fn pre_derivative<R: Real>(p: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { x: -(x.x / p.tau) }
    }

    fn post_derivative<R: Real>(p: &Params<R>, y: &Post<R>) -> Post<R> {
        Post { y: -(y.y / p.tau), theta: -(y.theta / p.tau_theta) }
    }

    fn post_jump<R: Real>(p: &Params<R>, y: &Post<R>) -> Post<R> {
        let rho_0 = p.rho_0 * 0.001;
        Post { y: y.y + 1.0, theta: y.theta + y.y / (rho_0 * p.tau_theta) }
    }

    #[inline(always)]
    fn on_pre<R: Real>(_: &Params<R>, w: R, s: &State<R>, _: &Pre<R>, _: &Post<R>) -> (R, State<R>) {
        (w, *s)
    }

    #[inline(always)]
    fn on_post<R: Real>(p: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        (within(w + p.w_max * p.eta * x.x * (y.y - y.theta), p.w_max), *s)
    }
}
