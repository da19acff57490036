//! Ridge regression: the least squared error plus the squares of the weights.
//!
//! ```text
//! |y − x w − b|² + α |w|² → min
//! ```
//!
//! Source: Hoerl & Kennard (1970), Technometrics 12(1), <https://doi.org/10.2307/1267351>; scikit-learn `Ridge`, BrainPy `RidgeRegression`.

use super::linear_fit::ridge;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Learn, Plan};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("alpha", 1.0, "", "strength of the penalty").within(Bound::NonNegative),
    Field::number("intercept", 1.0, "", "1 to fit what is added to each output").within(Bound::Fraction),
];

/// A learner.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Learn, String> {
    let [alpha, intercept] = plan.numbers();
    Ok(Learn::Offline(Box::new(move |samples| ridge(samples, 1, intercept != 0.0, alpha))))
}
