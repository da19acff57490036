//! Slopes: how the value that a word stands for moves with the parameters of its law (the reparametrised draw).
//!
//! Source: Kingma & Welling 2014, "Auto-encoding variational Bayes", ICLR, section 2.4.

use super::distribution::Distribution;
use super::elementary::{exp, ln_1p};
use super::word::{normal_word, uniform_word};

impl Distribution {
    /// The parameters that a value moves with, in the words of a scenario. Bounds are none of them.
    #[must_use]
    pub fn parameters(&self) -> &'static [&'static str] {
        match self {
            Self::Constant(_) => &["value"],
            Self::Uniform { .. } => &["low", "high"],
            Self::Normal { .. } | Self::TruncatedNormal { .. } | Self::LogNormal { .. } => &["mean", "sd"],
        }
    }

    /// The values of [`parameters`](Self::parameters), and zeros beyond the last.
    #[must_use]
    pub fn values(&self) -> [f64; 2] {
        match *self {
            Self::Constant(value) => [value, 0.0],
            Self::Uniform { lo, hi } => [lo, hi],
            Self::Normal { mean, sd, .. }
            | Self::TruncatedNormal { mean, sd, .. }
            | Self::LogNormal { mean, sd, .. } => [mean, sd],
        }
    }

    /// The law of this kind and these bounds whose [`parameters`](Self::parameters) have these values.
    #[must_use]
    pub fn with_values(&self, [a, b]: [f64; 2]) -> Self {
        match *self {
            Self::Constant(_) => Self::Constant(a),
            Self::Uniform { .. } => Self::Uniform { lo: a, hi: b },
            Self::Normal { min, max, .. } => Self::Normal { mean: a, sd: b, min, max },
            Self::TruncatedNormal { min, max, .. } => Self::TruncatedNormal { mean: a, sd: b, min, max },
            Self::LogNormal { min, max, .. } => Self::LogNormal { mean: a, sd: b, min, max },
        }
    }

    /// ∂value/∂parameter for each of [`parameters`](Self::parameters), at the value that `word` stands for; zero where it
    /// is clipped, and beyond the last parameter.
    #[must_use]
    pub fn slopes(&self, word: u32) -> [f64; 2] {
        let value = self.sampler().of_word(word);
        match *self {
            Self::Constant(_) => [1.0, 0.0],
            Self::Uniform { .. } => [1.0 - uniform_word(word), uniform_word(word)],
            Self::Normal { min, max, .. } | Self::LogNormal { min, max, .. }
                if value <= min || value >= max =>
            {
                [0.0; 2]
            }
            Self::Normal { .. } => [1.0, f64::from(normal_word(word))],
            // P(below value) = u P(below max) + (1 - u) P(below min), and each side moves along its density.
            Self::TruncatedNormal { mean, sd, min, max } => {
                let (z, u) = ((value - mean) / sd, uniform_word(word));
                let share = |bound: f64, weight: f64| {
                    let at = (bound - mean) / sd;
                    let ratio = if at.is_finite() { weight * exp(0.5 * (z * z - at * at)) } else { 0.0 };
                    if ratio > 0.0 { [ratio, ratio * at] } else { [0.0; 2] }
                };
                let [low, high] = [share(min, 1.0 - u), share(max, u)];
                if sd > 0.0 { [1.0 - low[0] - high[0], z - low[1] - high[1]] } else { [1.0, 0.0] }
            }
            // value = exp(m + s z) with s² = ln(1 + (sd / mean)²) and m = ln mean − s² / 2.
            Self::LogNormal { mean, sd, .. } => {
                let (z, ratio) = (f64::from(normal_word(word)), sd / mean);
                let s = ln_1p(ratio * ratio).sqrt();
                // ∂s²/∂ratio, and from it the slope of ln value along ratio.
                let spread = 2.0 * ratio / (1.0 + ratio * ratio);
                let along = if s > 0.0 { spread * (z / (2.0 * s) - 0.5) } else { z };
                [value * (1.0 - along * ratio) / mean, value * along / mean]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Key, Purpose};

    /// Of central differences: rounding of the values over the step, and the square of the step.
    const TOLERANCE: f64 = 1e-6;

    #[test]
    fn slopes_are_those_of_finite_differences() {
        let laws: [fn([f64; 2]) -> Distribution; 6] = [
            |[value, _]| Distribution::Constant(value),
            |[lo, hi]| Distribution::Uniform { lo, hi },
            |[mean, sd]| Distribution::Normal { mean, sd, min: 0.5, max: 4.0 },
            |[mean, sd]| Distribution::TruncatedNormal { mean, sd, min: 0.5, max: 4.0 },
            |[mean, sd]| Distribution::TruncatedNormal { mean, sd, min: 0.5, max: f64::INFINITY },
            |[mean, sd]| Distribution::LogNormal { mean, sd, min: 0.5, max: 4.0 },
        ];
        let (key, at, step) = (Key::new(1, 2, Purpose::Weight), [1.5, 2.5], 1e-5);
        for law in laws {
            for draw in 0..1000 {
                let word = key.block(draw, 0)[0];
                let slopes = law(at).slopes(word);
                for k in 0..2 {
                    let moved = |by: f64| {
                        let mut parameters = at;
                        parameters[k] += by;
                        law(parameters).sampler().of_word(word)
                    };
                    let right = (moved(step) - moved(-step)) / (2.0 * step);
                    assert!(
                        (slopes[k] - right).abs() < TOLERANCE * right.abs().max(1.0),
                        "{:?} {k}",
                        law(at)
                    );
                }
            }
        }
    }
}
