//! FORCE: recursive least squares while the output is fed back, with errors that are small from the beginning.
//!
//! ```text
//! P(0) = 1 / α, then as rls
//! ```
//!
//! Source: Sussillo & Abbott (2009), Neuron 63(4), Eqs. 4 and 5, <https://doi.org/10.1016/j.neuron.2009.07.018>; BrainPy `ForceTrainer`.

use super::recursive::Recursive;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Learn, Plan};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("alpha", 1.0, "", "inverse of the learning rate at the beginning").within(Bound::Positive),
];

/// A learner.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Learn, String> {
    let [alpha] = plan.numbers();
    Ok(Learn::Online(Box::new(move |features| Box::new(Recursive::new(features, 1.0 / alpha, 1.0)))))
}
