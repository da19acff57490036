//! Look: one trial with all that can be seen of it.

use std::sync::Mutex;

use differentiation::{Cotangents, Outcome, Task, Watch};
use ecs_core::network::{SourcePlan, StimulusPlan};

use super::goal::Trials;

/// What is seen of one trial.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// What was read, `[frame, place]`.
    pub prediction: Vec<f64>,
    /// The variable that is read, `[step, neuron]`; empty where spikes are counted.
    pub series: Vec<f32>,
    /// All that is watched, `[watch][step, neuron]`, where neurons follow traces.
    pub watched: Vec<Vec<f32>>,
    /// Step and neuron of each spike, `[population]`.
    pub spikes: Vec<Vec<(u64, u32)>>,
}

/// A task that keeps it.
pub(super) struct Looking<'a> {
    pub trials: Trials<'a>,
    pub watch: Option<Watch>,
    pub look: Mutex<Look>,
}

impl Task<f32> for Looking<'_> {
    fn prepare(&self, population: usize, trial: u64, plan: &mut SourcePlan) {
        self.trials.prepare(population, trial, plan);
    }

    fn stimulate(&self, injection: usize, trial: u64, plan: &mut StimulusPlan) {
        self.trials.stimulate(injection, trial, plan);
    }

    fn watches(&self) -> Vec<Watch> {
        self.trials.watches()
    }

    fn cost(&self, outcome: &Outcome<'_, f32>, _: Option<&mut Cotangents<'_, f32>>) -> f64 {
        let steps = self.trials.steps as u64;
        let of = |raster: &differentiation::Raster<f32>| {
            let at = |step: u64| raster.of(step as usize, 0).neurons.iter().map(move |k| (step, *k));
            (0..steps).flat_map(at).collect()
        };
        let follow = self.trials.goal.follow.as_ref();
        *super::lock(&self.look) = Look {
            prediction: match follow {
                Some(follow) => follow.read(outcome, false),
                None => self.trials.goal.readout.read(outcome, &self.trials.windows(self.trials.order)),
            },
            watched: follow.map_or(Vec::new(), |_| outcome.series.iter().map(|s| s.values.clone()).collect()),
            series: self.watch.map_or(Vec::new(), |_| outcome.series[0].values.clone()),
            spikes: outcome.spikes.iter().map(of).collect(),
        };
        0.0
    }
}
