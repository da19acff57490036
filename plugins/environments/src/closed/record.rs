//! Record: observations, actions and rewards join the traces of a run, a sample for each tick.

use bevy_ecs::prelude::*;
use ecs_core::control::{Port, Spec};
use ecs_core::network::{Clock, Fault};
use recording::{TraceRecorder, Traced};

use super::step::Env;

/// Recordings of an environment.
#[derive(Component, Clone, Copy, Debug)]
pub struct Recorded {
    /// The first of them among those of the run: a recording for each port, observations before actions, and the reward.
    pub first: usize,
}

impl Recorded {
    /// What is recorded of an environment.
    pub fn of(name: &str, spec: &Spec) -> Vec<Traced> {
        let traced = |port: &Port| Traced {
            population: name.to_owned(),
            variable: port.name.clone(),
            unit: port.unit.clone(),
            neurons: (0..port.width() as u32).collect(),
        };
        let reward = Traced {
            population: name.to_owned(),
            variable: "reward".to_owned(),
            unit: String::new(),
            neurons: vec![0],
        };
        spec.observation.iter().chain(&spec.action).map(traced).chain([reward]).collect()
    }
}

/// Writes this tick: what is shown from now on, what was done, and what it brought.
pub(super) fn record(
    clock: Res<Clock>,
    mut fault: ResMut<Fault>,
    recorder: Option<ResMut<TraceRecorder>>,
    envs: Query<(&Env, &Recorded)>,
) {
    let Some(mut recorder) = recorder else { return };
    for (env, recorded) in envs.iter().filter(|(env, _)| env.ticks(clock.step)) {
        let spec = env.environment.spec();
        let mut next = recorded.first;
        let mut write = |values: &[f64]| {
            if let Err(error) = recorder.spool.append(clock.step, next, values) {
                fault.raise(|| error.to_string());
            }
            next += 1;
        };
        for (ports, values) in [(&spec.observation, &env.observation), (&spec.action, &env.action)] {
            let mut at = 0;
            for port in ports {
                write(&values[at..at + port.width()]);
                at += port.width();
            }
        }
        write(&[env.outcome.reward]);
    }
}
