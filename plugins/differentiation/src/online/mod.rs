//! Online: gradients that need no way back, in memory that does not grow with time.
//!
//! Each synapse carries how the state behind it depends on its weight: ε ← D ε + f x, with the local Jacobian D of its receiver,
//! the slope f of that in what arrives, and the spike x of its sender. Errors of readouts meet the traces of the spikes that cause
//! them, filtered as the readouts filter spikes: this is e-prop, and with one layer the exact gradient (real-time recurrent
//! learning of a diagonal network). What a spike does to other neurons of its layer is left out.
//!
//! Source: Bellec et al. (2020), Nature Communications 11, 3625, <https://doi.org/10.1038/s41467-020-17236-y>, equations 1, 4 and
//! 13; Wang et al. (2026), Nature Communications, <https://doi.org/10.1038/s41467-026-68453-w>, D-RTRL.

mod kernels;
mod ranked;
mod traces;

use ecs_core::model::instructions;
use ecs_core::network::{SourcePlan, Summed};
use ecs_core::number::{Num, Real};
use ecs_core::random::{Key, Purpose};

use crate::cell::{Given, Local};
use crate::circuit::{Circuit, Kind, What};
use crate::matrix::{Matrix, Window};
use crate::tape::forward::params;
use crate::tape::{Group, Room, Watch};
use ranked::Ranked;
use traces::{Jacobian, Traces};

/// What is carried from step to step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// A trace of each synapse: exact but for what neurons of a layer do to each other.
    Traces,
    /// Traces of neurons, whose product stands for those of synapses; the number is what is left of a sender's trace after a step.
    Ranked(f64),
}

/// How errors of readouts reach the neurons that project to them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Feedback {
    /// By the weights of those projections.
    Symmetric,
    /// By random weights of that standard deviation, drawn from the seed.
    Random(f64),
}

/// What a trial is about, step by step.
pub trait OnlineTask<T>: Sync {
    /// Changes what source population `population` is made from for a trial.
    fn prepare(&self, _population: usize, _trial: u64, _plan: &mut SourcePlan) {}
    /// What is watched.
    fn watches(&self) -> Vec<Watch>;
    /// The cost of a step, and its derivative in each number that is watched, `[watch][neuron]`.
    fn error(&self, trial: u64, step: usize, seen: &[&[T]], errors: &mut [Vec<T>]) -> f64;
    /// The derivative of the cost in each spike of a population in a step, given the spikes that its neurons fired so far.
    fn spike_cost(&self, _population: usize, _step: usize, _counts: &[T], _cost: &mut [T]) -> bool {
        false
    }
}

/// What came of a trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Learnt<T> {
    /// The cost.
    pub cost: f64,
    /// The gradient of each parameter, all of which are weights.
    pub gradient: Vec<Vec<T>>,
    /// Spikes of each population.
    pub spikes: Vec<u64>,
}

/// The Jacobian of a population's step, and its columns.
struct Behind<T> {
    local: Local<T>,
    columns: Vec<T>,
    scratch: Vec<T>,
}

/// What a link carries from step to step.
enum Carried<T> {
    Traces(Traces<T>),
    Ranked(Ranked<T>),
}

/// Room for online learning of a circuit, one trial at a time.
pub struct Online<T> {
    steps: usize,
    room: Room<T>,
    /// `[population]`, where its step is followed by traces.
    behind: Vec<Option<Behind<T>>>,
    /// `[link]`, where its weights are learned.
    carried: Vec<Option<Carried<T>>>,
    /// Weights by which errors come back, `[link]`, where they are not those of the link.
    feedback: Vec<Option<Matrix<T>>>,
    /// What the errors of a watch say through a link: the link's number, the watch's, `[sender]`.
    signals: Vec<(usize, usize, Vec<T>)>,
    /// All neurons of each population.
    all: Vec<Window>,
    /// Longest delay, in steps.
    delay: usize,
}

