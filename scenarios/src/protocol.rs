//! Protocol: silences and clamps of a scenario, put on neurons and taken off at their times.
//!
//! Writes [`Silenced`] and [`Clamped`] in [`Phase::Control`]; costs nothing in a step in which nothing changes.

use bevy_app::{App, Plugin};
use bevy_ecs::prelude::*;
use ecs_core::network::{Clamped, Clock, Phase, Silenced, Step, neuron_entity};

use crate::assemble::reach;
use crate::schema::{Interval, Members, Scenario};

/// Adds the system that follows the [`Protocol`].
pub struct ProtocolPlugin;

impl Plugin for ProtocolPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Step, follow.in_set(Phase::Control));
    }
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Silence,
    Speak,
    Clamp(f64),
    Release,
}

/// What is done to which neurons, by step.
#[derive(Resource, Debug, Default)]
pub struct Protocol {
    /// Latest first, so that what is next stands at the end.
    acts: Vec<(u64, Act, Entity, Vec<u32>)>,
}

/// Streams of selections begin here.
const SELECTIONS: u32 = 3 << 24;

impl Protocol {
    /// Whether nothing is done.
    pub fn is_empty(&self) -> bool {
        self.acts.is_empty()
    }

    /// The silences and clamps of `scenario`, whose populations are these entities.
    pub fn of(scenario: &Scenario, populations: &[Entity]) -> Self {
        let mut protocol = Self::default();
        let mut stream = SELECTIONS;
        let mut add = |member: Members, during: Interval, on: Act, off: Act| {
            let size = scenario.populations[member.population].size;
            let neurons = reach(member.pick, size, scenario.run.seed, stream).indices();
            stream += 1;
            let step = |t: f64| (t / scenario.run.dt).round() as u64;
            let population = populations[member.population];
            protocol.acts.push((step(during.start), on, population, neurons.clone()));
            if during.stop.is_finite() {
                protocol.acts.push((step(during.stop), off, population, neurons));
            }
        };
        for (index, population) in scenario.populations.iter().enumerate() {
            for pick in &population.silenced {
                let always = Interval { start: 0.0, stop: f64::INFINITY };
                add(Members { population: index, pick: *pick }, always, Act::Silence, Act::Speak);
            }
        }
        for silence in &scenario.silences {
            silence.of.members.iter().for_each(|m| add(*m, silence.during, Act::Silence, Act::Speak));
        }
        for clamp in &scenario.clamps {
            clamp.of.members.iter().for_each(|m| add(*m, clamp.during, Act::Clamp(clamp.v), Act::Release));
        }
        protocol.acts.sort_by_key(|(step, ..)| std::cmp::Reverse(*step));
        protocol
    }
}

fn follow(world: &mut World) {
    let now = world.resource::<Clock>().step;
    while world.get_resource::<Protocol>().and_then(|p| p.acts.last()).is_some_and(|(step, ..)| *step <= now)
    {
        let next = world.resource_mut::<Protocol>().acts.pop();
        let Some((_, act, population, neurons)) = next else { return };
        for neuron in neurons {
            let entity = neuron_entity(world, population, neuron);
            let mut entity = world.entity_mut(entity);
            match act {
                Act::Silence => entity.insert(Silenced),
                Act::Speak => entity.remove::<Silenced>(),
                Act::Clamp(v) => entity.insert(Clamped { v }),
                Act::Release => entity.remove::<Clamped>(),
            };
        }
    }
}
