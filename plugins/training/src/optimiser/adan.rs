//! Adan: Nesterov momentum estimated from differences of gradients.
//!
//! ```text
//! d = g − gₜ₋₁ (0 in the first update)
//! m ← (1 − β₁) m + β₁ g      v ← (1 − β₂) v + β₂ d      n ← (1 − β₃) n + β₃ (g + (1 − β₂) d)²
//! w ← (w − η (m̂ + (1 − β₂) v̂) / (√n̂ + ε)) / (1 + η λ)      each mean over 1 − (1 − β)ᵗ
//! ```
//!
//! Source: Xie et al. (2024), IEEE TPAMI 46(12), Algorithm 1, <https://arxiv.org/abs/2208.06677>; defaults of the paper.

use ecs_core::training::prelude::*;

model! {
    /// Adaptive Nesterov momentum.
    Adan
    params {
        lr = 0.001, "", "learning rate", non_negative;
        beta1 = 0.02, "", "share of the newest gradient", fraction;
        beta2 = 0.08, "", "share of the newest difference", fraction;
        beta3 = 0.01, "", "share of the newest square", fraction;
        epsilon = 1e-8, "", "keeps the quotient finite", positive;
        weight_decay = 0.02, "", "decay, times the learning rate", non_negative;
    }
    state {
        m = 0.0, "", "mean of gradients";
        v = 0.0, "", "mean of differences";
        n = 0.0, "", "mean of squares";
        before = 0.0, "", "gradient of the update before";
    }
}

impl Rule for Adan {
    fn rule<R: Real>(p: &Params<f64>, at: &At) -> impl Fn(R, R, &State<R>) -> (R, State<R>) {
        let [b1, b2, b3] = [p.beta1, p.beta2, p.beta3].map(|b| 1.0 - b);
        let [c1, c2, c3] = [b1, b2, b3].map(|b| 1.0 / at.correction(b));
        let first = at.step <= 1;
        let shrink = 1.0 / (1.0 + at.rate * p.weight_decay);
        move |w, g, s| {
            let d = if first { R::lit(0.0) } else { g - s.before };
            let u = g + d * b2;
            let m = s.m * b1 + g * p.beta1;
            let v = s.v * b2 + d * p.beta2;
            let n = s.n * b3 + u * u * p.beta3;
            let step = (m * c1 + v * (b2 * c2)) / ((n * c3).sqrt() + p.epsilon);
            ((w - step * at.rate) * shrink, State { m, v, n, before: g })
        }
    }
}
