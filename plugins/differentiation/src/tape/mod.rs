//! Tape: trials run forward, and their cost's gradient from the last step to the first.
//!
//! Trials are replicas of one network. They run in groups that share passes over weights, each group by one member of the team
//! from beginning to end, and gradients of groups are added in the order of the groups: any number of threads gives the same
//! bits. Within a trial the states of one segment are on the tape; the others are run again, with the spikes that are known,
//! so that memory grows with the square root of the steps.

mod backward;
mod drive;
mod dropout;
pub(crate) mod forward;
mod memory;
mod raster;
mod room;
mod task;

use std::ops::Range;
use std::sync::Mutex;

use ecs_core::network::{Summed, Team};
use ecs_core::number::{Num, Real};

use crate::circuit::{Circuit, Kind, What};
use crate::gradient::Gradient;
use crate::in_order::{in_order, lock};
use crate::matrix::REPLICAS;
pub(crate) use drive::Drive;
pub use raster::Raster;
pub(crate) use room::Room;
pub(crate) use task::Prepare;
pub use task::{Cotangents, Outcome, Series, Task, Watch};

/// How trials are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Steps of a trial.
    pub steps: usize,
    /// Steps whose states are kept at a time; by default the square root of `steps`.
    pub segment: Option<usize>,
    /// Steps of a window whose gradient does not follow state and spikes back into the window before it; by default all steps are one.
    ///
    /// Weights and delays by which a spike acts in a later window than it was fired in do learn from that.
    pub truncate: Option<usize>,
    /// Whether neurons fire by any amount, because the surrogate has taken the place of the step.
    pub smooth: bool,
}

impl Settings {
    /// Whether the gradient of a circuit can be had in this way.
    ///
    /// # Errors
    /// Synapses that remember spikes of earlier windows.
    pub fn fit<T>(&self, circuit: &Circuit<T>) -> Result<(), String> {
        let tires = circuit.links.iter().find(|link| link.short_term.is_some() && self.truncate.is_some());
        let found = |name: &str| {
            format!("projection `{name}` has short-term plasticity, whose gradient is not truncated")
        };
        tires.map_or(Ok(()), |link| Err(found(&link.name)))
    }
}

/// A group of replicas.
pub struct Group {
    /// Number of the first one's trial.
    pub first: u64,
    /// Replicas.
    pub replicas: usize,
    /// Steps of a trial.
    pub steps: usize,
    /// Steps of a window that the gradient stays in.
    pub window: usize,
    /// What is watched.
    pub watches: Vec<Watch>,
    /// Whether neurons fire by any amount.
    pub smooth: bool,
    /// Whether teachers make neurons fire.
    pub taught: bool,
    /// Whether neurons are left out, by chance.
    pub drops: bool,
}

/// What came of trials.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation<T> {
    /// The cost, summed over groups.
    pub cost: f64,
    /// Its gradient, `[parameter]`, where that was asked for.
    pub gradient: Vec<Vec<T>>,
    /// Spikes of each population, over all trials.
    pub spikes: Vec<u64>,
}

/// Room for the members of a team to run trials of one circuit.
pub struct Tape<T> {
    settings: Settings,
    segment: usize,
    learned: Vec<bool>,
    rooms: Vec<Mutex<Room<T>>>,
    replicas: usize,
}

impl<T: Summed> Tape<T>
where
    Num<T>: Real,
{
    /// Room for trials in batches of `batch`.
    pub fn new(circuit: &Circuit<T>, settings: Settings, batch: usize, team: &Team) -> Self {
        let root = (settings.steps as f64).sqrt().ceil() as usize;
        let segment = settings.segment.unwrap_or(root).clamp(1, settings.steps.max(1));
        let segments = settings.steps.div_ceil(segment);
        let replicas = together(batch);
        let weights = |k| circuit.parameters.iter().any(|p| p.what == What::Weights(k));
        let learned: Vec<bool> = (0..circuit.links.len()).map(weights).collect();
        let room = || Mutex::new(Room::new(circuit, &learned, replicas, (segment, segments)));
        let rooms = (0..team.size()).map(|_| room()).collect();
        Self { settings, segment, rooms, learned, replicas }
    }

    /// Bytes of what members of the team need.
    pub fn bytes(&self) -> usize {
        self.rooms.iter().map(|room| lock(room).bytes()).sum()
    }

    /// The cost of trials, without its gradient.
    ///
    /// # Errors
    /// A source that cannot be made.
    pub fn evaluate(
        &self,
        circuit: &Circuit<T>,
        team: &Team,
        trials: Range<u64>,
        task: &dyn Task<T>,
    ) -> Result<Evaluation<T>, String> {
        self.run(circuit, team, trials, (task, false))
    }

    /// The cost of trials and its gradient.
    ///
    /// # Errors
    /// A source that cannot be made.
    pub fn gradient(
        &self,
        circuit: &Circuit<T>,
        team: &Team,
        trials: Range<u64>,
        task: &dyn Task<T>,
    ) -> Result<Evaluation<T>, String> {
        self.run(circuit, team, trials, (task, true))
    }

    fn run(
        &self,
        circuit: &Circuit<T>,
        team: &Team,
        trials: Range<u64>,
        (task, back): (&dyn Task<T>, bool),
    ) -> Result<Evaluation<T>, String> {
        if back {
            self.settings.fit(circuit)?;
        }
        let groups = (trials.end - trials.start).div_ceil(self.replicas as u64) as usize;
        // Parameters may have changed since the rooms were last used.
        self.rooms.iter().take(team.size()).for_each(|room| lock(room).refresh(circuit));
        let work = |room: &mut Room<T>, k: usize| {
            let first = trials.start + (k * self.replicas) as u64;
            let replicas = (trials.end - first).min(self.replicas as u64) as usize;
            let Settings { steps, truncate, smooth, .. } = self.settings;
            let window = truncate.unwrap_or(steps).max(1);
            let (watches, taught, drops) = (task.watches(), task.taught(), task.drops());
            let group = Group { first, replicas, steps, window, watches, smooth, taught, drops };
            self.group(room, circuit, &group, (task, back))
        };
        let sums = Gradient::new(circuit, &self.learned);
        let add = |sum: &mut Gradient<T>, room: &Room<T>, cost: f64| sum.add(circuit, room, cost, back);
        in_order((team, &self.rooms), groups, sums, work, add).map(|sum| sum.finish(circuit, back))
    }

    /// Runs a group forward and, if asked to, back.
    fn group(
        &self,
        room: &mut Room<T>,
        circuit: &Circuit<T>,
        group: &Group,
        (task, back): (&dyn Task<T>, bool),
    ) -> Result<f64, String> {
        let prepare = Prepare {
            source: &|p, trial, plan| task.prepare(p, trial, plan),
            stimulus: &|k, trial, plan| task.stimulate(k, trial, plan),
        };
        room.begin(circuit, group, &prepare)?;
        room.watch(circuit, group);
        for step in 0..group.steps {
            let k = step % self.segment;
            if k == 0 {
                room.keep(circuit, step / self.segment, step > 0, self.segment);
            }
            room.emit(circuit, step);
            room.advance(circuit, group, (step, k), true);
            room.see(circuit, group, (step, k));
        }
        let cost = room.cost(circuit, group, (task, back));
        if !back {
            return Ok(cost);
        }
        room.turn(circuit, group);
        let segments = group.steps.div_ceil(self.segment);
        for s in (0..segments).rev() {
            let steps = s * self.segment..group.steps.min((s + 1) * self.segment);
            if s + 1 < segments {
                room.restore(circuit, s);
                steps
                    .clone()
                    .enumerate()
                    .for_each(|(k, step)| room.advance(circuit, group, (step, k), false));
            }
            steps.enumerate().rev().for_each(|(k, step)| room.retreat(circuit, group, (step, k)));
        }
        room.forget(circuit);
        Ok(cost)
    }
}

