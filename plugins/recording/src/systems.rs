//! Recorder: writes spikes and state variables while the network runs.
//!
//! Reads [`Spikes`] and neurons' state in [`Phase::Record`]; costs a write for each spike, and a read for each sampled value.

use bevy_app::{App, Plugin};
use bevy_ecs::prelude::*;
use ecs_core::network::{Clock, Fault, Phase, Reach, Spikes, Step, read};

use crate::{RecordError, SpikeSpool, TraceSpool};

/// Adds the recorders' systems.
pub struct RecordingPlugin;

impl Plugin for RecordingPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Step, (record_spikes, sample_state).chain().in_set(Phase::Record));
    }
}

/// The spikes that are kept.
#[derive(Resource)]
pub struct SpikeRecorder {
    /// Where they go.
    pub spool: SpikeSpool,
    /// The populations, in the order of the spool, and the neurons that are kept of each.
    pub populations: Vec<(Entity, Reach)>,
    kept: Vec<u32>,
}

impl SpikeRecorder {
    /// A recorder of these populations.
    pub fn new(spool: SpikeSpool, populations: Vec<(Entity, Reach)>) -> Self {
        Self { spool, populations, kept: Vec::new() }
    }
}

/// A state variable that is sampled.
#[derive(Clone, Debug)]
pub struct Sampling {
    /// The population.
    pub population: Entity,
    /// Row of the variable.
    pub variable: usize,
    /// The neurons.
    pub neurons: Vec<u32>,
    /// Steps between samples.
    pub every: u64,
}

/// The state variables that are kept.
#[derive(Resource)]
pub struct TraceRecorder {
    /// Where they go.
    pub spool: TraceSpool,
    /// In the order of the spool.
    pub samplings: Vec<Sampling>,
}

fn raise(fault: &mut Fault, result: Result<(), RecordError>) {
    if let Err(error) = result {
        fault.raise(|| error.to_string());
    }
}

fn record_spikes(
    clock: Res<Clock>,
    mut fault: ResMut<Fault>,
    recorder: Option<ResMut<SpikeRecorder>>,
    spikes: Query<&Spikes>,
) {
    let Some(mut recorder) = recorder else { return };
    let SpikeRecorder { spool, populations, kept } = &mut *recorder;
    for (index, (population, reach)) in populations.iter().enumerate() {
        let Ok(spikes) = spikes.get(*population) else { continue };
        let fired = spikes.of(clock.step);
        if fired.is_empty() {
            continue;
        }
        let keep = |k: &u32| match reach {
            Reach::Range(range) => range.contains(k),
            Reach::List(list) => list.binary_search(k).is_ok(),
        };
        kept.clear();
        kept.extend(fired.iter().copied().filter(keep));
        raise(&mut fault, spool.append(clock.step, index, kept));
    }
}

/// State is sampled at the end of a step, so the sample of step n shows the network at (n + 1) dt and is stored as n + 1.
fn sample_state(world: &mut World, mut values: Local<Vec<f64>>) {
    let now = world.resource::<Clock>().step + 1;
    let Some(recorder) = world.get_resource::<TraceRecorder>() else { return };
    if !recorder.samplings.iter().any(|s| now.is_multiple_of(s.every)) {
        return;
    }
    world.resource_scope(|world, mut recorder: Mut<TraceRecorder>| {
        let TraceRecorder { spool, samplings } = &mut *recorder;
        for (index, sampling) in samplings.iter().enumerate().filter(|(_, s)| now.is_multiple_of(s.every)) {
            read(world, sampling.population, sampling.variable, &sampling.neurons, &mut values);
            let result = spool.append(now, index, &values[..]);
            raise(&mut world.resource_mut::<Fault>(), result);
        }
    });
}
