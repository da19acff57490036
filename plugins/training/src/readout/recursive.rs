//! Recursive least squares: the weights that fit all samples so far, kept up to date with each.
//!
//! ```text
//! k = P x / (λ + xᵀ P x)      w ← w − k (output − target)      P ← (P − k xᵀ P) / λ
//! ```

use ecs_core::training::Online;

/// The inverse correlation of the features.
pub(super) struct Recursive {
    /// `[feature, feature]`, symmetric.
    p: Vec<f64>,
    forgetting: f64,
    along: Vec<f64>,
}

impl Recursive {
    pub(super) fn new(features: usize, initial: f64, forgetting: f64) -> Self {
        let mut p = vec![0.0; features * features];
        p.iter_mut().step_by(features + 1).for_each(|diagonal| *diagonal = initial);
        Self { p, forgetting, along: vec![0.0; features] }
    }
}

impl Online for Recursive {
    fn learn(&mut self, weights: &mut [f64], features: &[f32], outputs: &[f64], targets: &[f64]) {
        let dot = |row: &[f64]| row.iter().zip(features).map(|(p, x)| p * f64::from(*x)).sum::<f64>();
        let rows = self.p.chunks_exact(features.len());
        self.along.iter_mut().zip(rows).for_each(|(along, row)| *along = dot(row));
        let gain = 1.0 / (self.forgetting + dot(&self.along));
        for (row, along) in weights.chunks_exact_mut(outputs.len()).zip(&self.along) {
            let errors = outputs.iter().zip(targets);
            row.iter_mut()
                .zip(errors)
                .for_each(|(w, (output, target))| *w -= along * gain * (output - target));
        }
        for (row, left) in self.p.chunks_exact_mut(features.len()).zip(&self.along) {
            let right = self.along.iter();
            row.iter_mut()
                .zip(right)
                .for_each(|(p, right)| *p = (*p - left * gain * right) / self.forgetting);
        }
    }

    fn state(&mut self) -> &mut [f64] {
        &mut self.p
    }
}
