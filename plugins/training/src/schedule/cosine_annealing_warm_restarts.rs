//! Cosine annealing with warm restarts: half a wave down, then from the top again over a longer time.
//!
//! ```text
//! η = η_min + (η₀ − η_min) (1 + cos(π t / Tᵢ)) / 2      t: epochs, with parts, since the restart i;  Tᵢ = T₀ mⁱ
//! ```
//!
//! Source: Loshchilov & Hutter (2017), Eq. 5, <https://arxiv.org/abs/1608.03983>; PyTorch and BrainPy `CosineAnnealingWarmRestarts`.

use super::wave::half_wave;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Plan, Progress, Rate};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("period", f64::NAN, "", "epochs until the first restart").within(Bound::Positive),
    Field::number("factor", 1.0, "", "what each time is longer than the one before").within(Bound::Positive),
    Field::number("eta_min", 0.0, "", "smallest rate").within(Bound::NonNegative),
];

/// A schedule of the learning rate.
///
/// # Errors
/// Times that become shorter.
pub fn build(plan: &Plan) -> Result<Rate, String> {
    let [period, factor, eta_min] = plan.numbers();
    if factor < 1.0 {
        return Err("`factor` is 1 or above, or restarts would never end".to_owned());
    }
    Ok(Box::new(move |base, at: Progress| half_wave(base, eta_min, part(at.epochs(), period, factor))))
}

/// How much of the time between two restarts has gone.
fn part(epochs: f64, period: f64, factor: f64) -> f64 {
    if factor == 1.0 {
        return (epochs / period).fract();
    }
    let (mut since, mut time) = (epochs, period);
    while since >= time {
        since -= time;
        time *= factor;
    }
    since / time
}
