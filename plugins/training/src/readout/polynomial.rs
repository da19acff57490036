//! Polynomial regression: linear regression of all products of up to so many features.
//!
//! ```text
//! |y − powers(x) w − b|² → min
//! ```
//!
//! Source: scikit-learn `PolynomialFeatures` and `LinearRegression`, BrainPy `PolynomialRegression`.

use super::linear_fit::least;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Learn, Plan};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("degree", 2.0, "", "features in a product").within(Bound::Positive),
    Field::number("intercept", 1.0, "", "1 to fit what is added to each output").within(Bound::Fraction),
];

/// A learner.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Learn, String> {
    let [degree, intercept] = plan.numbers();
    Ok(Learn::Offline(Box::new(move |samples| least(samples, degree as usize, intercept != 0.0))))
}
