//! Readouts without a gradient through the network, one file for each way to learn them. To add one, write its file and its name in
//! this list.
//!
//! | BrainPy | here |
//! | --- | --- |
//! | `LinearRegression`, `RidgeRegression`, `LassoRegression`, `ElasticNetRegression` | `linear`, `ridge`, `lasso`, `elastic_net` |
//! | `LogisticRegression`, `PolynomialRegression`, `PolynomialRidgeRegression` | `logistic`, `polynomial`, `polynomial_ridge` |
//! | `RLS`, `LMS`, `ForceTrainer` | `rls`, `lms`, `force` |

ecs_core::register!(LearnerModel: elastic_net, force, lasso, linear, lms, logistic, polynomial, polynomial_ridge, ridge, rls);

mod descent;
mod fitted;
mod linear_fit;
mod matrix;
mod recursive;
