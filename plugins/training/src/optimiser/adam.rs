//! Adam: the mean gradient over the root of the mean square, both corrected for having begun at 0.
//!
//! ```text
//! g ← g + λ w      m ← β₁ m + (1 − β₁) g      v ← β₂ v + (1 − β₂) g²
//! w ← w − η m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)      with amsgrad, the largest v so far in place of v
//! ```
//!
//! Source: Kingma & Ba (2015), Algorithm 1, <https://arxiv.org/abs/1412.6980>; Reddi, Kale & Kumar (2018), <https://arxiv.org/abs/1904.09237>, for
//! amsgrad, in the form of PyTorch.

use ecs_core::training::prelude::*;

model! {
    /// Adaptive moments.
    Adam
    params {
        lr = 0.001, "", "learning rate", non_negative;
        beta1 = 0.9, "", "what is left of the mean after an update", fraction;
        beta2 = 0.999, "", "what is left of the mean square after an update", fraction;
        epsilon = 1e-8, "", "keeps the quotient finite", positive;
        weight_decay = 0.0, "", "part of a value that is added to its gradient", non_negative;
        amsgrad = 0.0, "", "1 to divide by the largest mean square so far", fraction;
    }
    state {
        m = 0.0, "", "mean of gradients";
        v = 0.0, "", "mean of squared gradients";
        v_max = 0.0, "", "largest mean of squared gradients so far, with `amsgrad`";
    }
}

impl Rule for Adam {
    fn rule<R: Real>(p: &Params<f64>, at: &At) -> impl Fn(R, R, &State<R>) -> (R, State<R>) {
        let scale = at.rate / at.correction(p.beta1);
        let root = 1.0 / at.correction(p.beta2).sqrt();
        let amsgrad = p.amsgrad != 0.0;
        move |w, g, s| {
            let g = g + w * p.weight_decay;
            let m = s.m * p.beta1 + g * (1.0 - p.beta1);
            let v = s.v * p.beta2 + g * g * (1.0 - p.beta2);
            let v_max = if amsgrad { s.v_max.max(v) } else { s.v_max };
            let largest = if amsgrad { v_max } else { v };
            (w - m * scale / (largest.sqrt() * root + p.epsilon), State { m, v, v_max })
        }
    }
}
