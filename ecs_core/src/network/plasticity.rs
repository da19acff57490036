//! Plasticity: the systems behind projections whose strength changes; they join the step with the first that needs them.

use std::ops::Range;

use bevy_ecs::prelude::*;

use super::cells::Cells;
use super::neurons::{RawColumns, Sealed};
use super::operator::{Learner, Learning, Projection};
use super::phase::{Clock, Phase, Step};
use super::short_term::ShortTermState;
use super::spikes::Spikes;
use super::systems::{deliver, due};
use super::team::Team;

/// What modulates how the synapses of a projection learn; a component of the projection.
#[derive(Component, Clone, Debug, Default)]
pub struct Modulators {
    /// Neurons whose spikes do, seen after the projection's delay.
    pub neurons: Vec<(Entity, Range<u32>)>,
    /// What a reward gave, and in which step.
    given: Option<(u64, f64)>,
}

impl Modulators {
    /// The spikes of these neurons.
    pub fn of(neurons: Vec<(Entity, Range<u32>)>) -> Self {
        Self { neurons, given: None }
    }

    /// In `step`, synapses see a reward that counts like this many spikes.
    pub fn give(&mut self, step: u64, amount: f64) {
        self.given = Some((step, amount));
    }

    /// How much all synapses see in `step`.
    fn seen(&self, step: u64, lag: u32, spikes: &Query<&Spikes>) -> f64 {
        let given = self.given.filter(|(at, _)| *at == step).map_or(0.0, |(_, amount)| amount);
        given + f64::from(self.fired(step, lag, spikes))
    }

    /// How many of them fired `lag` steps before `step`.
    fn fired(&self, step: u64, lag: u32, spikes: &Query<&Spikes>) -> u32 {
        let Some(step) = step.checked_sub(u64::from(lag)) else { return 0 };
        let count = |(population, range): &(Entity, Range<u32>)| {
            let list = spikes.get(*population).map_or(&[][..], |spikes| spikes.of(step));
            let at = |bound: u32| list.partition_point(|neuron| *neuron < bound);
            (at(range.end) - at(range.start)) as u32
        };
        self.neurons.iter().map(count).sum()
    }
}

/// Says that the system that shows voltages is there.
#[derive(Resource)]
struct Follows;

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

/// A projection learns from its receivers' voltages.
pub(super) fn follows(world: &mut World) {
    once(world, |step| step.add_systems(follow.in_set(Phase::Learn)), Follows);
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
fn learn(
    clock: Res<Clock>,
    team: Res<Team>,
    projections: Query<(&Projection, Option<&Modulators>)>,
    spikes: Query<&Spikes>,
) {
    let seen = |p: &Projection, modulators: Option<&Modulators>| {
        let of = |step| spikes.get(p.post).ok().map(|spikes| spikes.of(step));
        let neurons = clock.step.checked_sub(u64::from(p.back)).and_then(of).unwrap_or(&[]);
        let modulators = modulators.map_or(0.0, |m| m.seen(clock.step, p.lag(), &spikes));
        let any = !neurons.is_empty() || modulators != 0.0;
        any.then_some(Learning { step: clock.step, neurons, modulators })
    };
    let learners = || projections.iter().filter_map(|(p, m)| Some((p.operator.learner()?, seen(p, m)?)));
    if learners().next().is_none() {
        return;
    }
    team.run(|member| learners().for_each(|(learner, seen)| learner.learn(member.index(), seen)));
}

type Learners = QueryState<&'static Projection>;

/// Synapses that learn from the voltages of their receivers are shown them.
fn follow(world: &mut World, projections: &mut Learners, mut columns: Local<Vec<Option<RawColumns>>>) {
    // The world is held exclusively, so nobody else reaches the columns while members look at them.
    let world = &*world;
    projections.update_archetypes(world);
    let all = || projections.iter_manual(world).filter_map(follower);
    columns.clear();
    columns.extend(all().map(|(p, _)| world.get::<Sealed>(p.post).map(|sealed| sealed.raw(world))));
    let step = world.resource::<Clock>().step;
    world.resource::<Team>().run(|member| {
        for ((p, learner), raw) in all().zip(&*columns) {
            let Some(cells) = world.get::<Cells>(p.post) else { continue };
            let shard = member.index();
            cells.0.voltages(member, raw.as_ref(), &mut |v| learner.follow(shard, step, v));
        }
    });
}

/// The learner of a projection that is to be told voltages.
fn follower(projection: &Projection) -> Option<(&Projection, &dyn Learner)> {
    let learner = projection.operator.learner()?;
    learner.follows().then_some((projection, learner))
}

/// Brings all weights that learn up to date: between steps, before they are read.
pub fn settle(world: &mut World) {
    let mut projections = world.query::<&Projection>();
    let (step, world) = (world.resource::<Clock>().step, &*world);
    let all: Vec<&Projection> = projections.iter(world).filter(|p| p.operator.learner().is_some()).collect();
    let learners = || all.iter().filter_map(|p| p.operator.learner());
    world.resource::<Team>().run(|member| learners().for_each(|l| l.settle(member.index(), step)));
}
