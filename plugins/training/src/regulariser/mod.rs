//! Regularisers, one file each: a penalty on weights, firing rates or voltages, and its derivative. To add one, write its file and its
//! name in this list.
//!
//! BrainPy's `smooth_labels` is [`labels::smooth_labels`](crate::loss::labels::smooth_labels), and `label_smoothing` of the losses that
//! compare with classes; its other regularisers have their names here.

ecs_core::register!(RegulariserModel: firing_rate, l2_norm, log_cosh, mean_absolute, mean_square, voltage);

mod mean;
