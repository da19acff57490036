//! AdamW: Adam, with decay of the weights themselves in place of a penalty.
//!
//! ```text
//! w ← (1 − η λ) w, then as adam without λ
//! ```
//!
//! Source: Loshchilov & Hutter (2019), Algorithm 2, <https://arxiv.org/abs/1711.05101>, in the form of PyTorch.

use ecs_core::training::prelude::*;

model! {
    /// Adam with decoupled decay.
    Adamw
    params {
        lr = 0.001, "", "learning rate", non_negative;
        beta1 = 0.9, "", "what is left of the mean after an update", fraction;
        beta2 = 0.999, "", "what is left of the mean square after an update", fraction;
        epsilon = 1e-8, "", "keeps the quotient finite", positive;
        weight_decay = 0.01, "", "part of a value that goes in an update, times the learning rate", non_negative;
        amsgrad = 0.0, "", "1 to divide by the largest mean square so far", fraction;
    }
    state {
        m = 0.0, "", "mean of gradients";
        v = 0.0, "", "mean of squared gradients";
        v_max = 0.0, "", "largest mean of squared gradients so far, with `amsgrad`";
    }
}

impl Rule for Adamw {
    fn rule<R: Real>(p: &Params<f64>, at: &At) -> impl Fn(R, R, &State<R>) -> (R, State<R>) {
        let scale = at.rate / at.correction(p.beta1);
        let root = 1.0 / at.correction(p.beta2).sqrt();
        let amsgrad = p.amsgrad != 0.0;
        let kept = 1.0 - at.rate * p.weight_decay;
        move |w, g, s| {
            let w = w * kept;
            let m = s.m * p.beta1 + g * (1.0 - p.beta1);
            let v = s.v * p.beta2 + g * g * (1.0 - p.beta2);
            let v_max = if amsgrad { s.v_max.max(v) } else { s.v_max };
            let largest = if amsgrad { v_max } else { v };
            (w - m * scale / (largest.sqrt() * root + p.epsilon), State { m, v, v_max })
        }
    }
}
