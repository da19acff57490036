//! Numbers: what a plan gives, checked.

use ecs_core::network::{StimulusPlan, Values};
use ecs_core::registry::Field;

/// Row `row` of the plan: numbers from `from` on, one for all or one for each neuron reached.
pub(crate) fn values(plan: &StimulusPlan, row: &Field, at: usize, from: f64) -> Result<Values, String> {
    let (values, n) = (&plan.params[at], plan.reach.len());
    if let Values::Each(each) = values
        && each.len() != n
    {
        return Err(format!(
            "`{}` has {} values; one, or one for each of {n} neurons, is allowed",
            row.name,
            each.len()
        ));
    }
    match values.as_slice().iter().find(|x| !(x.is_finite() && **x >= from)) {
        None => Ok(values.clone()),
        Some(bad) if from == 0.0 => {
            Err(format!("`{}` is {bad}; a finite number from 0 on is allowed", row.name))
        }
        Some(bad) => Err(format!("`{}` is {bad}; a finite number is allowed", row.name)),
    }
}

/// A time in ms that all neurons share, in steps.
pub(crate) fn steps(plan: &StimulusPlan, row: &Field, at: usize) -> Result<u64, String> {
    let Some(time) = plan.params[at].uniform() else {
        return Err(format!("`{}` differs between neurons; one time for all is allowed", row.name));
    };
    if time >= 0.0 {
        // The cast holds infinity at the last step.
        return Ok((time / plan.clock.dt).round() as u64);
    }
    Err(format!("`{}` is {time} ms; a time from 0 ms on is allowed", row.name))
}

/// The list of that name, in which every number is finite.
pub(crate) fn list<'a>(plan: &'a StimulusPlan, row: &Field) -> Result<&'a [f64], String> {
    let list = plan.lists.iter().find(|(name, _)| *name == row.name).map_or(&[][..], |(_, list)| list);
    match list.iter().enumerate().find(|(_, x)| !x.is_finite()) {
        None => Ok(list),
        Some((entry, bad)) => {
            Err(format!("`{}`: entry {entry} is {bad}; finite numbers are allowed", row.name))
        }
    }
}
