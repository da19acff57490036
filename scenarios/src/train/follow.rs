//! Follow: what `[training.traces]` says, read from its files and taught to the circuit.

use std::path::PathBuf;

use differentiation::{Circuit, Watch};
use training::data::{Inputs, Samples, Trace, crossings};
use training::trainer::{Agreement, Follow, Followed, Look, Trainer};

use super::Errors;
use super::files::{Split, find};
use crate::diagnostic::Diagnostics;
use crate::schema::{Scenario, Traces};

/// Steps to a point that is drawn.
pub(super) const DRAWN: usize = 5;
/// What a spike of a neuron is drawn to, in the unit of its variable.
const PEAK: f32 = 20.0;

/// The traces, on the steps of the run, numbered as the populations of the scenario.
///
/// # Errors
/// A file that is not there, is damaged, or ends before the run does.
pub fn read(scenario: &Scenario, traces: &Traces, folders: &[PathBuf]) -> Result<Follow, Diagnostics> {
    let (steps, dt) = (scenario.run.steps as usize, scenario.run.dt);
    let mut all = Vec::new();
    for (population, file) in &traces.all {
        let key = ("training.traces.file", &traces.source[..]);
        let path = find(scenario, folders, (file, traces.files_span), key)?;
        let read = Trace::read(&path, &traces.dataset, traces.every).and_then(|mut trace| {
            trace.values.iter_mut().for_each(|x| *x *= traces.factor);
            trace.on_grid(steps, dt).map_err(|e| format!("`{}`: {e}", path.display()))
        });
        let target = read.map_err(|e| Errors(scenario).at(traces.files_span, "training.traces.file", e))?;
        let spikes = traces.spike.map_or(Vec::new(), |level| crossings(&target, level));
        let watch = Watch { population: *population, variable: traces.variable };
        all.push(Followed { name: scenario.populations[*population].name.clone(), watch, target, spikes });
    }
    Ok(Follow {
        traces: all,
        ceiling: traces.ceiling.unwrap_or(f64::INFINITY),
        after: traces.after as usize,
        before: traces.before as usize,
        stress: traces.stress,
        taught: traces.teach,
    })
}

/// The same as the only sample.
pub(super) fn samples(follow: &Follow) -> Split {
    (Samples { inputs: Inputs::Nothing, targets: follow.targets() }, None)
}

/// Numbers populations as the circuit does, and teaches it.
pub(super) fn teach(follow: &mut Follow, circuit: &mut Circuit<f32>) -> Result<(), String> {
    for trace in &mut follow.traces {
        let population = circuit.populations.iter().position(|p| p.name == trace.name);
        trace.watch.population = population.expect("every population of the scenario is in the circuit");
        if follow.taught {
            let mut lesson = vec![Vec::new(); trace.target.len()];
            trace.spikes.iter().for_each(|step| lesson[*step as usize].push(0));
            circuit.teach(trace.watch.population, lesson)?;
        }
    }
    Ok(())
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
