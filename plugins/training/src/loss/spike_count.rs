//! Squared error of spike counts: the neuron of the right class should fire at one rate and all others at another.
//!
//! ```text
//! n_c = Σ over frames of the spikes of c      L = mean over samples and classes of (n_c − frames r_c)²
//! ```
//!
//! Source: snnTorch `mse_count_loss`, Eshraghian et al. (2023), Proceedings of the IEEE 111(9), <https://doi.org/10.1109/JPROC.2023.3308088>.
//! Departure: snnTorch divides by the frames.

use super::counts::squared_counts;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Evaluate, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("correct", 1.0, "", "spikes in a frame of the neuron of the right class").within(Bound::NonNegative),
    Field::number("incorrect", 0.0, "", "spikes in a frame of the others").within(Bound::NonNegative),
];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Classes;
/// Whether each frame costs what it costs by itself.
pub const APART: bool = false;

/// A loss.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Evaluate, String> {
    let [correct, incorrect] = plan.numbers();
    Ok(Box::new(move |batch, gradient| squared_counts(batch, gradient, [correct, incorrect], 1.0)))
}
