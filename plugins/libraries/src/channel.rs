//! Channel: an ion channel of a library, as graphs.

use ecs_core::number::Graph;
use ecs_core::registry::Field;

use crate::error::Reason;
use crate::read::{self, Shape, missing};

/// An ion channel. Variables of its graphs are parameters, gates and the voltage `v`.
#[derive(Clone, Debug)]
pub struct ChannelModel {
    /// Name in a scenario.
    pub name: &'static str,
    /// Sentence, equations, source.
    pub doc: &'static str,
    /// Parameters.
    pub params: &'static [Field],
    /// Gates.
    pub state: &'static [Field],
    /// Time derivative of the gates, per ms, an output for each; `None` for a channel without gates.
    pub derivative: Option<Graph>,
    /// The current out of the cell, one output.
    pub current: Graph,
    /// Unit of the current.
    pub unit: &'static str,
}

/// The channel of a table.
pub(crate) fn channel(row: &abi::Channel, k: usize) -> Result<&'static ChannelModel, Reason> {
    let name = read::name(&format!("channel {k}"), row.name)?;
    let place = format!("channel `{name}`");
    let (params, _) = read::fields(&place, "parameter", (row.params, row.param_count), false)?;
    let (state, _) = read::fields(&place, "state variable", (row.state, row.state_count), false)?;
    read::distinct(&place, "parameters or gates", params.iter().chain(state).map(|field| field.name))?;
    let variables: Vec<&str> = params.iter().chain(state).map(|field| field.name).chain(["v"]).collect();
    let read = |what: &str, graph, outputs| {
        read::graph(&format!("{place}, graph `{what}`"), graph, &Shape { variables: &variables, outputs })
    };
    let derivative = read("derivative", row.derivative, state.len())?;
    if derivative.is_none() && !state.is_empty() {
        return Err(missing(&place, "derivative"));
    }
    let current = read("current", row.current, 1)?.ok_or_else(|| missing(&place, "current"))?;
    let (doc, unit) = (read::text(&place, "doc", row.doc)?, read::text(&place, "unit", row.unit)?);
    Ok(Box::leak(Box::new(ChannelModel { name, doc, params, state, derivative, current, unit })))
}
