//! Training: the contracts of what a scenario can name to turn gradients, or data alone, into better parameters.
//!
//! Nothing here knows of networks: optimisers see arrays and their gradients, losses see predictions and targets. Features alone may
//! be made of one, through the registry.

mod features;
mod learner;
mod loss;
mod method;
mod optimiser;
mod plan;
mod schedule;
mod transform;

pub use features::{Features, FeaturesModel, FeaturesPlan, Walk};
pub use learner::{Fit, Fitted, Learn, LearnerModel, Online, Samples};
pub use loss::{Batch, Evaluate, LossModel, Metric, MetricModel, Penalise, RegulariserModel, Target, Wanted};
pub use method::{Feedback, Method, MethodModel, OnlineRule};
pub use optimiser::{At, Columns, Descent, Optimiser, OptimiserModel, Rule};
pub use plan::Plan;
pub use schedule::{Progress, Rate, ScheduleModel};
pub use transform::{Side, Transform, TransformModel, Transformed};

/// What the file of an optimiser or transform needs: `use ecs_core::training::prelude::*`.
pub mod prelude {
    pub use super::{At, Rule, Side, Transform};
    pub use crate::model;
    pub use crate::model::StateOf;
    pub use crate::number::Real;
}
