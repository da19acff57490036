//! Records of a scenario: which spikes and state variables go to the run's folder.

use std::collections::BTreeMap;

use bevy_ecs::prelude::*;
use ecs_core::network::{Population, Reach};
use ecs_core::registry::Kind;
use environments::Recorded;
use recording::{Cells, Precision, RunFolder, Sampling, SpikeRecorder, TraceRecorder, Traced};

use super::{Builder, values};
use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::schema::{self, Members, Observable, Record};

/// Streams of recorded selections begin here.
const SELECTIONS: u32 = 2 << 24;

/// What a scenario records: spikes by population, and state variables with the unit of their values.
pub struct Kept {
    /// Neurons whose spikes are kept, by population.
    pub spikes: BTreeMap<usize, Reach>,
    /// Population, row of the variable, neurons, and steps between samples.
    pub traces: Vec<(usize, usize, Vec<u32>, u64)>,
}

impl Kept {
    /// What `scenario` asks for; where it records no spikes at all, those of every population of neurons.
    pub fn of(scenario: &schema::Scenario) -> Self {
        let mut kept = Self { spikes: BTreeMap::new(), traces: Vec::new() };
        for (index, record) in scenario.records.iter().enumerate() {
            for member in &record.of.members {
                kept.add(scenario, record, *member, SELECTIONS + index as u32);
            }
        }
        if kept.spikes.is_empty() {
            let neurons =
                scenario.populations.iter().enumerate().filter(|(_, p)| p.neuron.entry.kind == Kind::Neuron);
            kept.spikes = neurons.map(|(k, p)| (k, Reach::Range(0..p.size as u32))).collect();
        }
        kept
    }

    fn add(&mut self, scenario: &schema::Scenario, record: &Record, member: Members, stream: u32) {
        let population = &scenario.populations[member.population];
        let whole = values::reach(member.pick, population.size, scenario.run.seed, stream);
        let reach = match record.first {
            Some(n) if n < whole.len() => Reach::List(whole.indices()[..n].to_vec()),
            _ => whole,
        };
        for what in &record.what {
            match what {
                Observable::Spikes => {
                    let joined = match self.spikes.remove(&member.population) {
                        None => reach.clone(),
                        Some(before) => union(&before, &reach),
                    };
                    self.spikes.insert(member.population, joined);
                }
                Observable::Variable(name) => {
                    let rows = population.neuron.entry.state.iter();
                    let row = rows.map(|f| f.name).position(|n| n == name).expect("variables were checked");
                    let every = (record.every / scenario.run.dt).round().max(1.0) as u64;
                    self.traces.push((member.population, row, reach.indices(), every));
                }
            }
        }
    }
}

fn union(a: &Reach, b: &Reach) -> Reach {
    let mut all = a.indices();
    all.extend(b.indices());
    all.sort_unstable();
    all.dedup();
    Reach::List(all)
}

impl Builder<'_> {
    pub(super) fn records(&self, world: &mut World, folder: &RunFolder) -> Result<(), Diagnostics> {
        let kept = Kept::of(self.scenario);
        let failed = |e: recording::RecordError| {
            Diagnostics::at(&self.scenario.origin, Span::default(), Problem::new("output", e.to_string()))
        };
        let dt = self.scenario.run.dt;
        let entities =
            kept.spikes.into_iter().map(|(k, reach)| (self.populations[k], reach)).collect::<Vec<_>>();
        let cells: Vec<Cells> = entities
            .iter()
            .filter_map(|(e, _)| world.get::<Population>(*e))
            .map(|p| Cells { name: p.name.clone(), size: p.size as u32 })
            .collect();
        world.insert_resource(SpikeRecorder::new(folder.spikes(dt, &cells).map_err(failed)?, entities));
        let of_env = self.recorded(world);
        if kept.traces.is_empty() && of_env.is_empty() {
            return Ok(());
        }
        let precision = match self.scenario.run.precision {
            schema::Precision::F32 => Precision::F32,
            schema::Precision::F64 => Precision::F64,
        };
        let mut traced = traced(self.scenario, &kept.traces);
        if let Some(env) = self.env.filter(|_| !of_env.is_empty()) {
            world.entity_mut(env).insert(Recorded { first: traced.len() });
        }
        traced.extend(of_env);
        let spool = folder.traces(dt, precision, &traced).map_err(failed)?;
        let samplings = kept.traces.into_iter().map(|(population, variable, neurons, every)| Sampling {
            population: self.populations[population],
            variable,
            neurons,
            every,
        });
        world.insert_resource(TraceRecorder { spool, samplings: samplings.collect() });
        Ok(())
    }
}

/// The recorded state variables, as `run.json` lists them.
pub fn traced(scenario: &schema::Scenario, traces: &[(usize, usize, Vec<u32>, u64)]) -> Vec<Traced> {
    let one = |(population, variable, neurons, _): &(usize, usize, Vec<u32>, u64)| {
        let population = &scenario.populations[*population];
        let field = population.neuron.entry.state[*variable];
        Traced {
            population: population.name.clone(),
            variable: field.name.into(),
            unit: field.unit.into(),
            neurons: neurons.clone(),
        }
    };
    traces.iter().map(one).collect()
}
