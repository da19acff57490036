//! Stimuli of a scenario, one for each member of what they go to.

use bevy_ecs::prelude::*;
use ecs_core::network::{StimulusModel, StimulusPlan};

use super::{Builder, values};
use crate::diagnostic::Diagnostics;

/// Streams of selections begin here, so that they never meet those of populations.
const SELECTIONS: u32 = 1 << 24;

impl Builder<'_> {
    pub(super) fn stimuli(&self, world: &mut World) -> Result<(), Diagnostics> {
        let mut stream = 0;
        for stimulus in &self.scenario.stimuli {
            let model = self.scenario.registry.of::<StimulusModel>(&stimulus.kind.entry);
            let error =
                |found| self.error(stimulus.span, &format!("stimulus `{}`", stimulus.kind.entry.name), found);
            for member in &stimulus.to.members {
                let size = self.scenario.populations[member.population].size;
                let reach = values::reach(member.pick, size, self.clock.seed, SELECTIONS + stream);
                let plan = StimulusPlan {
                    params: values::params(
                        &stimulus.kind.params,
                        &self.clock,
                        (SELECTIONS + stream) as usize,
                        reach.len(),
                    ),
                    reach,
                    frames: values::frames(&stimulus.kind.params).map_err(error)?,
                    lists: values::lists(&stimulus.kind.params),
                    weight: stimulus.by_spikes.as_ref().map_or(1.0, |(_, weight)| weight.centre()),
                    stream,
                    clock: self.clock,
                };
                let receptor = stimulus.by_spikes.as_ref().map(|(receptor, _)| self.receptor(receptor));
                let population = self.populations[member.population];
                self.network(world).stimulate(population, model, &plan, receptor.as_ref()).map_err(error)?;
                stream += 1;
            }
        }
        Ok(())
    }
}
