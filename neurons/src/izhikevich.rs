//! Izhikevich neuron: a quadratic spike upstroke and one slow recovery variable.
//!
//! ```text
//! v' = k2 v² + k1 v + k0 − u + i_e + i      v ≥ v_peak  ⇒  v ← c
//! u' = a (b v − u)                                          u ← u + d
//! ```
//!
//! Source: Izhikevich (2003), IEEE Trans. Neural Netw. 14(6), Eqs. 1-3, <https://doi.org/10.1109/TNN.2003.820440>; the
//! coefficients k2, k1, k0 vary in Izhikevich (2004), 15(5), Fig. 1, <https://doi.org/10.1109/TNN.2004.832719>.
//! Departure: integrated as the scenario says; the paper's script takes two half steps in v, then one in u with the new v.

use ecs_core::model::prelude::*;

model! {
    /// Quadratic integrate-and-fire with recovery; the defaults spike regularly.
    Izhikevich "mV/ms"
    params {
        a = 0.02, "1/ms", "rate of recovery";
        b = 0.2, "1/ms", "pull of the voltage on the recovery";
        c = -65.0, "mV", "voltage after a spike";
        d = 8.0, "mV/ms", "recovery added by a spike";
        v_peak = 30.0, "mV", "voltage that counts as a spike";
        k2 = 0.04, "1/mV/ms", "quadratic coefficient";
        k1 = 5.0, "1/ms", "linear coefficient";
        k0 = 140.0, "mV/ms", "constant coefficient";
        i_e = 0.0, "mV/ms", "constant input";
    }
    state {
        v = -65.0, "mV", "membrane voltage";
        u = -13.0, "mV/ms", "recovery";
    }
}

impl Neuron for Izhikevich {
    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, input: Input<R>) -> State<R> {
        let v = p.k2 * s.v * s.v + p.k1 * s.v + p.k0 - s.u + p.i_e + input.current(s.v);
        State { v, u: p.a * (p.b * s.v - s.u) }
    }

    #[inline(always)]
    fn condition<R: Real>(p: &Params<R>, s: &State<R>) -> R {
        s.v - p.v_peak
    }

    #[inline(always)]
    fn reset<R: Real>(p: &Params<R>, s: &State<R>) -> State<R> {
        State { v: p.c, u: s.u + p.d }
    }
}
