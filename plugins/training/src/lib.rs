//! Training: what turns gradients into better parameters: methods, optimisers, schedules, losses, regularisers, metrics; and the trainer, which
//! puts them to work on data.

pub mod checkpoint;
pub mod data;
pub mod features;
pub mod loss;
pub mod method;
pub mod metric;
pub mod optimiser;
pub mod readout;
pub mod regulariser;
pub mod schedule;
pub mod trainer;
pub mod transform;
