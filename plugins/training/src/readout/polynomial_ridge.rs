//! Polynomial ridge regression: ridge regression of all products of up to so many features.
//!
//! ```text
//! |y − powers(x) w − b|² + α |w|² → min
//! ```
//!
//! Source: scikit-learn `PolynomialFeatures` and `Ridge`, BrainPy `PolynomialRidgeRegression`; the readout of next-generation
//! reservoirs, Gauthier et al. (2021), Nature Communications 12, <https://doi.org/10.1038/s41467-021-25801-2>.

use super::linear_fit::ridge;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Learn, Plan};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("degree", 2.0, "", "features in a product").within(Bound::Positive),
    Field::number("alpha", 1.0, "", "strength of the penalty").within(Bound::NonNegative),
    Field::number("intercept", 1.0, "", "1 to fit what is added to each output").within(Bound::Fraction),
];

/// A learner.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Learn, String> {
    let [degree, alpha, intercept] = plan.numbers();
    Ok(Learn::Offline(Box::new(move |samples| ridge(samples, degree as usize, intercept != 0.0, alpha))))
}
