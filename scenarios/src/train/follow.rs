//! Follow: what `[training.traces]` says, read from its files and taught to the circuit.

use std::path::PathBuf;

use differentiation::{Circuit, Watch};
use training::data::{Inputs, Samples, Targets, Trace};
use training::trainer::{Agreement, Follow, Followed, Look, Trainer};

use super::Errors;
use super::files::{Split, find};
use crate::diagnostic::Diagnostics;
use crate::schema::{Scenario, Traces};

/// Steps to a point that is drawn.
pub(super) const DRAWN: usize = 5;
/// What a spike of a neuron is drawn to, in the unit of its variable.
const PEAK: f32 = 20.0;

/// The traces, on the steps of the run, as the only sample, `[step, place]`.
///
/// # Errors
/// A file that is not there, is damaged, or ends before the run does.
pub(super) fn samples(
    scenario: &Scenario,
    traces: &Traces,
    folders: &[PathBuf],
) -> Result<Split, Diagnostics> {
    let (steps, dt) = (scenario.run.steps as usize, scenario.run.dt);
    let mut all: Vec<Vec<f32>> = Vec::new();
    for (_, file) in &traces.all {
        let key = ("training.traces.file", &traces.source[..]);
        let path = find(scenario, folders, (file, traces.files_span), key)?;
        let read = Trace::read(&path, &traces.dataset, traces.every).and_then(|mut trace| {
            trace.values.iter_mut().for_each(|x| *x *= traces.factor);
            trace.on_grid(steps, dt).map_err(|e| format!("`{}`: {e}", path.display()))
        });
        all.push(read.map_err(|e| Errors(scenario).at(traces.files_span, "training.traces.file", e))?);
    }
    let values = (0..steps).flat_map(|step| all.iter().map(move |trace| trace[step])).collect();
    let targets = Targets::Numbers { values, shape: [steps, all.len()] };
    Ok((Samples { inputs: Inputs::Nothing, targets }, None))
}

/// Neurons of the circuit that follow these traces, and are taught by them.
///
/// # Errors
/// Neurons that cannot be taught.
pub(super) fn follow(
    scenario: &Scenario,
    traces: &Traces,
    targets: &Targets,
    circuit: &mut Circuit<f32>,
) -> Result<Follow, String> {
    let followed = |(population, _): &(usize, PathBuf)| {
        let name = scenario.populations[*population].name.clone();
        let population = circuit.populations.iter().position(|p| p.name == name);
        let population = population.expect("every population of the scenario is in the circuit");
        let watch = Watch { population, variable: traces.variable };
        Followed { name, watch, target: Vec::new(), spikes: Vec::new() }
    };
    let mut follow = Follow {
        traces: traces.all.iter().map(followed).collect(),
        ceiling: traces.ceiling.unwrap_or(f64::INFINITY),
        after: traces.after as usize,
        before: traces.before as usize,
        stress: traces.stress,
        taught: traces.teach && traces.spike.is_some(),
    };
    follow.take(targets, traces.spike)?;
    if follow.taught {
        for trace in &follow.traces {
            let mut lesson = vec![Vec::new(); trace.target.len()];
            trace.spikes.iter().for_each(|step| lesson[*step as usize].push(0));
            circuit.teach(trace.watch.population, lesson)?;
        }
    }
    Ok(follow)
}

/// How each neuron, running by itself, agrees with its trace; none where no traces are followed.
///
/// # Errors
/// Those of a trial.
pub fn agreements(trainer: &Trainer, data: &Samples) -> Result<Vec<Agreement>, String> {
    let Some(follow) = &trainer.goal.follow else { return Ok(Vec::new()) };
    Ok(agreements_of(follow, &trainer.look(data, 0)?, trainer.circuit.clock.dt))
}

/// The same, of a trial that was looked at.
pub(super) fn agreements_of(follow: &Follow, look: &Look, dt: f64) -> Vec<Agreement> {
    let of = |(place, trace): (usize, &Followed)| {
        let spikes: Vec<u64> = look.spikes[trace.watch.population].iter().map(|(step, _)| *step).collect();
        follow.agreement(place, (&look.watched[place], &spikes), dt)
    };
    follow.traces.iter().enumerate().map(of).collect()
}

/// A course `[step]` as it is drawn: of each few steps the highest value, and a spike, whose peak a neuron does not show, as one to
/// [`PEAK`].
pub(super) fn drawn(course: &[f32], spikes: &[u64]) -> Vec<f32> {
    let mut all: Vec<f32> =
        course.chunks(DRAWN).map(|few| few.iter().copied().fold(f32::NEG_INFINITY, f32::max)).collect();
    spikes.iter().for_each(|step| all[*step as usize / DRAWN] = PEAK);
    all
}
