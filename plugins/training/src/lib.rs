//! Training: what turns gradients into better parameters: optimisers, schedules, losses, regularisers, metrics.

pub mod loss;
pub mod metric;
pub mod optimiser;
pub mod readout;
pub mod regulariser;
pub mod schedule;
pub mod transform;
