//! Balance: currents in place of input that a scenario leaves out: the mean of what a smaller network loses, and of spikes
//! that are not made.
//!
//! Where each neuron has the share κ of its synapses and weights grow by 1 / √κ, input keeps its variance. Its mean, k w ν q for
//! k synapses of weight w at rate ν, with q the charge of a synapse of unit weight, is multiplied by √κ; a current of (1 − √κ) k w ν q
//! makes up for that.
//!
//! Source: van Albada, Helias & Diesmann (2015), PLoS Comput. Biol. 11, e1004490, Eq. 3, doi:10.1371/journal.pcbi.1004490;
//! ν is the rate at full scale.

use bevy_ecs::prelude::*;
use ecs_core::model::{OutputModel, SynapseModel};
use ecs_core::network::{ConnectPlan, ConnectorModel, Frames, Reach, StimulusModel, StimulusPlan, Values};

use super::connect::{Borrowed, numbers_of, plan_of, plans};
use super::places::spaces;
use super::values::{constants, reach};
use super::{Builder, SELECTIONS};
use crate::diagnostic::Diagnostics;
use crate::schema::{Members, Receptor, Scenario, Stimulus};

/// The charge that a spike of unit weight carries through the receptor, in units of current times ms.
fn charge(scenario: &Scenario, receptor: &Receptor) -> f64 {
    let synapse = scenario.registry.of::<SynapseModel>(&receptor.synapse.entry);
    let current = receptor.output.as_ref().map_or(0.0, |output| {
        let model = scenario.registry.of::<OutputModel>(&output.entry);
        (model.input)(&constants(&output.params), 1.0, 0.0)[0]
    });
    current * (synapse.linear)(&constants(&receptor.synapse.params)).integral()
}

/// Spikes in Hz times weight times charge, as a current.
fn mean(scenario: &Scenario, receptor: &Receptor, hertz: f64, weight: f64) -> f64 {
    hertz * 1e-3 * weight * charge(scenario, receptor)
}

impl Builder<'_> {
    /// Puts currents in place of synapses that a smaller network leaves out.
    pub(super) fn balance(&self, world: &mut World) -> Result<(), Diagnostics> {
        let scenario = self.scenario;
        if scenario.scale.in_degrees == 1.0 {
            return Ok(());
        }
        let (lost, spaces) = (self.lost(), spaces(scenario)?);
        let mut all: Vec<(Members, f64)> = Vec::new();
        for pair in plans(scenario) {
            let projection = pair.projection;
            let connector = scenario.registry.of::<ConnectorModel>(&projection.connect.entry);
            let size = scenario.populations[pair.to.population].size;
            let (reached, bounds) = (reach(pair.to.pick, size, 0, 0).len(), [0, size as u32]);
            let refuse = |found: String| {
                self.error(projection.connect.span, &format!("projection `{}`", projection.name), found)
            };
            let numbers = numbers_of(scenario, &pair.link()).map_err(refuse)?;
            let borrowed = Borrowed { numbers: &numbers, bounds: &bounds, spaces: &spaces };
            let Some(plan) = plan_of(scenario, &pair.link(), borrowed) else { continue };
            let cost = (connector.check)(&ConnectPlan { edges: None, ..plan }).map_err(refuse)?;
            let rate = scenario.populations[pair.from.population].mean_rate.unwrap_or(0.0);
            let synapses = cost.synapses / scenario.scale.in_degrees / reached as f64;
            let weight = projection.weight.as_ref().map_or(0.0, |w| w.centre());
            let current = lost * mean(scenario, &projection.receptor, synapses * rate, weight);
            match all.iter_mut().find(|(to, _)| *to == pair.to) {
                Some((_, sum)) => *sum += current,
                None => all.push((pair.to, current)),
            }
        }
        for (to, current) in all {
            let size = scenario.populations[to.population].size;
            self.inject(world, to, reach(to.pick, size, 0, 0), current)?;
        }
        Ok(())
    }

    /// The share of mean input that a smaller network loses.
    fn lost(&self) -> f64 {
        1.0 - self.scenario.scale.in_degrees.sqrt()
    }

    /// Puts a current in place of the spikes of a stimulus, or of those that a smaller network leaves out.
    pub(super) fn replace(
        &self,
        world: &mut World,
        stimulus: &Stimulus,
        to: Members,
        reach: Reach,
    ) -> Result<(), Diagnostics> {
        let Some((receptor, weight)) = &stimulus.by_spikes else { return Ok(()) };
        let share = if stimulus.mean { 1.0 } else { self.lost() };
        if share == 0.0 {
            return Ok(());
        }
        let current = mean(self.scenario, receptor, stimulus.kind.number("rate"), weight.centre());
        self.inject(world, to, reach, share * current)
    }

    fn inject(&self, world: &mut World, to: Members, reach: Reach, current: f64) -> Result<(), Diagnostics> {
        let model = self.scenario.registry.all::<StimulusModel>().iter().find(|m| m.entry.name == "constant");
        let model = model.expect("a current that stays is one of the stimuli");
        let number = |name: &str, default: f64| if name == "amplitude" { current } else { default };
        let params = model.entry.params.iter().map(|row| Values::Uniform(number(row.name, row.default)));
        let plan = StimulusPlan {
            params: params.collect(),
            reach,
            lists: Vec::new(),
            frames: Frames::default(),
            weight: 1.0,
            // It draws nothing.
            stream: SELECTIONS,
            heard: None,
            clock: self.clock,
        };
        let population = &self.scenario.populations[to.population];
        self.network(world)
            .stimulate(self.populations[to.population], model, &plan, None)
            .map(|_| ())
            .map_err(|found| self.error(population.span, &format!("population.{}", population.name), found))
    }
}
