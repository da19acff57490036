//! Leaky integrate-and-fire neuron, driven by currents, conductances or voltage jumps.
//!
//! ```text
//! v' = (e_l − v) / tau_m + (i_e + i) / c_m      v ≥ v_th  ⇒  v ← v_reset, held for t_ref
//! ```
//!
//! Source: Brette et al. (2007), J. Comput. Neurosci. 23, appendix 2, benchmarks 1 and 2,
//! <https://doi.org/10.1007/s10827-007-0038-6>; the leak is g_l = c_m / tau_m.

use ecs_core::model::prelude::*;

model! {
    /// Integrates its input with a leak, and starts anew after each spike.
    Lif "pA"
    params {
        e_l = -70.0, "mV", "resting potential";
        c_m = 250.0, "pF", "membrane capacitance", positive;
        tau_m = 10.0, "ms", "membrane time constant", positive;
        v_th = -55.0, "mV", "threshold";
        v_reset = -70.0, "mV", "voltage after a spike";
        t_ref = 2.0, "ms", "refractory period", non_negative;
        i_e = 0.0, "pA", "constant current";
    }
    state {
        v = -70.0, "mV", "membrane voltage", held;
    }
}

impl Neuron for Lif {
    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, input: Input<R>) -> State<R> {
        let v = (p.e_l - s.v) * p.tau_m.recip() + (p.i_e + input.current(s.v)) * p.c_m.recip();
        State { v }
    }

    #[inline(always)]
    fn condition<R: Real>(p: &Params<R>, s: &State<R>) -> R {
        s.v - p.v_th
    }

    #[inline(always)]
    fn reset<R: Real>(p: &Params<R>, _: &State<R>) -> State<R> {
        State { v: p.v_reset }
    }

    #[inline(always)]
    fn refractory<R: Real>(p: &Params<R>) -> R {
        p.t_ref
    }
}
