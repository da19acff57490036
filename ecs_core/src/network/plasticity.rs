//! Plasticity: the systems behind projections whose strength changes; they join the step with the first that needs them.

use bevy_ecs::prelude::*;

use super::operator::{Learning, Projection};
use super::phase::{Clock, Phase, Step};
use super::short_term::ShortTermState;
use super::spikes::Spikes;
use super::systems::{deliver, due};
use super::team::Team;

/// Says that the system of plasticity is there.
#[derive(Resource)]
struct Learns;

/// Says that the system of short-term plasticity is there.
#[derive(Resource)]
struct Scales;

/// A projection learns.
pub(super) fn learns(world: &mut World) {
    once(world, |step| step.add_systems(learn.in_set(Phase::Learn)), Learns);
}

/// A projection has short-term plasticity.
pub(super) fn scales(world: &mut World) {
    once(world, |step| step.add_systems(scale.in_set(Phase::Deliver).before(deliver)), Scales);
}

/// Adds a system with the first thing it is for: even an idle one costs some 50 ns in every step.
fn once<R: Resource>(world: &mut World, add: impl FnOnce(&mut Schedule) -> &mut Schedule, mark: R) {
    if !world.contains_resource::<R>() {
        world.insert_resource(mark);
        let mut schedules = world.resource_mut::<Schedules>();
        add(schedules.get_mut(Step).expect("the engine's plugin was added"));
    }
}

/// How strong the spikes are that are due.
fn scale(
    clock: Res<Clock>,
    mut projections: Query<(&Projection, &mut ShortTermState)>,
    spikes: Query<&Spikes>,
) {
    for (projection, mut state) in &mut projections {
        if let Some(list) = due(projection, &clock, &spikes) {
            state.bypass_change_detection().scale(&clock, list);
        }
    }
}

/// Synapses that learn take note of the spikes of their receivers.
fn learn(clock: Res<Clock>, team: Res<Team>, projections: Query<&Projection>, spikes: Query<&Spikes>) {
    let seen = |p: &Projection| {
        let list = spikes.get(p.post).ok()?.of(clock.step.checked_sub(u64::from(p.back))?);
        (!list.is_empty()).then_some(Learning { step: clock.step, neurons: list })
    };
    let learners = || projections.iter().filter_map(|p| Some((p.operator.learner()?, seen(p)?)));
    if learners().next().is_none() {
        return;
    }
    team.run(|member| learners().for_each(|(learner, seen)| learner.learn(member.index(), seen)));
}

/// Brings all weights that learn up to date: between steps, before they are read.
pub fn settle(world: &mut World) {
    let mut projections = world.query::<&Projection>();
    let (step, world) = (world.resource::<Clock>().step, &*world);
    let all: Vec<&Projection> = projections.iter(world).filter(|p| p.operator.learner().is_some()).collect();
    let learners = || all.iter().filter_map(|p| p.operator.learner());
    world.resource::<Team>().run(|member| learners().for_each(|l| l.settle(member.index(), step)));
}
