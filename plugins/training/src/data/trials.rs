//! Trials: samples that a task draws when they are wanted. Each epoch has trials of its own.

use std::ops::Range;

use ecs_core::network::{Frames, SourcePlan, StimulusPlan, Values};
use tasks::{Task, Trial};

/// Where a port is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// The source population of that number.
    Source(usize),
    /// The stimulus of that number.
    Stimulus(usize),
}

/// Trials of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Trials {
    /// The task.
    pub task: Task,
    /// They follow from it.
    pub seed: u64,
    /// Number of the first.
    pub first: u64,
    /// How many an epoch has.
    pub count: usize,
    /// The step, in ms.
    pub dt: f64,
    /// Ports, and where in the circuit they are shown.
    pub shown: Vec<(usize, To)>,
}

impl Trials {
    /// One of them.
    pub fn trial(&self, sample: u32) -> Trial {
        self.task.trial(self.seed, self.first + u64::from(sample), self.dt)
    }

    /// The right class of one.
    pub fn class(&self, sample: u32) -> u32 {
        self.task.class(self.seed, self.first + u64::from(sample))
    }

    /// The steps in which one is judged, up to `steps`.
    ///
    /// # Errors
    /// It ends later.
    pub fn judged(&self, sample: u32, steps: usize) -> Result<Range<usize>, String> {
        let trial = self.trial(sample);
        if trial.steps() > steps as u64 {
            return Err(format!(
                "trial {} has {} steps, the run {steps}; lengthen `run.duration`",
                trial.number,
                trial.steps()
            ));
        }
        let Range { start, end } = trial.judged();
        Ok(start as usize..end as usize)
    }

    fn frames(&self, (sample, port): (u32, usize), steps: usize) -> Result<Frames, String> {
        let channels = self.task.ports[port].channels;
        Frames::new(self.trial(sample).frames(port, channels, steps), channels)
            .map_err(|found| format!("trial {sample}, port `{}`: {found}", self.task.ports[port].name))
    }

    fn port(&self, to: To) -> Option<usize> {
        self.shown.iter().find(|(_, known)| *known == to).map(|(port, _)| *port)
    }

    /// Gives one to source population `k`, if a port is shown to it.
    ///
    /// # Errors
    /// A number that is not finite.
    pub fn fill(&self, (k, sample): (usize, u32), steps: usize, plan: &mut SourcePlan) -> Result<(), String> {
        let Some(port) = self.port(To::Source(k)) else { return Ok(()) };
        plan.frames = self.frames((sample, port), steps)?;
        Ok(())
    }

    /// Gives one to stimulus `k`, if a port is shown by it.
    ///
    /// # Errors
    /// A number that is not finite.
    pub fn stimulate(
        &self,
        (k, sample): (usize, u32),
        steps: usize,
        plan: &mut StimulusPlan,
    ) -> Result<(), String> {
        let Some(port) = self.port(To::Stimulus(k)) else { return Ok(()) };
        plan.frames = self.frames((sample, port), steps)?;
        Ok(())
    }
}

/// Parameters by which what has frames shows one in each step: the value 0 for `frame`, where nothing else is said.
pub fn stepwise(names: impl Iterator<Item = &'static str>, params: &mut [Values]) {
    for (name, values) in names.zip(params) {
        if name == "frame" && values.uniform() == Some(f64::INFINITY) {
            *values = Values::Uniform(0.0);
        }
    }
}
