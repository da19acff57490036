//! Science: single neurons against published and closed-form results, each within the tolerance that its data state.
//!
//! Step n takes a neuron from n dt to (n + 1) dt and its spike carries n dt; NEST stamps the end of the step.

mod adex;
mod fly;
mod hodgkin_huxley;
mod izhikevich;
mod lif_dc;
mod nest;
mod philox;
mod poisson;
mod psp;

use bevy_ecs::prelude::*;
use ecs_core::model::Precision;
use ecs_core::network::PopulationPlan;
use neurons as _;
use synapses as _;
use tests::rig::{Rig, Running, neuron};

/// One neuron of a model, in double precision, running.
struct Single {
    running: Running,
    cell: Entity,
}

impl Single {
    /// That neuron, with a rig for its input.
    fn new(dt: f64, plan: PopulationPlan, input: impl FnOnce(&mut Rig, Entity)) -> Self {
        let mut rig = Rig::new(dt, Precision::F64, 1);
        let cell = rig.neurons(neuron(&plan.name), plan);
        input(&mut rig, cell);
        Self { running: rig.start(), cell }
    }

    /// The voltage after one more step, and whether the neuron fired in it.
    fn step(&mut self) -> (f64, bool) {
        self.running.step();
        (self.value(0), !self.running.fired(self.cell).is_empty())
    }

    fn value(&mut self, variable: usize) -> f64 {
        self.running.value(self.cell, variable, 0)
    }
}