impl<T: Summed> Online<T>
where
    Num<T>: Real,
{
    /// Room for trials of `steps`. Errors of `watches` meet the traces of links to the populations that are watched, and of
    /// links to those that project there.
    ///
    /// # Errors
    /// What has no traces, by name: parameters that are no weights, synapses with delays of their own, readouts that fire.
    pub fn new(
        circuit: &Circuit<T>,
        steps: usize,
        watches: &[Watch],
        (rule, feedback): (Rule, Feedback),
    ) -> Result<Self, String> {
        let mut learned = vec![false; circuit.links.len()];
        for parameter in &circuit.parameters {
            let What::Weights(link) = parameter.what else {
                return Err(format!("`{}` is not learned online, weights are", parameter.path));
            };
            if circuit.links[link].matrix.has_delays() {
                return Err(format!(
                    "`{}` is not learned online, for its synapses have delays of their own",
                    parameter.path
                ));
            }
            learned[link] = true;
        }
        if let Some(link) = circuit.links.iter().find(|link| link.short_term.is_some()) {
            let name = &link.name;
            return Err(format!(
                "projection `{name}` has short-term plasticity, which is not learned through online"
            ));
        }
        let watched = |p: usize| watches.iter().any(|watch| watch.population == p);
        let mut behind: Vec<Option<Behind<T>>> = circuit.populations.iter().map(|_| None).collect();
        let mut carried = Vec::new();
        for (l, link) in circuit.links.iter().enumerate() {
            let neurons = circuit.neurons(link.post);
            let (true, Some(neurons)) = (learned[l], neurons) else {
                carried.push(None);
                continue;
            };
            let onward =
                circuit.links.iter().enumerate().filter(|(_, o)| o.pre == link.post && watched(o.post));
            let mut filters = Vec::new();
            for (o, onward) in onward.filter(|(_, o)| o.post != link.post) {
                let Some(out) = circuit.neurons(onward.post) else { continue };
                let name = &circuit.populations[onward.post].name;
                let cell = out.cell.as_ref().expect("a circuit that is ready has all cells");
                if cell.fires || out.params.iter().any(|v| v.uniform().is_none()) {
                    return Err(format!(
                        "population `{name}` is no readout for online learning: it is to have no threshold, and one value of \
                         each parameter for all its neurons"
                    ));
                }
                filters.push((o, onward.matrix.delay, out.shape.columns()));
                behind[onward.post] = Some(Behind::new(circuit, onward.post)?);
            }
            let columns = neurons.shape.columns();
            carried.push(Some(match rule {
                Rule::Traces => Carried::Traces(Traces::new(&link.matrix, columns, &filters)),
                Rule::Ranked(decay) if decay > 0.0 && decay < 1.0 => {
                    Carried::Ranked(Ranked::new(&link.matrix, columns, decay, &filters))
                }
                Rule::Ranked(decay) => {
                    return Err(format!(
                        "traces that keep {decay} of themselves in a step; between 0 and 1 is allowed"
                    ));
                }
            }));
            behind[link.post] = Some(Behind::new(circuit, link.post)?);
        }
        let random = |(l, link): (usize, &crate::circuit::Link<T>)| match feedback {
            Feedback::Random(sd) if watched(link.post) => {
                let mut matrix = link.matrix.clone();
                let key = Key::new(circuit.clock.seed, l as u32, Purpose::Weight);
                let weights = matrix.weights.iter_mut().enumerate();
                weights.for_each(|(k, w)| *w = T::of(sd * key.normal(k as u64, 0)));
                Some(matrix)
            }
            _ => None,
        };
        let feedback = circuit.links.iter().enumerate().map(random).collect();
        let delay = circuit.links.iter().map(|l| l.matrix.delay).max().unwrap_or(1);
        let room = Room::new(circuit, &learned, 1, (1, 1));
        let ends = |(w, watch): (usize, &Watch)| {
            let through =
                circuit.links.iter().enumerate().filter(move |(_, link)| link.post == watch.population);
            through.map(move |(o, link)| (o, w, vec![T::default(); link.matrix.pre])).collect::<Vec<_>>()
        };
        let signals = watches.iter().enumerate().flat_map(ends).collect();
        let all = circuit.populations.iter().map(|p| Window::all(p.size)).collect();
        Ok(Self { steps, room, behind, carried, feedback, signals, all, delay })
    }

    /// Bytes of it, whatever the steps of a trial.
    pub fn bytes(&self) -> usize {
        let traces: usize = self.carried.iter().flatten().map(Carried::len).sum();
        let columns: usize = self.behind.iter().flatten().map(|b| b.columns.len() + b.scratch.len()).sum();
        self.room.bytes() + (traces + columns) * size_of::<T>()
    }

    /// Runs a trial.
    ///
    /// # Errors
    /// A source that cannot be made.
    pub fn trial(
        &mut self,
        circuit: &Circuit<T>,
        trial: u64,
        task: &dyn OnlineTask<T>,
    ) -> Result<Learnt<T>, String> {
        let watches = task.watches();
        let spiking: Vec<bool> = circuit
            .populations
            .iter()
            .map(|p| match &p.kind {
                Kind::Neurons(neurons) => neurons.cell.as_ref().is_some_and(|cell| cell.fires),
                Kind::Source(_) => false,
            })
            .collect();
        let (smooth, taught) = (false, false);
        let (steps, watches_of) = (self.steps, watches.clone());
        let group = Group { first: trial, replicas: 1, steps, watches: watches_of, smooth, taught };
        self.room.refresh(circuit);
        self.room.begin(circuit, &group, &|p, trial, plan| task.prepare(p, trial, plan))?;
        self.room.turn(circuit, &group);
        self.carried.iter_mut().flatten().for_each(Carried::clear);
        let mut errors: Vec<Vec<T>> =
            watches.iter().map(|w| vec![T::default(); circuit.populations[w.population].size]).collect();
        let (mut cost, mut spikes) = (0.0, vec![0; circuit.populations.len()]);
        let mut spike_cost = vec![Vec::new(); circuit.populations.len()];
        for counts in &mut self.room.counts {
            counts.fill(T::default());
        }
        for step in 0..self.steps {
            self.room.emit(circuit, step);
            self.room.advance(circuit, &group, (step, 0), true);
            self.follow(circuit, step);
            for (p, total) in spikes.iter_mut().enumerate() {
                let fired = self.room.rasters[p].of(step, 0);
                *total += fired.neurons.len() as u64;
                for neuron in fired.neurons {
                    let count = &mut self.room.counts[p][*neuron as usize];
                    *count = (Num(*count) + Num::lit(1.0)).0;
                }
                if spiking[p] {
                    let cost: &mut Vec<T> = &mut spike_cost[p];
                    cost.resize(circuit.populations[p].size, T::default());
                    if !task.spike_cost(p, step, &self.room.counts[p], cost) {
                        cost.clear();
                    }
                }
            }
            errors.iter_mut().for_each(|error| error.fill(T::default()));
            let seen: Vec<&[T]> = watches.iter().map(|w| self.room.after(circuit, *w)).collect();
            cost += task.error(trial, step, &seen, &mut errors);
            self.learn(circuit, step, (&watches, &errors, &spike_cost));
            self.room.next(circuit);
            self.room.rasters.iter_mut().for_each(|raster| raster.forget(self.delay + 1));
            self.room.drives.iter_mut().for_each(crate::tape::Drive::forget);
        }
        for (l, carried) in self.carried.iter_mut().enumerate() {
            if let Some(Carried::Ranked(ranked)) = carried {
                ranked.settle(&circuit.links[l].matrix, &mut self.room.weights[l]);
            }
        }
        let of = |what: What| match what {
            What::Weights(link) => {
                let mut gradient = self.room.weights[link].clone();
                circuit.links[link].matrix.clear_missing(&mut gradient);
                gradient
            }
            _ => Vec::new(),
        };
        let gradient = circuit.parameters.iter().map(|p| of(p.what)).collect();
        Ok(Learnt { cost, gradient, spikes })
    }

    /// Advances all traces by a step.
    fn follow(&mut self, circuit: &Circuit<T>, step: usize) {
        for (p, behind) in self.behind.iter_mut().enumerate() {
            if let Some(behind) = behind {
                behind.look(circuit, &self.room, p);
            }
        }
        for (link, carried) in circuit.links.iter().zip(&mut self.carried) {
            let (Some(carried), Some(behind)) = (carried, &self.behind[link.post]) else { continue };
            match carried {
                Carried::Traces(traces) => {
                    let arrived = self.room.rasters[link.pre].past(step, link.matrix.delay);
                    traces.advance((&link.matrix, link.receptor, step), arrived, behind.jacobian());
                }
                Carried::Ranked(ranked) => ranked.advance((link.receptor, step), behind.jacobian()),
            }
            for k in 0..carried.onward().len() {
                let onward = &circuit.links[carried.onward()[k]];
                let Some(behind) = &self.behind[onward.post] else { continue };
                match carried {
                    Carried::Traces(traces) => traces.filter(k, (onward.receptor, step), behind.jacobian()),
                    Carried::Ranked(ranked) => ranked.filter(k, (onward.receptor, step), behind.jacobian()),
                }
            }
        }
    }

    /// Adds what the errors of a step have to say.
    fn learn(
        &mut self,
        circuit: &Circuit<T>,
        step: usize,
        (watches, errors, spike_cost): (&[Watch], &[Vec<T>], &[Vec<T>]),
    ) {
        let silent = |w: usize| errors[w].iter().all(|e| *e == T::default());
        for (o, w, signal) in self.signals.iter_mut().filter(|(_, w, _)| !silent(*w)) {
            let onward = &circuit.links[*o];
            let matrix = self.feedback[*o].as_ref().unwrap_or(&onward.matrix);
            signal.fill(T::default());
            matrix.transposed(&self.all[onward.pre], |_| Some(&errors[*w][..]), signal);
        }
        for (l, link) in circuit.links.iter().enumerate() {
            let Some(carried) = &mut self.carried[l] else { continue };
            let mut said = Said { carried, matrix: &link.matrix, gradient: &mut self.room.weights[l] };
            if !spike_cost[link.post].is_empty() {
                said.spikes(&spike_cost[link.post], step);
            }
            for (w, watch) in watches.iter().enumerate().filter(|(w, _)| !silent(*w)) {
                if watch.population == link.post {
                    said.state(&errors[w], watch.variable);
                }
                for k in 0..said.carried.onward().len() {
                    let o = said.carried.onward()[k];
                    let signal = self.signals.iter().find(|(link, watch, _)| (*link, *watch) == (o, w));
                    if let Some((_, _, signal)) = signal {
                        said.behind(k, signal, watch.variable);
                    }
                }
            }
            let arrived = self.room.rasters[link.pre].past(step, link.matrix.delay);
            if let Carried::Ranked(ranked) = carried {
                ranked.learn(&link.matrix, arrived, &mut self.room.weights[l]);
            }
        }
    }
}

