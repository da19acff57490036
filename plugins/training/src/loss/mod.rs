//! Losses, one file each: a number for a batch, and its derivative by the prediction. To add one, write its file and its name in this
//! list. All are means over the rows, or the numbers, of a batch.
//!
//! | BrainPy | here |
//! | --- | --- |
//! | `CrossEntropyLoss`, `cross_entropy_loss`, `cross_entropy_sparse`, `multiclass_logistic_loss` | `cross_entropy` |
//! | `softmax_cross_entropy` | `softmax_cross_entropy` |
//! | `cross_entropy_sigmoid`, `sigmoid_binary_cross_entropy`, `binary_logistic_loss` | `sigmoid_cross_entropy` |
//! | `NLLLoss`, `nll_loss` | `nll` |
//! | `L1Loss`, `l1_loss`, `MAELoss`, `mean_absolute_error` | `mae` |
//! | `MSELoss`, `mean_squared_error` | `mse` |
//! | `l2_loss`, `mean_squared_log_error`, `huber_loss`, `log_cosh_loss` | `l2`, `msle`, `huber`, `log_cosh` |
//! | `ctc_loss`, `ctc_loss_with_forward_probs` | `ctc`, [`paths::Paths::forward`] |
//! | `multi_margin_loss` | `multi_margin` |
//!
//! Of spikes: `spike_count`, `spike_rate`, `van_rossum`, `first_spike`.

ecs_core::register!(LossModel: cross_entropy, ctc, first_spike, huber, l2, log_cosh, mae, mse, msle, multi_margin, nll,
    sigmoid_cross_entropy, softmax_cross_entropy, spike_count, spike_rate, van_rossum);

mod counts;
mod elementwise;
pub mod labels;
pub mod paths;
mod softmax;
