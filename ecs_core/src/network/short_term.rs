//! Short-term plasticity of a projection: a state for each sender, advanced when that sender's spike is due.

use bevy_ecs::prelude::*;

use super::phase::Clock;
use crate::model::ShortTermModel;

/// A rule of short-term plasticity for a projection.
#[derive(Clone)]
pub struct ShortTermPlan {
    /// The rule.
    pub model: &'static ShortTermModel,
    /// Its parameters, in table order.
    pub params: Vec<f64>,
}

/// What a projection with short-term plasticity remembers of its senders; a component of the projection.
#[derive(Component)]
pub struct ShortTermState {
    plan: ShortTermPlan,
    /// `[pre, variable]`: a spike touches one sender.
    state: Vec<f64>,
    /// The step at which the last spike was due, `[pre]`; the first step where there was none.
    last: Vec<u64>,
    /// What the weights are multiplied by, `[spike]` of those that are due in this step.
    gains: Vec<f64>,
}

impl ShortTermState {
    /// At the start, for `size` senders.
    pub(super) fn new(plan: ShortTermPlan, size: usize) -> Self {
        let start = plan.model.entry.state.iter().map(|field| field.default);
        let state = start.cycle().take(size * plan.model.entry.state.len()).collect();
        Self { plan, state, last: vec![0; size], gains: Vec::with_capacity(size) }
    }

    /// What it was made from.
    pub fn plan(&self) -> &ShortTermPlan {
        &self.plan
    }

    /// Advances the senders of the spikes that are due, ascending.
    pub(super) fn scale(&mut self, clock: &Clock, spikes: &[u32]) {
        let Self { plan, state, last, gains } = self;
        let variables = plan.model.entry.state.len();
        gains.clear();
        gains.extend(spikes.iter().map(|&neuron| {
            let k = neuron as usize;
            let elapsed = (clock.step - last[k]) as f64 * clock.dt;
            last[k] = clock.step;
            (plan.model.spike)(&plan.params, &mut state[k * variables..][..variables], elapsed)
        }));
    }

    /// What the weights of the spikes that were due last are multiplied by, `[spike]`.
    pub fn gains(&self) -> &[f64] {
        &self.gains
    }

    /// The state of a sender as its last spike left it, in table order.
    pub fn of(&self, neuron: u32) -> &[f64] {
        let variables = self.plan.model.entry.state.len();
        &self.state[neuron as usize * variables..][..variables]
    }
}
