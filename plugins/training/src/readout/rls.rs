//! Recursive least squares: the weights that fit all samples so far.
//!
//! ```text
//! as ridge regression with α = 1 / `initial`, sample by sample; older samples count λ for each that came after
//! ```
//!
//! Source: Haykin, Adaptive Filter Theory, 4th ed., Table 9.1; BrainPy `RLS`, whose `alpha` is `initial`.

use super::recursive::Recursive;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Learn, Plan};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("initial", 1.0, "", "inverse correlation at the beginning").within(Bound::Positive),
    Field::number("forgetting", 1.0, "", "part of its weight that a sample keeps when another comes").within(Bound::Fraction),
];

/// A learner.
///
/// # Errors
/// A forgetting that leaves nothing.
pub fn build(plan: &Plan) -> Result<Learn, String> {
    let [initial, forgetting] = plan.numbers();
    if forgetting == 0.0 {
        return Err("`forgetting` is 0: no sample would count".to_owned());
    }
    Ok(Learn::Online(Box::new(move |features| Box::new(Recursive::new(features, initial, forgetting)))))
}
