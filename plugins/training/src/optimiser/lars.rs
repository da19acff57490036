//! LARS: momentum with a rate for each array, in proportion to its own size.
//!
//! ```text
//! r = τ |w| / (|g| + λ |w| + ε)      (1 where |w| or |g| is 0)
//! v ← μ v + η r (g + λ w)      w ← w − v
//! ```
//!
//! Source: You, Gitman & Ginsburg (2017), Algorithm 1, <https://arxiv.org/abs/1708.03888>; defaults of BrainPy.
//! Departure: BrainPy has r = 0 for an array of zeros, which then never moves.

use ecs_core::training::prelude::*;

model! {
    /// Layer-wise adaptive rates.
    Lars
    params {
        lr = 0.01, "", "learning rate", non_negative;
        momentum = 0.9, "", "what is left of the step after an update", fraction;
        trust = 1e-3, "", "size of a step over that of the array", positive;
        epsilon = 1e-5, "", "keeps the quotient finite", non_negative;
        weight_decay = 1e-4, "", "part of a value that is added to its gradient", non_negative;
    }
    state {
        v = 0.0, "", "step";
    }
}

impl Rule for Lars {
    const NORMS: bool = true;

    fn rule<R: Real>(p: &Params<f64>, at: &At) -> impl Fn(R, R, &State<R>) -> (R, State<R>) {
        let [size, slope] = at.norms;
        let ratio = match size > 0.0 && slope > 0.0 {
            true => p.trust * size / (slope + p.weight_decay * size + p.epsilon),
            false => 1.0,
        };
        move |w, g, s| {
            let v = s.v * p.momentum + (g + w * p.weight_decay) * (at.rate * ratio);
            (w - v, State { v })
        }
    }
}
