//! Metrics, one file each: what says how good predictions are, over all batches of a pass. To add one, write its file and its name in
//! this list. [`confusion::Confusion`] has the whole matrix.

ecs_core::register!(MetricModel: accuracy, f1, mae, mse, precision, r2, recall, top_k);

pub mod confusion;
mod mean;
