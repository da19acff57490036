//! Rig: plans of stimuli and sources from their own tables, and what they do step by step.
#![expect(dead_code, reason = "each file of tests uses a part of it")]

use ecs_core::network::{
    Clock, Frames, Inbox, Reach, Registered, Registry, SourceModel, SourcePlan, SpikeSource, Stimulus,
    StimulusModel, StimulusPlan, Values,
};
use ecs_core::registry::Form;
use stimulation as _;

/// Standard errors a mean may be off: once in two million tests.
pub const SIGMA: f64 = 5.0;
/// Step, in ms.
pub const DT: f64 = 0.1;

/// The clock of a step.
pub fn clock(step: u64) -> Clock {
    Clock { step, dt: DT, seed: 2 }
}

fn model<M: Registered>(name: &str) -> &'static M {
    Registry::linked().expect("names are unique").find::<M>(name).expect("it is registered")
}

/// The numbers of a table in order, those that are not given at their defaults.
fn params<M: Registered>(name: &str, given: &[(&str, f64)]) -> Vec<Values> {
    let numbers = || model::<M>(name).entry().params.iter().filter(|row| row.form == Form::Number);
    for (key, _) in given {
        assert!(numbers().any(|row| row.name == *key), "`{name}` has no `{key}`");
    }
    let value = |key: &str| given.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    numbers().map(|row| Values::Uniform(value(row.name).unwrap_or(row.default))).collect()
}

/// A stimulus to `reach`.
pub fn stimulus_plan(name: &str, reach: Reach, given: &[(&str, f64)]) -> StimulusPlan {
    StimulusPlan {
        reach,
        params: params::<StimulusModel>(name, given),
        lists: vec![],
        frames: Frames::default(),
        weight: 1.0,
        stream: 1,
        heard: None,
        clock: clock(0),
    }
}

/// The same with lists.
pub fn with_lists(plan: StimulusPlan, lists: &[(&'static str, &[f64])]) -> StimulusPlan {
    StimulusPlan { lists: lists.iter().map(|(name, list)| (*name, list.to_vec())).collect(), ..plan }
}

/// Makes a stimulus.
pub fn stimulus(name: &str, plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    (model::<StimulusModel>(name).build)(plan)
}

/// Why a stimulus is refused.
pub fn refused(name: &str, plan: &StimulusPlan) -> String {
    stimulus(name, plan).err().expect("it is refused")
}

/// What the neurons get at a step of `dt` ms, in shards that end at `ends`, each cleared before.
pub fn input_at(stimulus: &dyn Stimulus, clock: &Clock, ends: &[usize]) -> Vec<f64> {
    let (mut all, mut start) = (vec![0.0; *ends.last().expect("there is a shard")], 0);
    for &end in ends {
        stimulus.add(clock, &(start..end), &mut Inbox::Sum64(&mut all[start..end]));
        start = end;
    }
    all
}

/// The same at the step of this file.
pub fn input(stimulus: &dyn Stimulus, step: u64, ends: &[usize]) -> Vec<f64> {
    input_at(stimulus, &clock(step), ends)
}

/// The current of neuron 0 as the engine keeps it: written where the stimulus acts, and otherwise as it was, `[step]`.
pub fn course(stimulus: &dyn Stimulus, steps: u64) -> Vec<f64> {
    let mut now = f64::NAN;
    let step = |n| {
        if stimulus.acts(&clock(n)) {
            now = input(stimulus, n, &[1])[0];
        }
        now
    };
    (0..steps).map(step).collect()
}

/// Steps in which a stimulus writes.
pub fn writes(stimulus: &dyn Stimulus, steps: u64) -> Vec<u64> {
    (0..steps).filter(|n| stimulus.acts(&clock(*n))).collect()
}

/// A source of `size` neurons with these `values`.
pub fn source_plan(name: &str, size: usize, values: &[f64], given: &[(&str, f64)]) -> SourcePlan {
    SourcePlan {
        size,
        params: params::<SourceModel>(name, given),
        lists: vec![("values", values.to_vec())],
        events: vec![],
        frames: Frames::default(),
        stream: 3,
        heard: None,
        clock: clock(0),
    }
}

/// Makes a source.
pub fn source(name: &str, plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    (model::<SourceModel>(name).build)(plan)
}

/// The spikes of a source from the step of its plan on, `[step, spike]`.
pub fn spikes(name: &str, plan: &SourcePlan, steps: u64) -> Vec<Vec<u32>> {
    let mut source = source(name, plan).unwrap_or_else(|e| panic!("{e}"));
    let step = |n| {
        let mut spikes = Vec::new();
        source.emit(&Clock { step: plan.clock.step + n, ..plan.clock }, &mut spikes);
        assert!(spikes.is_sorted_by(|a, b| a < b), "each neuron once, ascending");
        spikes
    };
    (0..steps).map(step).collect()
}
