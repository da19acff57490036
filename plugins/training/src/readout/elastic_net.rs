//! Elastic net: between lasso and ridge.
//!
//! ```text
//! |y − x w − b|² / (2 n) + α (ρ |w|₁ + (1 − ρ) |w|² / 2) → min
//! ```
//!
//! Source: Zou & Hastie (2005), JRSS B 67(2), <https://doi.org/10.1111/j.1467-9868.2005.00503.x>; scikit-learn and BrainPy alike.

use super::descent::{Penalty, sparse};
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Learn, Plan};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("alpha", 1.0, "", "strength of the penalty").within(Bound::NonNegative),
    Field::number("l1_ratio", 0.5, "", "part of the penalty that is the lasso's").within(Bound::Fraction),
    Field::number("tolerance", 1e-10, "", "largest change of a weight, in parts of the largest, that ends it").within(Bound::Positive),
    Field::number("rounds", 10000.0, "", "rounds over all weights after which it is given up").within(Bound::Positive),
    Field::number("intercept", 1.0, "", "1 to fit what is added to each output").within(Bound::Fraction),
];

/// A learner.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Learn, String> {
    let [alpha, l1_ratio, tolerance, rounds, intercept] = plan.numbers();
    let by = Penalty { alpha, l1_ratio, tolerance, rounds, intercept: intercept != 0.0 };
    Ok(Learn::Offline(Box::new(move |samples| sparse(samples, by))))
}
