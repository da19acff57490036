//! Memory: what training will hold, before anything is built.

use differentiation::together;
use ecs_core::registry::Kind;
use ecs_core::training::{Method, OnlineRule, OptimiserModel};

use crate::schema::{Members, Scenario, Training};

/// Bytes of a number.
const NUMBER: f64 = 4.0;
/// Room of a population's step and of its adjoint, for each thread: blocks of numbers for every operation of their graphs.
const SCRATCH: f64 = 55e3;

/// Bytes for a network of so many synapses on so many threads: trials, gradients, and what the optimiser remembers.
pub fn bytes(scenario: &Scenario, training: &Training, synapses: f64, threads: usize) -> f64 {
    let method = super::method(scenario, training).unwrap_or(Method::ThroughTime);
    let online = method != Method::ThroughTime;
    let steps = if online { 1.0 } else { scenario.run.steps as f64 };
    let segment = training.segment.map_or(steps.sqrt().ceil(), |n| n as f64).min(steps);
    let segments = (steps / segment).ceil();
    let replicas = if online { 1.0 } else { together(training.batch) as f64 };
    let (mut room, mut scratch, mut widest) = (0.0, 0.0, 0.0f64);
    for (index, population) in scenario.populations.iter().enumerate() {
        if population.neuron.entry.kind != Kind::Neuron {
            continue;
        }
        let reaches = |to: &[Members]| to.iter().any(|m| m.population == index);
        let into = || scenario.projections.iter().filter(|p| reaches(&p.to.members));
        let order: usize = into().map(|p| p.receptor.synapse.entry.state.len()).sum();
        let inputs = into().count().max(1) as f64;
        let columns = (population.neuron.entry.state.len() + 1 + order) as f64;
        widest = widest.max(columns);
        let recorded = (segment + 1.0) * columns + segment * (inputs + 1.0) + segments * columns;
        let besides = 4.0 * columns + 3.0 * inputs + 8.0;
        let mut numbers = recorded + besides;
        if training.readout.population == index {
            numbers += 2.0 * steps;
        }
        room += numbers * population.size as f64 * replicas;
        scratch += SCRATCH;
    }
    let model = scenario.registry.of::<OptimiserModel>(&training.optimiser.entry);
    let each = 2.0 + model.entry.state.len() as f64;
    // Traces of a synapse: its receiver's columns, rings of spikes, and what becomes of them in a readout and in the step after.
    let traces = match method {
        Method::Online(OnlineRule::Traces, _) => (2.0 * widest + 2.0) * synapses,
        _ => 0.0,
    };
    NUMBER * (threads as f64 * (room + synapses + traces) + synapses * each) + threads as f64 * scratch
}
