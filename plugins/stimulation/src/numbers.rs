//! Numbers: what a plan gives, checked.

use ecs_core::network::{Clock, SourcePlan, StimulusPlan, Values};
use ecs_core::registry::{Bound, Field};

/// The numbers of a plan, be it of a stimulus or of a source.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) params: &'a [Values],
    lists: &'a [(&'static str, Vec<f64>)],
    /// Neurons reached, or those of the source.
    neurons: usize,
    pub(crate) clock: Clock,
}

impl<'a> From<&'a StimulusPlan> for Given<'a> {
    fn from(plan: &'a StimulusPlan) -> Self {
        Self { params: &plan.params, lists: &plan.lists, neurons: plan.reach.len(), clock: plan.clock }
    }
}

impl<'a> From<&'a SourcePlan> for Given<'a> {
    fn from(plan: &'a SourcePlan) -> Self {
        Self { params: &plan.params, lists: &plan.lists, neurons: plan.size, clock: plan.clock }
    }
}

/// Row `row` of the plan: finite numbers within its bound, one for all or one for each neuron.
pub(crate) fn values<'a>(plan: impl Into<Given<'a>>, row: &Field, at: usize) -> Result<Values, String> {
    let Given { params, neurons, .. } = plan.into();
    let values = &params[at];
    if let Values::Each(each) = values
        && each.len() != neurons
    {
        return Err(format!(
            "`{}` has {} values; one, or one for each of {neurons} neurons, is allowed",
            row.name,
            each.len()
        ));
    }
    match values.as_slice().iter().find(|x| !(x.is_finite() && within(**x, row.bound))) {
        None => Ok(values.clone()),
        Some(bad) => Err(format!("`{}` is {bad}; a finite number{} is allowed", row.name, limits(row.bound))),
    }
}

fn within(x: f64, bound: Bound) -> bool {
    match bound {
        Bound::Any | Bound::Words(_) => true,
        Bound::Positive => x > 0.0,
        Bound::NonNegative => x >= 0.0,
        Bound::Fraction => (0.0..=1.0).contains(&x),
    }
}

fn limits(bound: Bound) -> &'static str {
    match bound {
        Bound::Any | Bound::Words(_) => "",
        Bound::Positive => " above 0",
        Bound::NonNegative => " from 0 on",
        Bound::Fraction => " from 0 to 1",
    }
}

/// A number that all neurons share.
pub(crate) fn one<'a>(plan: impl Into<Given<'a>>, row: &Field, at: usize) -> Result<f64, String> {
    values(plan, row, at)?
        .uniform()
        .ok_or_else(|| format!("`{}` differs between neurons; one number for all is allowed", row.name))
}

/// A yes or no that all neurons share.
pub(crate) fn flag<'a>(plan: impl Into<Given<'a>>, row: &Field, at: usize) -> Result<bool, String> {
    match one(plan, row, at)? {
        x if x == 0.0 || x == 1.0 => Ok(x == 1.0),
        x => Err(format!("`{}` is {x}; true or false is allowed", row.name)),
    }
}

/// A time in ms that all neurons share, in steps; infinity is the last step.
pub(crate) fn steps<'a>(plan: impl Into<Given<'a>>, row: &Field, at: usize) -> Result<u64, String> {
    let Given { params, clock, .. } = plan.into();
    let Some(time) = params[at].uniform() else {
        return Err(format!("`{}` differs between neurons; one time for all is allowed", row.name));
    };
    if time >= 0.0 {
        return Ok(step_of(time, clock.dt));
    }
    Err(format!("`{}` is {time} ms; a time from 0 ms on is allowed", row.name))
}

/// The step nearest to a time; the cast holds infinity at the last one.
pub(crate) fn step_of(time: f64, dt: f64) -> u64 {
    (time / dt).round() as u64
}

/// The list of that name, in which every number is finite.
pub(crate) fn list<'a>(plan: impl Into<Given<'a>>, row: &Field) -> Result<&'a [f64], String> {
    let lists = plan.into().lists;
    let list = lists.iter().find(|(name, _)| *name == row.name).map_or(&[][..], |(_, list)| list);
    match list.iter().enumerate().find(|(_, x)| !x.is_finite()) {
        None => Ok(list),
        Some((entry, bad)) => {
            Err(format!("`{}`: entry {entry} is {bad}; finite numbers are allowed", row.name))
        }
    }
}

/// A yes or no, off unless given.
pub(crate) const fn switch(name: &'static str, doc: &'static str) -> Field {
    Field::number(name, 0.0, "", doc).within(Bound::Fraction)
}
