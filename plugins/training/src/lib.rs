//! Training: what turns gradients into better parameters: optimisers, schedules, losses, regularisers, metrics.

pub mod optimiser;
pub mod schedule;
