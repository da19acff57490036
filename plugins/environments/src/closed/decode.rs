//! Decode: spikes of a tick are counted while it lasts, and become an action at its end.

use std::ops::Range;

use bevy_ecs::prelude::*;
use ecs_core::control::{Decoder, Seen};
use ecs_core::network::{Clock, Spikes, read};

use super::step::Env;

/// Belongs to no group.
const NONE: u32 = u32::MAX;

/// Neurons of one population that are watched.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The population.
    population: Entity,
    /// The row of the variable that is watched; none where spikes are.
    variable: Option<usize>,
    /// Neurons that are in a group, in the order in which they were put there.
    members: Vec<u32>,
    /// `[neuron]`: its group, or none.
    groups: Vec<u32>,
}

impl Watched {
    /// Nobody of a population of `size`, whose spikes or whose variable will be watched.
    pub fn nobody(population: Entity, size: usize, variable: Option<usize>) -> Self {
        Self { population, variable, members: Vec::new(), groups: vec![NONE; size] }
    }

    /// The population.
    pub fn population(&self) -> Entity {
        self.population
    }

    /// Puts these neurons into a group; or says which of them is in one already.
    ///
    /// # Errors
    /// The first neuron that is in a group.
    pub fn put(&mut self, neurons: &[u32], group: u32) -> Result<(), u32> {
        for neuron in neurons {
            let slot = &mut self.groups[*neuron as usize];
            if *slot != NONE {
                return Err(*neuron);
            }
            *slot = group;
            self.members.push(*neuron);
        }
        Ok(())
    }
}

/// What makes the numbers of a port of the action.
#[derive(Component)]
pub struct Act {
    /// The environment.
    pub env: Entity,
    /// Places of the action.
    pub places: Range<usize>,
    /// What decides.
    pub decoder: Box<dyn Decoder>,
    watched: Vec<Watched>,
    counts: Vec<u32>,
    first: Vec<u32>,
    sizes: Vec<u32>,
    state: Vec<f64>,
    /// The step at which the tick began.
    since: u64,
}

impl Act {
    /// Watches these neurons, in `groups` groups.
    pub fn new(
        env: Entity,
        places: Range<usize>,
        (watched, groups): (Vec<Watched>, usize),
        decoder: Box<dyn Decoder>,
    ) -> Self {
        let mut sizes = vec![0; groups];
        let all = watched.iter().flat_map(|w| w.members.iter().map(|k| w.groups[*k as usize]));
        all.for_each(|group| sizes[group as usize] += 1);
        let state = vec![0.0; if watched.iter().any(|w| w.variable.is_some()) { groups } else { 0 }];
        let (counts, first) = (vec![0; groups], vec![u32::MAX; groups]);
        Self { env, places, decoder, watched, counts, first, sizes, state, since: 0 }
    }

    fn forget(&mut self, step: u64) {
        self.counts.fill(0);
        self.first.fill(u32::MAX);
        self.since = step;
    }
}

/// Spikes of this step join the counts.
pub(super) fn count(clock: Res<Clock>, mut acts: Query<&mut Act>, spikes: Query<&Spikes>) {
    for mut act in &mut acts {
        let Act { watched, counts, first, since, .. } = act.bypass_change_detection();
        let within = (clock.step - *since) as u32;
        for watched in watched {
            let Ok(spikes) = spikes.get(watched.population) else { continue };
            for neuron in spikes.of(clock.step) {
                let group = watched.groups[*neuron as usize];
                if group != NONE {
                    counts[group as usize] += 1;
                    let first = &mut first[group as usize];
                    *first = (*first).min(within);
                }
            }
        }
    }
}

/// The watched variables are read, where there are any, and averaged over groups.
pub(super) fn sample(
    world: &mut World,
    acts: &mut QueryState<(Entity, &'static mut Act)>,
    mut asking: Local<Vec<Entity>>,
    mut values: Local<Vec<f64>>,
) {
    asking.clear();
    asking.extend(acts.iter(world).filter(|(_, act)| !act.state.is_empty()).map(|(entity, _)| entity));
    for entity in &*asking {
        let Ok((_, mut act)) = acts.get_mut(world, *entity) else { continue };
        let (watched, mut state) = (std::mem::take(&mut act.watched), std::mem::take(&mut act.state));
        state.fill(0.0);
        for Watched { population, variable, members, groups } in &watched {
            read(world, *population, variable.unwrap_or(0), members, &mut values);
            for (neuron, value) in members.iter().zip(&*values) {
                state[groups[*neuron as usize] as usize] += value;
            }
        }
        let Ok((_, mut act)) = acts.get_mut(world, *entity) else { continue };
        state.iter_mut().zip(&act.sizes).for_each(|(sum, n)| *sum /= f64::from(*n));
        (act.watched, act.state) = (watched, state);
    }
}

/// What was seen becomes an action.
pub(super) fn decode(clock: Res<Clock>, mut acts: Query<&mut Act>, mut envs: Query<&mut Env>) {
    for mut act in &mut acts {
        let act = act.bypass_change_detection();
        let Ok(mut env) = envs.get_mut(act.env) else { continue };
        if !env.ticks(clock.step) {
            continue;
        }
        if env.has_begun() {
            let Act { places, decoder, counts, first, state, sizes, .. } = &mut *act;
            let seen = Seen { counts, first, state, sizes, interval: env.interval };
            decoder.decode(&seen, &mut env.action[places.clone()]);
        }
        act.forget(clock.step);
    }
}