/// Trials of a batch that run together as one group.
pub fn together(batch: usize) -> usize {
    REPLICAS.min(batch.div_ceil(2)).max(1)
}

impl<T: Summed> Room<T>
where
    Num<T>: Real,
{
    fn watch(&mut self, circuit: &Circuit<T>, group: &Group) {
        for series in &mut self.series {
            series.resize_with(group.watches.len(), Series::default);
            for (watch, series) in group.watches.iter().zip(series) {
                series.clear(group.steps, group.replicas, circuit.populations[watch.population].size);
            }
        }
    }

    /// Notes what is watched at the end of a step, the `k`th of its segment.
    fn see(&mut self, circuit: &Circuit<T>, group: &Group, (step, k): (usize, usize)) {
        for (watch, series) in group.watches.iter().zip(&mut self.series[0]) {
            let Kind::Neurons(neurons) = &circuit.populations[watch.population].kind else { continue };
            let Some(columns) = &self.columns[watch.population] else { continue };
            let (n, m) = (columns.length, neurons.shape.columns());
            let column = &columns.states[((k + 1) * m + watch.variable) * n..][..n];
            series.values[step * n..][..n].copy_from_slice(column);
        }
    }

    /// Begins segment `s`, after another if there was one, and keeps its first state.
    fn keep(&mut self, circuit: &Circuit<T>, s: usize, after: bool, segment: usize) {
        for (population, columns) in circuit.populations.iter().zip(&mut self.columns) {
            let (Kind::Neurons(neurons), Some(columns)) = (&population.kind, columns) else { continue };
            let state = neurons.shape.columns() * columns.length;
            if after {
                columns.states.copy_within(segment * state..(segment + 1) * state, 0);
            }
            columns.starts[s * state..][..state].copy_from_slice(&columns.states[..state]);
        }
    }

    /// Begins segment `s` again.
    fn restore(&mut self, circuit: &Circuit<T>, s: usize) {
        for (population, columns) in circuit.populations.iter().zip(&mut self.columns) {
            let (Kind::Neurons(neurons), Some(columns)) = (&population.kind, columns) else { continue };
            let state = neurons.shape.columns() * columns.length;
            columns.states[..state].copy_from_slice(&columns.starts[s * state..][..state]);
        }
    }

    /// The cost of what was done, and where asked for what it depends on.
    fn cost(&mut self, circuit: &Circuit<T>, group: &Group, (task, back): (&dyn Task<T>, bool)) -> f64 {
        for (p, population) in circuit.populations.iter().enumerate() {
            let n = population.size * group.replicas;
            for numbers in [&mut self.counts[p], &mut self.spike_cost[p]] {
                numbers.clear();
                numbers.resize(n, T::default());
            }
            if matches!(population.kind, Kind::Source(_)) {
                continue;
            }
            for step in 0..group.steps {
                for replica in 0..group.replicas {
                    let fired = self.rasters[p].of(step, replica);
                    let counts = &mut self.counts[p][replica * population.size..][..population.size];
                    for (k, neuron) in fired.neurons.iter().enumerate() {
                        let by = fired.by.get(k).map_or(Num::lit(1.0), |by| Num(*by));
                        let count = &mut counts[*neuron as usize];
                        *count = (Num(*count) + by).0;
                    }
                }
            }
        }
        let [series, cotangents] = &mut self.series;
        let outcome = Outcome { first: group.first, series, counts: &self.counts, spikes: &self.rasters };
        let mut cotangents = Cotangents { series: cotangents, spikes: &mut self.spike_cost };
        task.cost(&outcome, back.then_some(&mut cotangents))
    }
}
