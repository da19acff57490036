//! Encode: what is observed goes to the sources and stimuli that hear it, and is held until the next tick.

use std::ops::Range;

use bevy_ecs::prelude::*;
use ecs_core::network::{Clock, Source, Stimulating};

use super::step::Env;

/// What hears an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A population whose source is an encoder.
    Source(Entity),
    /// A stimulus that is an encoder.
    Stimulus(Entity),
}

/// Places of the observation that an encoder hears.
#[derive(Component, Clone, Debug)]
pub struct Sense {
    /// The environment.
    pub env: Entity,
    /// Places of the observation.
    pub places: Range<usize>,
    /// The encoder.
    pub target: Target,
}

/// Encoders are told what is observed.
pub(super) fn encode(
    clock: Res<Clock>,
    envs: Query<&Env>,
    senses: Query<&Sense>,
    mut sources: Query<&mut Source>,
    mut stimuli: Query<&mut Stimulating>,
) {
    for sense in &senses {
        let Ok(env) = envs.get(sense.env) else { continue };
        if !env.ticks(clock.step) {
            continue;
        }
        let values = &env.observation[sense.places.clone()];
        match sense.target {
            Target::Source(entity) => {
                if let Ok(mut source) = sources.get_mut(entity) {
                    source.hear(&clock, values);
                }
            }
            Target::Stimulus(entity) => {
                if let Ok(mut stimulating) = stimuli.get_mut(entity) {
                    stimulating.stimulus.hear(&clock, values);
                }
            }
        }
    }
}
