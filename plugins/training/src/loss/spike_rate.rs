//! Squared error of firing rates: as `spike_count`, with spikes in a frame in place of spikes, so that it does not depend on the frames.
//!
//! ```text
//! r_c = n_c / frames      L = mean over samples and classes of (r_c − r̂_c)²
//! ```
//!
//! Source: Spyx `mse_spikerate`, Heckel & Nowotny (2024), <https://arxiv.org/abs/2402.18994>.

use super::counts::squared_counts;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Evaluate, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("correct", 0.75, "", "spikes in a frame of the neuron of the right class").within(Bound::NonNegative),
    Field::number("incorrect", 0.25, "", "spikes in a frame of the others").within(Bound::NonNegative),
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
    Ok(Box::new(move |batch, gradient| {
        squared_counts(batch, gradient, [correct, incorrect], batch.shape[1] as f64)
    }))
}
