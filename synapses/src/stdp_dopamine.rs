//! Spike-timing-dependent plasticity that dopamine makes: pairs of spikes leave an eligibility, which changes the weight as far
//! as dopamine is there while it lasts.
//!
//! ```text
//! x' = −x / tau_plus, x ← x + 1 on a spike of the sender       y' = −y / tau_minus, y ← y + 1 on one of the receiver
//! c' = −c / tau_c:  receiver: c ← c + A_plus x                 sender: c ← c − A_minus y
//! n' = −n / tau_n,  n ← n + 1 / tau_n on a spike of the modulator
//! w' = c (n − b)
//! ```
//!
//! with w from w_min to w_max. Between two events, which spikes of sender, receiver and modulator are, w changes by
//! c (n (1 − e^(−t (1/tau_c + 1/tau_n))) / (1/tau_c + 1/tau_n) − b tau_c (1 − e^(−t/tau_c))), and is brought back within its
//! bounds at the end.
//!
//! Source: Izhikevich (2007), Cereb. Cortex 17(10), <https://doi.org/10.1093/cercor/bhl152>, in the form of Potjans, Morrison &
//! Diesmann (2010), Front. Comput. Neurosci. 4:141, <https://doi.org/10.3389/fncom.2010.00141>; names and defaults as in NEST's
//! `stdp_dopamine_synapse`, whose volume transmitter is the key `modulator` of the projection, and whose tau_minus belongs to the
//! receiver.
//! Departure: NEST also brings w back within its bounds at every interval of its volume transmitter.

#![expect(non_snake_case, reason = "A_plus and A_minus are what NEST calls them")]

use ecs_core::model::prelude::*;

rule! {
    /// Pairs of spikes that dopamine follows change the weight, after seconds still.
    StdpDopamine
    params {
        tau_plus = 20.0, "ms", "time constant of the sender's trace", positive;
        tau_minus = 20.0, "ms", "time constant of the receiver's trace", positive;
        tau_c = 1000.0, "ms", "time constant of eligibility", positive;
        tau_n = 200.0, "ms", "time constant of dopamine", positive;
        b = 0.0, "", "dopamine at which weights stay, in spikes per ms";
        A_plus = 1.0, "weight", "eligibility by a sender's spike before a receiver's";
        A_minus = 1.5, "weight", "eligibility lost by a receiver's spike before a sender's";
        w_min = 0.0, "weight", "smallest weight";
        w_max = f64::NAN, "weight", "largest weight";
    }
    pre { x = 0.0, "", "spikes of the sender"; }
    post { y = 0.0, "", "spikes of the receiver"; }
    state { c = 0.0, "weight", "eligibility"; }
}

impl Plasticity for StdpDopamine {
    type Pre = PreTable;
    type Post = PostTable;
    const DRIFTS: bool = true;
    const MODULATED: bool = true;

    fn pre_derivative<R: Real>(p: &Params<R>, x: &Pre<R>) -> Pre<R> {
        Pre { x: -(x.x / p.tau_plus) }
    }

    fn post_derivative<R: Real>(p: &Params<R>, y: &Post<R>) -> Post<R> {
        Post { y: -(y.y / p.tau_minus) }
    }

    #[inline(always)]
    fn on_pre<R: Real>(p: &Params<R>, w: R, s: &State<R>, _: &Pre<R>, y: &Post<R>) -> (R, State<R>) {
        (w, State { c: s.c - p.A_minus * y.y })
    }

    #[inline(always)]
    fn on_post<R: Real>(p: &Params<R>, w: R, s: &State<R>, x: &Pre<R>, _: &Post<R>) -> (R, State<R>) {
        (w, State { c: s.c + p.A_plus * x.x })
    }

    fn modulator<R: Real>(p: &Params<R>) -> [R; 2] {
        [p.tau_n, R::lit(1.0) / p.tau_n]
    }

    #[inline(always)]
    fn between<R: Real>(p: &Params<R>, w: R, s: &State<R>, elapsed: R, level: R) -> (R, State<R>) {
        let kept = (-(elapsed / p.tau_c)).exp();
        let both = (-(elapsed / p.tau_n)).exp() * kept;
        let meeting = p.tau_c * p.tau_n / (p.tau_c + p.tau_n);
        let change = level * meeting * both.complement() - p.b * p.tau_c * kept.complement();
        ((w + s.c * change).max(p.w_min).min(p.w_max), State { c: s.c * kept })
    }
}
