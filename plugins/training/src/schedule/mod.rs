//! Schedules of the learning rate, one file each. To add one, write its file and its name in this list.
//!
//! | elsewhere | here |
//! | --- | --- |
//! | BrainPy `Constant`, `StepLR`, `MultiStepLR`, `CosineAnnealingLR`, ... | `constant`, `step`, `multi_step`, `cosine_annealing`, ... |
//! | PyTorch `LinearLR` before another in a `ChainedScheduler` | `linear_warmup` before another in a list |

ecs_core::register!(ScheduleModel: constant, cosine_annealing, cosine_annealing_warm_restarts, exponential, exponential_decay,
    inverse_time_decay, linear_warmup, multi_step, piecewise_constant, polynomial_decay, step);

mod wave;

use ecs_core::training::{Progress, Rate};

/// The rate after several schedules, each starting from what the one before gives.
#[must_use]
pub fn rate(schedules: &[Rate], base: f64, at: Progress) -> f64 {
    schedules.iter().fold(base, |rate, schedule| schedule(rate, at))
}

/// The list, which has to ascend.
fn ascending(list: &[f64], name: &str) -> Result<Vec<f64>, String> {
    match list.is_sorted_by(|a, b| a < b) {
        true => Ok(list.to_vec()),
        false => Err(format!("`{name}` do not ascend")),
    }
}
