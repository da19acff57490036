//! Piecewise constant: a list of rates, one after the other.
//!
//! ```text
//! η = ηₖ,  k: boundaries that the update is beyond
//! ```
//!
//! Source: BrainPy `PiecewiseConstantLR`. The rate of the optimiser is not looked at.

use super::ascending;
use ecs_core::registry::Field;
use ecs_core::training::{Plan, Progress, Rate};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::list("boundaries", "", "last update of each rate but the last"),
    Field::list("values", "", "rates, one more than boundaries"),
];

/// A schedule of the learning rate.
///
/// # Errors
/// Lists that do not fit.
pub fn build(plan: &Plan) -> Result<Rate, String> {
    let boundaries = ascending(plan.list("boundaries"), "boundaries")?;
    let values = plan.list("values").to_vec();
    if values.len() != boundaries.len() + 1 {
        let found = format!("{} `values` for {} `boundaries`", values.len(), boundaries.len());
        return Err(format!("{found}: there is one value more than boundaries"));
    }
    Ok(Box::new(move |_, at: Progress| {
        values[boundaries.iter().filter(|boundary| at.step as f64 > **boundary).count()]
    }))
}
