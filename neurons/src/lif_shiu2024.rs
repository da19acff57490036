//! Leaky integrate-and-fire neuron of the fruit fly's whole brain: a synaptic variable that a spike clears as well.
//!
//! ```text
//! v' = (e_l − v + g) / tau_m,  g' = −g / tau_g,  g ← g + w on a spike; both stand still for t_ref
//! v ≥ v_th  ⇒  v ← v_reset, g ← 0
//! ```
//!
//! Between spikes both equations are solved in closed form. A step integrates, adds to `g` what arrived, and resets: so what
//! arrives in the step of the neuron's own spike is lost, and what arrives while it stands still is kept.
//!
//! Source: Shiu et al. (2024), Nature 634, 210-219, Methods, <https://doi.org/10.1038/s41586-024-07763-9>; order of operations of
//! the authors' Brian 2 program.

use ecs_core::model::prelude::*;

model! {
    /// One time constant for all synapses, whose weight is the voltage that `g` gains.
    LifShiu2024
    params {
        e_l = -52.0, "mV", "resting potential";
        tau_m = 20.0, "ms", "membrane time constant", positive;
        tau_g = 5.0, "ms", "synaptic time constant", positive;
        v_th = -45.0, "mV", "threshold";
        v_reset = -52.0, "mV", "voltage after a spike";
        t_ref = 2.2, "ms", "time without integration after a spike", non_negative;
    }
    state {
        v = -52.0, "mV", "membrane voltage";
        g = 0.0, "mV", "synaptic variable, as the voltage it drives the membrane to";
        pause = 0.0, "ms", "time to stand still";
    }
}

impl Neuron for LifShiu2024 {
    const EXACT: bool = true;

    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, input: Input<R>) -> State<R> {
        State {
            v: (p.e_l - s.v + s.g + input.current(s.v)) * p.tau_m.recip(),
            g: -(s.g * p.tau_g.recip()),
            pause: R::lit(0.0),
        }
    }

    #[inline(always)]
    fn step<R: Real>(p: &Params<R>, s: &State<R>, input: Input<R>, jump: R, dt: R) -> State<R> {
        // The step of the spike is the first of those in which the neuron stands still.
        let still = (s.pause - dt * 1.5).spike();
        let rest = p.e_l + input.current(s.v);
        let (a, b) = (dt * p.tau_m.recip(), dt * p.tau_g.recip());
        let decay = (-a).exp();
        let v = rest + (s.v - rest) * decay + s.g * (a * decay * (a - b).exprel());
        State {
            v: still.select(s.v, v),
            g: still.select(s.g, s.g * (-b).exp()) + jump,
            pause: (s.pause - dt).max(R::lit(0.0)),
        }
    }

    #[inline(always)]
    fn condition<R: Real>(p: &Params<R>, s: &State<R>) -> R {
        s.v - p.v_th
    }

    #[inline(always)]
    fn reset<R: Real>(p: &Params<R>, _: &State<R>) -> State<R> {
        State { v: p.v_reset, g: R::lit(0.0), pause: p.t_ref }
    }
}
