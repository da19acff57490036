//! Network: an assembled workload that is stepped with all its spikes recorded in memory.

use bevy_ecs::prelude::*;
use ecs_core::network::Spikes;
use scenarios::assemble::{Simulation, assemble};
use scenarios::schema::Scenario;

use crate::workload::{Setup, Workload};

/// Neuron, counted through all populations, and step.
pub type Spike = (u32, u32);

/// A network that runs.
pub struct Network {
    /// What it was made from.
    pub scenario: Scenario,
    /// World and schedules.
    pub simulation: Simulation,
    /// Spikes since somebody last took them.
    pub raster: Vec<Spike>,
    /// Each population with the number of its first neuron.
    populations: Vec<(Entity, u32)>,
    step: u64,
}

impl Network {
    /// Builds `workload`.
    ///
    /// # Errors
    /// What reading or building the scenario has to say.
    pub fn build(workload: &Workload, setup: &Setup) -> Result<Self, String> {
        let scenario = workload.scenario(setup)?;
        let simulation = assemble(&scenario, None, &mut |_, _, _| ()).map_err(|e| e.to_string())?;
        let firsts = scenario.populations.iter().scan(0, |next, population| {
            let first = *next;
            *next += population.size as u32;
            Some(first)
        });
        let populations = simulation.populations.iter().copied().zip(firsts).collect();
        Ok(Self { scenario, simulation, raster: Vec::new(), populations, step: 0 })
    }

    /// Runs `steps` steps.
    ///
    /// # Errors
    /// What stopped the network.
    pub fn advance(&mut self, steps: u64) -> Result<(), String> {
        let Simulation { app, runner, .. } = &mut self.simulation;
        for _ in 0..steps {
            runner.step(app.world_mut())?;
            for (population, first) in &self.populations {
                let Some(spikes) = app.world().get::<Spikes>(*population) else { continue };
                self.raster.extend(spikes.of(self.step).iter().map(|k| (first + k, self.step as u32)));
            }
            self.step += 1;
        }
        Ok(())
    }

    /// Synapses.
    pub fn synapses(&mut self) -> u64 {
        self.simulation.synapses()
    }
}
