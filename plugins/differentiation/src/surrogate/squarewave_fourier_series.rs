//! Square wave: the first n terms of its Fourier series, a periodic gradient.
//!
//! ```text
//! g = 4/T Σ cos(2π (2k − 1) x / T)      G = ½ + 2/π Σ sin(2π (2k − 1) x / T) / (2k − 1),  k = 1 .. n
//! ```
//!
//! Source: SpikingJelly, Fang et al. (2023), Science Advances 9(40), <https://doi.org/10.1126/sciadv.adi1480>; defaults of braintools 0.3.0
//! `SquarewaveFourierSeries`.

use ecs_core::model::prelude::*;
use ecs_core::number::special::{cos_turns, sin_turns};
use std::f64::consts::FRAC_2_PI;

model! {
    /// Positive within a quarter of a period of the threshold.
    SquarewaveFourierSeries
    params {
        n = 2.0, "", "terms", positive;
        t_period = 8.0, "", "period of the wave", positive;
    }
    state {}
}

impl PseudoDerivative for SquarewaveFourierSeries {
    #[inline(always)]
    fn gradient<R: Real>(p: &Params<f64>, x: R) -> R {
        harmonics(p.n, cos_turns(x / p.t_period), cos_turns(x * 2.0 / p.t_period), -1.0, |_| 1.0) * (4.0 / p.t_period)
    }

    #[inline(always)]
    fn primitive<R: Real>(p: &Params<f64>, x: R) -> R {
        let (sin, cos) = (sin_turns(x / p.t_period), cos_turns(x * 2.0 / p.t_period));
        harmonics(p.n, sin, cos, 1.0, |order| 1.0 / order) * FRAC_2_PI + 0.5
    }
}

/// Σ weight(2k − 1) y_k over the odd harmonics y_k of y_1, by y_(k+1) = 2 cos(2θ) y_k − y_(k−1), with y_0 = y_1 `mirror`.
#[inline(always)]
fn harmonics<R: Real>(n: f64, first: R, cos: R, mirror: f64, weight: impl Fn(f64) -> f64) -> R {
    let (mut before, mut now) = (first * -mirror, first);
    let mut sum = first;
    for k in 1..n as usize {
        (before, now) = (now, now * cos * 2.0 - before);
        sum = sum + now * weight((2 * k + 1) as f64);
    }
    sum
}
