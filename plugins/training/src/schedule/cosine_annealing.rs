//! Cosine annealing: down to the smallest rate along half a wave, and up again.
//!
//! ```text
//! η = η_min + (η₀ − η_min) (1 + cos(π epoch / period)) / 2
//! ```
//!
//! Source: Loshchilov & Hutter (2017), Eq. 5, <https://arxiv.org/abs/1608.03983>; PyTorch and BrainPy `CosineAnnealingLR`.

use super::wave::half_wave;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Plan, Progress, Rate};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("period", f64::NAN, "", "epochs until the smallest rate").within(Bound::Positive),
    Field::number("eta_min", 0.0, "", "smallest rate").within(Bound::NonNegative),
];

/// A schedule of the learning rate.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Rate, String> {
    let [period, eta_min] = plan.numbers();
    Ok(Box::new(move |base, at: Progress| half_wave(base, eta_min, at.epoch() as f64 / period)))
}
