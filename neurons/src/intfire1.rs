//! IntFire1: an integrate-and-fire unit without dimension, solved in closed form.
//!
//! ```text
//! m' = −m / tau, m ← m + w on a spike      m ≥ 1  ⇒  m ← 0, held for refrac
//! ```
//!
//! A step decays m and then adds what arrived, so the unit fires at the very time of the arrival.
//!
//! Source: Hines & Carnevale (2004), Neural Comput. 16(5), section 2, <https://doi.org/10.1162/089976604322860685>.

use ecs_core::model::prelude::*;

model! {
    /// NEURON's artificial cell of that name; input that arrives while it is refractory is lost.
    IntFire1
    params {
        tau = 10.0, "ms", "time constant", positive;
        refrac = 5.0, "ms", "refractory period", non_negative;
    }
    state {
        m = 0.0, "", "activation", held;
    }
}

impl Neuron for IntFire1 {
    const EXACT: bool = true;

    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, _: Input<R>) -> State<R> {
        State { m: -(s.m * p.tau.recip()) }
    }

    #[inline(always)]
    fn step<R: Real>(p: &Params<R>, s: &State<R>, _: Input<R>, jump: R, dt: R) -> State<R> {
        State { m: s.m * (-(dt * p.tau.recip())).exp() + jump }
    }

    #[inline(always)]
    fn condition<R: Real>(_: &Params<R>, s: &State<R>) -> R {
        s.m - 1.0
    }

    #[inline(always)]
    fn reset<R: Real>(_: &Params<R>, _: &State<R>) -> State<R> {
        State { m: R::lit(0.0) }
    }

    #[inline(always)]
    fn refractory<R: Real>(p: &Params<R>) -> R {
        p.refrac
    }
}
