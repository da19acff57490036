//! Shown: what a network that is trained is shown first: a sample from a file, or a trial of its task.

use bevy_ecs::prelude::*;
use ecs_core::network::{Reach, SourceModel, SourcePlan, StimulusModel, StimulusPlan, Values};
use ecs_core::registry::{Field, Form};
use training::data::{Inputs, To, Trials, stepwise};

use super::Builder;
use crate::diagnostic::Diagnostics;
use crate::schema::Lessons;

/// Streams of stimuli that show a port begin here, so that they are told from all others.
pub const SHOWN: u32 = 3 << 30;
/// The stimulus by which neurons are shown a port.
const CURRENT: &str = "timed_array";

/// What is shown.
#[derive(Clone, Copy)]
pub enum Shown<'s> {
    /// Nothing.
    Nothing,
    /// The first sample, to the source of that number.
    Sample(usize, &'s Inputs),
    /// The first trial.
    Trials(&'s Lessons, &'s Trials),
}

impl<'s> From<Option<(usize, &'s Inputs)>> for Shown<'s> {
    fn from(sample: Option<(usize, &'s Inputs)>) -> Self {
        sample.map_or(Self::Nothing, |(to, inputs)| Self::Sample(to, inputs))
    }
}

fn numbers(params: &'static [Field]) -> impl Iterator<Item = &'static Field> {
    params.iter().filter(|field| field.form == Form::Number)
}

impl Shown<'_> {
    /// Gives it to source `index` of the scenario, if it is the one.
    ///
    /// # Errors
    /// A number that is not finite.
    pub(super) fn to_source(
        self,
        index: usize,
        steps: usize,
        plan: &mut SourcePlan,
        model: &SourceModel,
    ) -> Result<(), String> {
        match self {
            Self::Sample(to, inputs) if to == index => inputs.fill(0, steps, plan),
            Self::Trials(_, trials) if trials.shown.iter().any(|(_, to)| *to == To::Source(index)) => {
                stepwise(numbers(model.entry.params).map(|field| field.name), &mut plan.params);
                trials.fill((index, 0), steps, plan)
            }
            _ => Ok(()),
        }
    }
}

impl Builder<'_> {
    /// Neurons are shown ports by a stimulus that has a frame for each step.
    pub(super) fn show(&self, world: &mut World) -> Result<(), Diagnostics> {
        let Shown::Trials(lessons, trials) = self.shown else { return Ok(()) };
        for (k, show) in lessons.shows.iter().enumerate() {
            let Some(amplitude) = show.amplitude else { continue };
            let error = |found: String| self.error(show.span, "training.task.show", found);
            let model = self.scenario.registry.find::<StimulusModel>(CURRENT);
            let model = model.ok_or_else(|| error(format!("no stimulus is called `{CURRENT}`")))?;
            let value = |field: &Field| match field.name {
                "amplitude" => Values::Uniform(amplitude),
                _ => Values::Uniform(field.default),
            };
            let mut plan = StimulusPlan {
                reach: Reach::Range(0..self.scenario.populations[show.to].size as u32),
                params: numbers(model.entry.params).map(value).collect(),
                lists: Vec::new(),
                frames: Default::default(),
                weight: 1.0,
                stream: SHOWN + k as u32,
                clock: self.clock,
            };
            stepwise(numbers(model.entry.params).map(|field| field.name), &mut plan.params);
            let steps = self.scenario.run.steps as usize;
            trials.stimulate((k, 0), steps, &mut plan).map_err(error)?;
            let population = self.populations[show.to];
            self.network(world).stimulate(population, model, &plan, None).map_err(error)?;
        }
        Ok(())
    }
}