/// Where errors meet what a link carries.
struct Said<'a, T> {
    carried: &'a mut Carried<T>,
    matrix: &'a Matrix<T>,
    gradient: &'a mut [T],
}

impl<T: Summed> Said<'_, T>
where
    Num<T>: Real,
{
    /// An error of each receiver in a column of its state.
    fn state(&mut self, error: &[T], column: usize) {
        match self.carried {
            Carried::Traces(traces) => {
                Traces::learn(self.matrix, error, traces.column(column), self.gradient)
            }
            Carried::Ranked(ranked) => ranked.say(error, column),
        }
    }

    /// An error of each receiver in its spikes, in a column of the state of readouts behind link `k` onwards.
    fn behind(&mut self, k: usize, error: &[T], column: usize) {
        match self.carried {
            Carried::Traces(traces) => {
                Traces::learn(self.matrix, error, traces.behind(k, column), self.gradient)
            }
            Carried::Ranked(ranked) => ranked.say_behind(k, error, column),
        }
    }

    /// An error of each receiver in its spikes of this step.
    fn spikes(&mut self, error: &[T], step: usize) {
        match self.carried {
            Carried::Traces(traces) => Traces::learn(self.matrix, error, traces.spikes(step), self.gradient),
            Carried::Ranked(ranked) => ranked.say_spikes(error, step),
        }
    }
}

