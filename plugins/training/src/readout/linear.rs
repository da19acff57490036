//! Linear regression: the least squared error.
//!
//! ```text
//! |y − x w − b|² → min
//! ```
//!
//! Source: ordinary least squares; scikit-learn `LinearRegression`, BrainPy `LinearRegression`.

use super::linear_fit::least;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Learn, Plan};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("intercept", 1.0, "", "1 to fit what is added to each output").within(Bound::Fraction),
];

/// A learner.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Learn, String> {
    let [intercept] = plan.numbers();
    Ok(Learn::Offline(Box::new(move |samples| least(samples, 1, intercept != 0.0))))
}
