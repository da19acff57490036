//! Inhibitory plasticity of Vogels, Sprekeler and others: what inhibits a neuron learns to keep it at a rate.
//!
//! ```text
//! x' = −x / tau, x ← x + 1 on a spike of the sender            y' = −y / tau, y ← y + 1 on one of the receiver
//! receiver: w ← w + w_max eta x                                 sender: w ← w + w_max eta (y − alpha)
//! ```
//!
//! with w from 0 to w_max, which is negative where weights inhibit by their sign. On average and without correlations w drifts by
//! w_max eta times sender's rate times (2 tau times receiver's rate − alpha): the receiver comes to rest at
//! rho_0 = alpha / (2 tau).
//!
//! Source: Vogels, Sprekeler, Zenke, Clopath & Gerstner (2011), Science 334(6062), supporting online material,
//! <https://doi.org/10.1126/science.1211095>; names and defaults as in NEST's `vogels_sprekeler_synapse`, where a step is a
//! part of 1.
//! Departure: NEST brings w back between its bounds after + eta y and again after − eta alpha; here it is done once.

use ecs_core::model::prelude::*;

use crate::triplet::within;

rule! {
    /// Strengthens by coincidence on either side, and weakens by every spike of the sender.
    VogelsSprekeler
    params {
        tau = 20.0, "ms", "time constant of the traces", positive;
        alpha = 0.12, "", "weakening by a spike of the sender: 2 tau times the receiver's rate at rest", non_negative;
        eta = 0.001, "", "step, as a part of w_max", non_negative;
        w_max = f64::NAN, "weight", "strongest weight";
    }
    pre { x = 0.0, "", "spikes of the sender"; }
    post { y = 0.0, "", "spikes of the receiver"; }
    state {}
}

impl Plasticity for VogelsSprekeler {
    type Pre = PreTable;
    type Post = PostTable;

    fn pre_derivative<R: Real>(p: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { x: -(x.x / p.tau) }
    }

    fn post_derivative<R: Real>(p: &Params<R>, y: &Post<R>) -> Post<R> {
        Post { y: -(y.y / p.tau) }
    }

    #[inline(always)]
    fn on_pre<R: Real>(p: &Params<R>, w: R, s: &State<R>, _: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        (within(w + p.w_max * p.eta * (y.y - p.alpha), p.w_max), *s)
    }

    #[inline(always)]
    fn on_post<R: Real>(p: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, _: &Post<R>) -> (R, State<R>) {
        (within(w + p.w_max * p.eta * x.x, p.w_max), *s)
    }
}
