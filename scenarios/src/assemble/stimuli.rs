//! Stimuli of a scenario, one for each member of what they go to.

use bevy_ecs::prelude::*;
use ecs_core::network::{StimulusModel, StimulusPlan, Values};
use ecs_core::registry::Form;

use super::{Builder, SELECTIONS, values};
use crate::diagnostic::Diagnostics;
use crate::schema::Part;

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
                self.replace(world, stimulus, *member, reach.clone())?;
                if stimulus.mean {
                    stream += 1;
                    continue;
                }
                let mut plan = StimulusPlan {
                    params: values::params(
                        &stimulus.kind.params,
                        &self.clock,
                        (SELECTIONS + stream) as usize,
                        reach.len(),
                    ),
                    reach,
                    frames: values::frames(&stimulus.kind.params).map_err(error)?,
                    lists: values::lists(&stimulus.kind.params),
                    weight: stimulus
                        .by_spikes
                        .as_ref()
                        .map_or(1.0, |(_, weight)| weight.centre() * self.scenario.weight_factor()),
                    stream,
                    heard: None,
                    clock: self.clock,
                };
                if stimulus.by_spikes.is_some() {
                    slow_down(&mut plan, &stimulus.kind, self.scenario.scale.in_degrees);
                }
                let receptor = stimulus.by_spikes.as_ref().map(|(receptor, _)| self.receptor(receptor));
                let population = self.populations[member.population];
                self.network(world).stimulate(population, model, &plan, receptor.as_ref()).map_err(error)?;
                stream += 1;
            }
        }
        Ok(())
    }
}

/// Fewer synapses bring fewer spikes.
fn slow_down(plan: &mut StimulusPlan, kind: &Part, share: f64) {
    let numbers = kind.params.iter().filter(|s| s.field.form == Form::Number);
    for (setting, values) in numbers.zip(&mut plan.params) {
        match values {
            _ if setting.field.name != "rate" || share == 1.0 => {}
            Values::Uniform(rate) => *rate *= share,
            Values::Each(rates) => rates.iter_mut().for_each(|rate| *rate *= share),
        }
    }
}
