//! Stimulus: input that comes from no population: currents, and events that arrive at a receptor.

use std::ops::Range;

use bevy_ecs::prelude::*;

use super::accumulator::Inbox;
use super::frames::Frames;
use super::phase::Clock;
use super::source::Heard;
use super::values::Values;
use crate::registry::Entry;

/// The neurons something reaches, ascending.
#[derive(Clone, Debug, PartialEq)]
pub enum Reach {
    /// These indices.
    Range(Range<u32>),
    /// These, in ascending order.
    List(Vec<u32>),
}

impl Reach {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Reach::Range(r) => r.len(),
            Reach::List(l) => l.len(),
        }
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them.
    pub fn indices(&self) -> Vec<u32> {
        match self {
            Reach::Range(r) => r.clone().collect(),
            Reach::List(l) => l.clone(),
        }
    }

    /// Those in a shard of the population.
    pub fn within(&self, shard: &Range<usize>) -> Reach {
        let (start, end) = (shard.start as u32, shard.end as u32);
        match self {
            Reach::Range(r) => Reach::Range(r.start.max(start)..r.end.min(end).max(r.start.max(start))),
            Reach::List(l) => {
                Reach::List(l[l.partition_point(|k| *k < start)..l.partition_point(|k| *k < end)].to_vec())
            }
        }
    }
}

/// What a stimulus does in a step.
pub trait Stimulus: Send + Sync {
    /// Whether it writes in this step. An injected current stays until one writes; then all are asked again.
    fn acts(&self, clock: &Clock) -> bool;
    /// Values of an environment, held from this step on; only where its plan says that it hears some.
    fn hear(&mut self, _clock: &Clock, _values: &[f64]) {}
    /// Adds its current or weighted events for the neurons it reaches in a shard; `input[0]` is neuron `shard.start`.
    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>);
}

/// Where a stimulus goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// The membrane's current, in the model's input unit.
    Current,
    /// An inbox, `(receptor, inbox)`, in the unit of its weights.
    Events((usize, usize)),
}

/// A stimulus in the world.
#[derive(Component)]
pub struct Stimulating {
    /// The population.
    pub population: Entity,
    /// Where it goes.
    pub drive: Drive,
    /// What it does.
    pub stimulus: Box<dyn Stimulus>,
}

/// What a scenario says of a stimulus.
#[derive(Clone, Debug)]
pub struct StimulusPlan {
    /// The neurons it reaches.
    pub reach: Reach,
    /// Number parameters in table order.
    pub params: Vec<Values>,
    /// List parameters by name.
    pub lists: Vec<(&'static str, Vec<f64>)>,
    /// Numbers from a data file; empty where the stimulus asks for none or the scenario names none.
    pub frames: Frames,
    /// Values of an environment, where it hears some.
    pub heard: Option<Heard>,
    /// Weight of its events; 1 for currents.
    pub weight: f64,
    /// Identifies it among the streams of random numbers.
    pub stream: u32,
    /// Step and seed.
    pub clock: Clock,
}

/// A registered stimulus.
#[derive(Clone, Copy)]
pub struct StimulusModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Whether it makes events rather than a current.
    pub events: bool,
    /// Whether an environment can show it something.
    pub hears: bool,
    /// Makes one.
    pub build: fn(&StimulusPlan) -> Result<Box<dyn Stimulus>, String>,
}

inventory::collect!(StimulusModel);
