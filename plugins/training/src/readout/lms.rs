//! LMS: least mean squares, a step against the error of each sample.
//!
//! ```text
//! w ← w − α x (output − target)
//! ```
//!
//! Source: Widrow & Hoff (1960), IRE WESCON Convention Record 4; BrainPy `LMS`.

use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Learn, Online, Plan};

/// The table.
pub const PARAMS: &[Field] = &[Field::number("alpha", 0.1, "", "learning rate").within(Bound::NonNegative)];

struct Lms(f64);

impl Online for Lms {
    fn learn(&mut self, weights: &mut [f64], features: &[f32], outputs: &[f64], targets: &[f64]) {
        for (row, x) in weights.chunks_exact_mut(outputs.len()).zip(features) {
            let errors = outputs.iter().zip(targets);
            let step = self.0 * f64::from(*x);
            row.iter_mut().zip(errors).for_each(|(w, (output, target))| *w -= step * (output - target));
        }
    }

    fn state(&mut self) -> &mut [f64] {
        &mut []
    }
}

/// A learner.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Learn, String> {
    let [alpha] = plan.numbers();
    Ok(Learn::Online(Box::new(move |_| Box::new(Lms(alpha)))))
}
