//! Injection: a stimulus as the tape sees it, made again for each trial.

use ecs_core::network::{PlannedStimulus, Stimulus, StimulusPlan};

/// A stimulus.
pub struct Injection {
    /// Number of the population that it reaches.
    pub population: usize,
    /// The receptor at which its events arrive, 0 being the voltage; `None` of a current.
    pub receptor: Option<usize>,
    /// What it was made from.
    pub planned: PlannedStimulus,
}

impl Injection {
    /// The stimulus of a trial whose seed lies `apart` from that of the first, of a plan that was changed by `prepare`.
    ///
    /// # Errors
    /// Those of its model.
    pub fn again(
        &self,
        apart: u64,
        prepare: &mut dyn FnMut(&mut StimulusPlan),
    ) -> Result<Box<dyn Stimulus>, String> {
        let PlannedStimulus { model, plan } = &self.planned;
        let mut plan = plan.clone();
        plan.clock.seed = plan.clock.seed.wrapping_add(apart);
        prepare(&mut plan);
        (model.build)(&plan)
    }
}
