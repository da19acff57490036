//! Izhikevich neuron, stepped as in its author's script, so that published spike times come out to the step.
//!
//! ```text
//! v ← v + dt (k2 v² + k1 v + k0 − u + i_e + i)      v ≥ v_peak  ⇒  v ← c
//! u ← u + dt a (b v − u), with the new v                            u ← u + d
//! ```
//!
//! Source: Izhikevich (2004), IEEE Trans. Neural Netw. 15(5), Fig. 1 and its script, <https://doi.org/10.1109/TNN.2004.832719>.
//! Departure: the script asks v > v_peak. For the equations taken alone, with an integrator of choice, see `izhikevich`.

use ecs_core::model::prelude::*;

model! {
    /// Quadratic integrate-and-fire with recovery, in the published steps; the defaults spike regularly.
    Izhikevich2004 "mV/ms"
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

impl Neuron for Izhikevich2004 {
    const EXACT: bool = true;

    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, input: Input<R>) -> State<R> {
        let v = p.k2 * s.v * s.v + p.k1 * s.v + p.k0 - s.u + p.i_e + input.current(s.v);
        State { v, u: p.a * (p.b * s.v - s.u) }
    }

    #[inline(always)]
    fn step<R: Real>(p: &Params<R>, s: &State<R>, input: Input<R>, jump: R, dt: R) -> State<R> {
        let s = State { v: s.v + jump, u: s.u };
        let v = s.v + Self::derivative(p, &s, input).v * dt;
        let u = s.u + Self::derivative(p, &State { v, u: s.u }, input).u * dt;
        State { v, u }
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
