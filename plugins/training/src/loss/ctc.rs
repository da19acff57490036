//! Connectionist temporal classification: the labels of a sequence, whenever they come, with blanks between them.
//!
//! ```text
//! L = −mean over samples of ln Σ over all paths that collapse to the labels of Π over frames of p(class on the path)
//! ```
//!
//! Source: Graves, Fernández, Gomez & Schmidhuber (2006), ICML, section 4, <https://doi.org/10.1145/1143844.1143891>; BrainPy `ctc_loss` and
//! `ctc_loss_with_forward_probs`. Infinite, and flat, where a sample has too few frames for its labels.

use super::paths::Paths;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Evaluate, Plan, Target, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("blank", 0.0, "", "class that is the blank").within(Bound::NonNegative),
];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Sequences;
/// Whether each frame costs what it costs by itself.
pub const APART: bool = false;

/// A loss.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Evaluate, String> {
    let [blank] = plan.numbers();
    Ok(Box::new(move |batch, gradient| {
        let Target::Sequences(labels, lengths) = batch.target else {
            panic!("targets are sequences where sequences are wanted")
        };
        let [samples, frames, classes] = batch.shape;
        let size = frames * classes;
        let mut loss = 0.0;
        for sample in 0..samples {
            let slopes = &mut gradient[sample * size..(sample + 1) * size];
            let logits = &batch.prediction[sample * size..(sample + 1) * size];
            slopes.fill(0.0);
            let used = lengths[sample] * classes;
            let paths = Paths::new(&logits[..used], classes, &labels[sample], blank as u32);
            loss += paths.loss() / samples as f64;
            paths.slopes(&mut slopes[..used], 1.0 / samples as f64);
        }
        loss
    }))
}
