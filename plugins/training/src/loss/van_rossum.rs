//! Van Rossum distance: the squared difference of two spike trains, each spike smeared out by an exponential.
//!
//! ```text
//! ε(k) = ε(k − 1) e^(−dt/τ) + y(k) − t(k)      L = mean over samples and neurons of dt/τ Σ ε(k)²
//! ```
//!
//! Source: van Rossum (2001), Neural Computation 13(4), <https://doi.org/10.1162/089976601300014321>.

use ecs_core::number::{Num, Real};
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Evaluate, Plan, Wanted};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("tau", 10.0, "ms", "time constant of the exponential").within(Bound::Positive),
    Field::number("dt", 1.0, "ms", "time of a frame").within(Bound::Positive),
];
/// What it compares with.
pub const TARGET: Wanted = Wanted::Numbers;
/// Whether each frame costs what it costs by itself.
pub const APART: bool = false;

/// A loss.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Evaluate, String> {
    let [tau, dt] = plan.numbers();
    let decay = Num(-dt / tau).exp().0;
    Ok(Box::new(move |batch, gradient| {
        let [samples, frames, neurons] = batch.shape;
        let scale = dt / tau / (samples * neurons) as f64;
        let (spikes, wanted) = (batch.prediction, batch.numbers());
        let mut loss = 0.0;
        for train in 0..samples * neurons {
            let first = train / neurons * frames * neurons + train % neurons;
            let places = || (0..frames).map(|frame| first + frame * neurons);
            let mut trace = 0.0;
            // Forwards the gradient holds the traces themselves, backwards what each spike does to all later ones.
            for place in places() {
                trace = trace * decay + spikes[place] - wanted[place];
                gradient[place] = trace;
                loss += scale * trace * trace;
            }
            let mut after = 0.0;
            for place in places().rev() {
                after = after * decay + 2.0 * scale * gradient[place];
                gradient[place] = after;
            }
        }
        loss
    }))
}
