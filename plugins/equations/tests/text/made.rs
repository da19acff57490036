//! Made: graphs and models that several tests need.

use ecs_core::model::ChannelEquations;
use ecs_core::number::{Expr, Graph, trace};
use equations::{ModelText, channel, neuron};

use crate::rig::parameters;

/// The derivative of a neuron with these lines.
pub fn derivative_of(equations: &str, rows: &[&str]) -> Graph {
    let text = ModelText { equations, parameters: &parameters(rows), ..ModelText::default() };
    neuron(&text, &[]).unwrap_or_else(|errors| panic!("{equations}: {errors:#?}")).derivative
}

/// The graph of one formula.
pub fn hand(output: &str, f: impl FnOnce() -> Expr) -> Graph {
    trace(|| vec![(output.to_owned(), f())])
}

/// A leak with these parameters, the conductance first and the reversal potential last: `g=1 nS,e=1 mV`.
pub fn leak(rows: &str) -> ChannelEquations {
    let rows: Vec<&str> = rows.split(',').collect();
    let params = parameters(&rows);
    let (first, last) = (params[0].name, params[params.len() - 1].name);
    let current = format!("{first}*(v - {last})");
    let text =
        ModelText { name: "leak", current: Some(&current), parameters: &params, ..ModelText::default() };
    channel(&text).unwrap_or_else(|errors| panic!("{errors:#?}"))
}
