//! Planned: what populations and sources were made from, for plugins that make the network a second time.

use bevy_ecs::prelude::*;

use super::build::PopulationPlan;
use super::source::{SourceModel, SourcePlan};
use super::stimulus::{StimulusModel, StimulusPlan};
use super::values::Values;
use crate::model::NeuronModel;

/// While this resource is there, populations and projections keep what they are made from, as components.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct KeepPlans;

/// What a population of neurons was made from.
#[derive(Component, Clone)]
pub struct Planned {
    /// The model.
    pub model: &'static NeuronModel,
    /// The plan.
    pub plan: PopulationPlan,
    /// How many populations were made before it, which tells its white noise apart.
    pub number: u32,
}

/// What a population of sources was made from.
#[derive(Component, Clone)]
pub struct PlannedSource {
    /// The model.
    pub model: &'static SourceModel,
    /// The plan.
    pub plan: SourcePlan,
}

/// The initial state that a projection gives to its receptor, by row of the synapse's table.
#[derive(Component, Clone, Debug, Default)]
pub struct PlannedState(pub Vec<(usize, Values)>);

/// What a stimulus was made from.
#[derive(Component, Clone)]
pub struct PlannedStimulus {
    /// The model.
    pub model: StimulusModel,
    /// The plan.
    pub plan: StimulusPlan,
}