impl<T: Summed> Carried<T>
where
    Num<T>: Real,
{
    /// Links onwards.
    fn onward(&self) -> &[usize] {
        match self {
            Carried::Traces(traces) => &traces.onward,
            Carried::Ranked(ranked) => &ranked.onward,
        }
    }

    fn clear(&mut self) {
        match self {
            Carried::Traces(traces) => traces.clear(),
            Carried::Ranked(ranked) => ranked.clear(),
        }
    }

    /// Numbers held.
    fn len(&self) -> usize {
        match self {
            Carried::Traces(traces) => traces.len(),
            Carried::Ranked(ranked) => ranked.len(),
        }
    }
}

impl<T: Summed> Behind<T>
where
    Num<T>: Real,
{
    fn new(circuit: &Circuit<T>, p: usize) -> Result<Self, String> {
        let neurons = circuit.neurons(p).ok_or("sources have no state")?;
        let shared: Vec<bool> = neurons.params.iter().map(|v| v.uniform().is_some()).collect();
        let spiking = neurons.spiking.as_ref().expect("a circuit that is ready knows how neurons fire");
        let local = Local::new(&neurons.shape, spiking, &shared, instructions())?;
        let columns = vec![T::default(); local.partials.len() * circuit.populations[p].size];
        let scratch = vec![T::default(); local.scratch_len()];
        Ok(Self { local, columns, scratch })
    }

    /// Computes the Jacobian of the step that was made last.
    fn look(&mut self, circuit: &Circuit<T>, room: &Room<T>, p: usize) {
        let (Some(neurons), Some(columns)) = (circuit.neurons(p), &room.columns[p]) else { return };
        let cell = neurons.cell.as_ref().expect("a circuit that is ready has all cells");
        let n = columns.length;
        let given = Given {
            length: n,
            params: &params(neurons, &columns.params, n),
            entries: &neurons.entries,
            state: &columns.states[..neurons.shape.columns() * n],
            input: &columns.inputs[..cell.inputs() * n],
            noise: &columns.noise,
            cotangent: &[],
            fired: &[],
            sums: &[],
        };
        self.local.run(cell, &given, &mut self.columns, &mut self.scratch);
    }

    fn jacobian(&self) -> Jacobian<'_, T> {
        let count = self.local.partials.len().max(1);
        let length = self.columns.len() / count;
        Jacobian { partials: &self.local.partials, columns: &self.columns, length }
    }
}

impl<T: Summed> Room<T>
where
    Num<T>: Real,
{
    /// What is watched after the first step on the tape.
    fn after(&self, circuit: &Circuit<T>, watch: Watch) -> &[T] {
        let (Some(neurons), Some(columns)) =
            (circuit.neurons(watch.population), &self.columns[watch.population])
        else {
            return &[];
        };
        let n = columns.length;
        &columns.states[(neurons.shape.columns() + watch.variable) * n..][..n]
    }

    /// The state after the first step on the tape becomes that before it.
    fn next(&mut self, circuit: &Circuit<T>) {
        for (p, columns) in self.columns.iter_mut().enumerate() {
            if let (Some(neurons), Some(columns)) = (circuit.neurons(p), columns) {
                let state = neurons.shape.columns() * columns.length;
                columns.states.copy_within(state..2 * state, 0);
            }
        }
    }
}
