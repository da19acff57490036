//! Couplings of a scenario, each pair of selections one matrix, and two where synapses connect both ways.

use bevy_ecs::prelude::*;
use ecs_core::model::CouplingModel;
use ecs_core::network::{ConnectPlan, ConnectorModel, CouplingPlan, Edges, Values};

use super::connect::{Borrowed, Link, edges_of, numbers_of, plan_of};
use super::places::spaces;
use super::{Builder, Progress, values};
use crate::diagnostic::Diagnostics;
use crate::schema::{Coupling, Scenario};

/// Streams of couplings begin here.
const COUPLINGS: u32 = 6 << 24;

/// Every pair of members that is coupled.
pub fn coupled(scenario: &Scenario) -> Vec<(&Coupling, Link<'_>)> {
    let mut links = Vec::new();
    for coupling in &scenario.couplings {
        for from in &coupling.from.members {
            for to in &coupling.to.members {
                let (weight, delay) = (&coupling.weight, &coupling.delay);
                let stream = COUPLINGS + links.len() as u32;
                links.push((
                    coupling,
                    Link {
                        from: *from,
                        to: *to,
                        connect: &coupling.connect,
                        storage: None,
                        weight,
                        delay,
                        initialisers: [None, None],
                        plasticity: None,
                        stream,
                    },
                ));
            }
        }
    }
    links
}

impl Builder<'_> {
    pub(super) fn couplings(&self, world: &mut World, progress: Progress<'_>) -> Result<(), Diagnostics> {
        let spaces = spaces(self.scenario)?;
        for (coupling, link) in coupled(self.scenario) {
            let place = format!("coupling `{}`", coupling.name);
            let error = |found: String| self.error(coupling.connect.span, &place, found);
            let registry = &self.scenario.registry;
            let connector = registry.of::<ConnectorModel>(&coupling.connect.entry);
            let bounds = self.network(world).bounds(self.scenario.populations[link.to.population].size);
            let numbers = numbers_of(self.scenario, &link).map_err(error)?;
            let borrowed = Borrowed { numbers: &numbers, bounds: &bounds, spaces: &spaces };
            let plan = plan_of(self.scenario, &link, borrowed).ok_or_else(|| {
                let found = "a random share of neurons cannot be an end of a coupling; name a range such as `exc[0..100]`";
                self.error(coupling.span, &place, found)
            })?;
            let edges = edges_of(&coupling.connect, coupling.weight.as_ref()).map_err(error)?;
            let delayed = is_delayed(coupling, edges.as_ref());
            let mut report = |done, total| progress(&coupling.name, done, total);
            let operator = (connector.connect)(ConnectPlan { edges, ..plan }, &mut report).map_err(error)?;
            let sending = &self.scenario.populations[link.from.population];
            let model = registry.of::<CouplingModel>(&coupling.kind.entry);
            let params = self.sender_params(coupling, model, sending.size)?;
            let state = sending.neuron.entry.state;
            let both = [(link.from, link.to, false), (link.to, link.from, true)];
            for (from, to, mirrored) in both.into_iter().take(1 + usize::from(coupling.symmetric)) {
                let plan = CouplingPlan {
                    name: coupling.name.clone(),
                    pre: self.populations[from.population],
                    post: self.populations[to.population],
                    variable: state.iter().position(|f| f.name == coupling.variable).unwrap_or(0),
                    model,
                    params: &params,
                    state: &coupling.state,
                    operator: &*operator,
                    delayed,
                    mirrored,
                };
                self.network(world).couple(&plan).map_err(error)?;
            }
        }
        Ok(())
    }

    /// Parameters in table order, with those that a file gives to each sender.
    fn sender_params(
        &self,
        coupling: &Coupling,
        model: &CouplingModel,
        size: usize,
    ) -> Result<Vec<Values>, Diagnostics> {
        let mut params: Vec<Values> =
            values::constants(&coupling.kind.params).into_iter().map(Values::Uniform).collect();
        let Some((path, span)) = &coupling.senders else { return Ok(params) };
        let place = format!("coupling `{}`", coupling.name);
        let error = |found: String| self.error(*span, &place, found);
        let table = tables::read(path).map_err(|e| error(e.to_string()))?;
        let neurons = table.indices("neuron").map_err(|e| error(e.to_string()))?;
        if let Some(row) = neurons.iter().position(|k| *k as usize >= size) {
            return Err(error(format!(
                "row {row} names neuron {}, with {size} neurons in the population; ids below {size} are allowed",
                neurons[row]
            )));
        }
        for (name, _) in table.columns().iter().filter(|(name, _)| name != "neuron") {
            let row = model.entry.params.iter().position(|f| f.name == name);
            let Some(row) = row.filter(|_| !model.receiving.contains(&name.as_str())) else {
                let may = model.entry.params.iter().map(|f| f.name);
                let may: Vec<&str> = may.filter(|name| !model.receiving.contains(name)).collect();
                let list = if may.is_empty() { "none".to_owned() } else { may.join(", ") };
                return Err(error(format!(
                    "column `{name}` of the file of senders is no parameter of theirs; allowed are `neuron` and: {list}"
                )));
            };
            let column = table.numbers(name).map_err(|e| error(e.to_string()))?;
            let mut each: Vec<f64> = (0..size).map(|k| params[row].at(k)).collect();
            neurons.iter().zip(column.iter()).for_each(|(k, x)| each[*k as usize] = *x);
            if let Some(wrong) = each.iter().position(|x| !x.is_finite()) {
                return Err(error(format!(
                    "column `{name}`: {} of neuron {wrong} is not finite",
                    each[wrong]
                )));
            }
            params[row] = Values::Each(each);
        }
        Ok(params)
    }
}

/// Whether signals arrive later than in the step they are taken from.
fn is_delayed(coupling: &Coupling, edges: Option<&Edges>) -> bool {
    coupling.delay.is_some() || edges.is_some_and(|e| e.delay.is_some())
}
