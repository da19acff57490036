//! Source: a population without dynamics, which only emits spikes.

use bevy_ecs::prelude::*;

use super::frames::Frames;
use super::phase::Clock;
use crate::registry::Entry;

/// Emits the spikes of a source population.
pub trait SpikeSource: Send + Sync {
    /// Appends the neurons that fire in this step, ascending.
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>);
    /// Values of an environment, held from this step on; only where its plan says that it hears some.
    fn hear(&mut self, _clock: &Clock, _values: &[f64]) {}
}

/// Values of an environment that an encoder is told, tick by tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// How many values.
    pub width: usize,
    /// Steps from tick to tick, at which they change.
    pub every: u64,
}

/// What a scenario says of a source.
#[derive(Clone, Debug)]
pub struct SourcePlan {
    /// Neurons.
    pub size: usize,
    /// Number parameters in table order, one for all or one for each neuron.
    pub params: Vec<super::values::Values>,
    /// List parameters by name.
    pub lists: Vec<(&'static str, Vec<f64>)>,
    /// Spikes from a data file: neuron and time in ms.
    pub events: Vec<(u32, f64)>,
    /// Numbers from a data file; empty where the source asks for none or the scenario names none.
    pub frames: Frames,
    /// Values of an environment, where it hears some.
    pub heard: Option<Heard>,
    /// Identifies the population among the streams of random numbers.
    pub stream: u32,
    /// Step and seed.
    pub clock: Clock,
}

/// A registered source.
#[derive(Clone, Copy)]
pub struct SourceModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Whether an environment can show it something.
    pub hears: bool,
    /// Makes one.
    pub build: fn(&SourcePlan) -> Result<Box<dyn SpikeSource>, String>,
}

inventory::collect!(SourceModel);

/// The source of a population.
#[derive(Component)]
pub struct Source(pub(super) Box<dyn SpikeSource>);

impl Source {
    /// Tells it values of an environment.
    pub fn hear(&mut self, clock: &Clock, values: &[f64]) {
        self.0.hear(clock, values);
    }
}
