//! Reward: what an action brought modulates how synapses learn.

use bevy_ecs::prelude::*;
use ecs_core::network::{Clock, Modulators};
use ecs_core::number::{Num, Real};

use super::step::Env;

/// A projection whose synapses learn by the reward.
#[derive(Component, Clone, Debug)]
pub struct Modulation {
    /// The environment.
    pub env: Entity,
    /// The projection.
    pub projection: Entity,
    /// Spikes of a modulator that a reward of 1 counts like.
    pub gain: f64,
    /// Time constant in ms of the reward that is expected, which is its running mean; none where nothing is.
    pub tau: Option<f64>,
    /// The reward that is expected.
    pub expected: f64,
}

/// Synapses see the reward of the tick, less what was expected, from this step on.
pub(super) fn reward(
    clock: Res<Clock>,
    envs: Query<&Env>,
    mut modulations: Query<&mut Modulation>,
    mut projections: Query<&mut Modulators>,
) {
    for mut modulation in &mut modulations {
        let Ok(env) = envs.get(modulation.env) else { continue };
        if !env.ticks(clock.step) || !env.has_acted() {
            continue;
        }
        let surprise = env.outcome.reward - modulation.expected;
        if let Some(tau) = modulation.tau {
            modulation.expected += surprise * (1.0 - Num(-env.interval / tau).exp().0);
        }
        if let Ok(mut modulators) = projections.get_mut(modulation.projection) {
            modulators.bypass_change_detection().give(clock.step, modulation.gain * surprise);
        }
    }
}
