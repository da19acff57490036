//! Adaptive exponential integrate-and-fire neuron: an exponential upstroke and a current that adapts.
//!
//! ```text
//! c_m v' = g_l (e_l − v) + g_l delta_t exp((v − v_t) / delta_t) − w + i_e + i      v ≥ v_peak  ⇒  v ← v_r, held for t_ref
//! tau_w w' = a (v − e_l) − w                                                                    w ← w + b
//! ```
//!
//! Source: Naud, Marcille, Clopath & Gerstner (2008), Biol. Cybern. 99, Eqs. 1-3, <https://doi.org/10.1007/s00422-008-0264-7>;
//! defaults of Brette & Gerstner (2005), J. Neurophysiol. 94, table 1, <https://doi.org/10.1152/jn.00686.2005>.
//! Departure: v acts as v_peak where a step carries it above, as in NEST's aeif models; the adaptation would overflow with it.

use ecs_core::model::prelude::*;

model! {
    /// Fires regularly and slows down; other parameters make it burst, or fire at the onset alone.
    Adaptive "pA"
    params {
        c_m = 281.0, "pF", "membrane capacitance", positive;
        g_l = 30.0, "nS", "leak conductance", positive;
        e_l = -70.6, "mV", "resting potential";
        v_t = -50.4, "mV", "voltage at which the upstroke begins";
        delta_t = 2.0, "mV", "sharpness of the upstroke", positive;
        v_peak = 0.0, "mV", "voltage that counts as a spike";
        v_r = -70.6, "mV", "voltage after a spike";
        a = 4.0, "nS", "adaptation below threshold";
        b = 80.5, "pA", "adaptation added by a spike";
        tau_w = 144.0, "ms", "time constant of adaptation", positive;
        i_e = 0.0, "pA", "constant current";
        t_ref = 0.0, "ms", "refractory period", non_negative;
    }
    state {
        v = -70.6, "mV", "membrane voltage", held;
        w = 0.0, "pA", "adaptation current";
    }
}

impl Neuron for Adaptive {
    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, input: Input<R>) -> State<R> {
        let v = s.v.min(p.v_peak);
        let upstroke = p.delta_t * ((v - p.v_t) / p.delta_t).exp();
        let inward = p.g_l * (p.e_l - v + upstroke) - s.w + p.i_e + input.current(s.v);
        State { v: inward / p.c_m, w: (p.a * (v - p.e_l) - s.w) / p.tau_w }
    }

    #[inline(always)]
    fn condition<R: Real>(p: &Params<R>, s: &State<R>) -> R {
        s.v - p.v_peak
    }

    #[inline(always)]
    fn reset<R: Real>(p: &Params<R>, s: &State<R>) -> State<R> {
        State { v: p.v_r, w: s.w + p.b }
    }

    #[inline(always)]
    fn refractory<R: Real>(p: &Params<R>) -> R {
        p.t_ref
    }
}
