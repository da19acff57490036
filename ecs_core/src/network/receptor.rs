//! Receptor: the synaptic state that a population keeps on behalf of all projections that share its dynamics (AlignPost).

use bevy_ecs::prelude::*;

use crate::model::{OutputModel, SynapseModel};

/// A child of its population. The numbers are with the population's, so that one loop advances both.
#[derive(Component, Clone)]
pub struct Receptor {
    /// Which of the population's receptors it is.
    pub index: usize,
    /// Its dynamics.
    pub synapse: &'static SynapseModel,
    /// Parameters of the dynamics, in table order.
    pub synapse_params: Vec<f64>,
    /// How it acts on the membrane.
    pub output: &'static OutputModel,
    /// Parameters of the output, in table order.
    pub output_params: Vec<f64>,
    /// How many projections share it.
    pub projections: usize,
}
