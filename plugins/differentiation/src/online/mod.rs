//! Online: gradients that need no way back, in memory that does not grow with time.
//!
//! Each synapse carries how the state behind it depends on its weight: ε ← D ε + f x, with the local Jacobian D of its receiver,
//! the slope f of that in what arrives, and the spike x of its sender. Errors of readouts meet the traces of the spikes that cause
//! them, filtered as the readouts filter spikes: this is e-prop, and with one layer the exact gradient (real-time recurrent
//! learning of a diagonal network). What a spike does to other neurons of its layer is left out.
//!
//! Source: Bellec et al. (2020), Nature Communications 11, 3625, <https://doi.org/10.1038/s41467-020-17236-y>, equations 1, 4 and
//! 13; Wang et al. (2026), Nature Communications, <https://doi.org/10.1038/s41467-026-68453-w>, D-RTRL.

mod behind;
mod carried;
mod kernels;
mod lessons;
mod ranked;
mod task;
mod traces;

use ecs_core::network::Summed;
use ecs_core::number::{Num, Real};
use ecs_core::random::{Key, Purpose};
pub use ecs_core::training::{Feedback, OnlineRule as Rule};

use crate::circuit::{Circuit, Link, What};
use crate::matrix::{Matrix, Window};
use crate::tape::{Drive, Group, Prepare, Room, Watch};
use behind::Behind;
use carried::{Carried, Said};
pub use lessons::Lessons;
use ranked::Ranked;
pub use task::{Learnt, OnlineTask};
use traces::Traces;

/// What is to be learned from, and how.
#[derive(Clone, Copy, Debug)]
pub struct Lesson<'a> {
    /// Steps of a trial.
    pub steps: usize,
    /// What is watched, where errors are made.
    pub watches: &'a [Watch],
    /// Populations whose spikes cost something by themselves.
    pub counted: &'a [usize],
    /// What is carried from step to step.
    pub rule: Rule,
    /// How errors reach the neurons that project to what is watched.
    pub feedback: Feedback,
}

/// Room for online learning of a circuit, one trial at a time.
pub struct Online<T> {
    steps: usize,
    room: Room<T>,
    /// `[population]`, where its step is followed by traces.
    behind: Vec<Option<Behind<T>>>,
    /// `[link]`, where its weights are learned.
    carried: Vec<Option<Carried<T>>>,
    /// How the spikes of receivers over the trial depend on each weight, `[link][synapse]`, where they cost something by themselves.
    counted: Vec<Vec<T>>,
    /// Weights by which errors come back, `[link]`, where they are not those of the link.
    feedback: Vec<Option<Matrix<T>>>,
    /// What the errors of a watch say through a link: the link's number, the watch's, `[sender]`.
    signals: Vec<(usize, usize, Vec<T>)>,
    /// What is watched after a step, and the errors of it, `[watch][neuron]`.
    seen: [Vec<Vec<T>>; 2],
    /// Spikes of each population in the trial.
    spikes: Vec<u64>,
    /// All neurons of each population.
    all: Vec<Window>,
    /// Longest delay, in steps.
    delay: usize,
}

impl<T: Summed> Online<T>
where
    Num<T>: Real,
{
    /// Room for trials. Errors of what is watched meet the traces of links to the populations that are watched, and of links to those
    /// that project there.
    ///
    /// # Errors
    /// What has no traces, by name: parameters that are no weights, synapses with delays of their own, readouts that fire, and
    /// populations from which no way leads to what is watched but through others.
    pub fn new(circuit: &Circuit<T>, lesson: Lesson<'_>) -> Result<Self, String> {
        let Lesson { steps, watches, rule, feedback, .. } = lesson;
        let mut learned = vec![false; circuit.links.len()];
        for parameter in &circuit.parameters {
            let path = &parameter.path;
            let What::Weights(link) = parameter.what else {
                return Err(format!("`{path}` is not learned online, weights are"));
            };
            if circuit.links[link].matrix.has_delays() {
                return Err(format!(
                    "`{path}` is not learned online, for its synapses have delays of their own"
                ));
            }
            if circuit.links[link].matrix.is_shared() {
                return Err(format!(
                    "`{}` is not learned online, for its synapses share weights",
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
        let mut behind: Vec<Option<Behind<T>>> = circuit.populations.iter().map(|_| None).collect();
        let (mut carried, mut counted) = (Vec::new(), Vec::new());
        for (l, link) in circuit.links.iter().enumerate() {
            let neurons = circuit.neurons(link.post).filter(|_| learned[l]);
            let counts = neurons.is_some() && lesson.counted.contains(&link.post);
            counted.push(vec![T::default(); if counts { link.matrix.weights.len() } else { 0 }]);
            let Some(neurons) = neurons else {
                carried.push(None);
                continue;
            };
            let onward = onward(circuit, watches, link)?;
            let watched = watches.iter().any(|watch| watch.population == link.post);
            if onward.is_empty() && !watched && !counts {
                let (path, name) = (&link.name, &circuit.populations[link.post].name);
                return Err(format!(
                    "`projection.{path}.weight` is not learned online: `{name}` is not read, and projects to nothing that is"
                ));
            }
            for (o, ..) in &onward {
                let post = circuit.links[*o].post;
                behind[post] = Some(Behind::new(circuit, post)?);
            }
            let columns = neurons.shape.columns();
            carried.push(Some(match rule {
                Rule::Traces => Carried::Traces(Traces::new(&link.matrix, columns, &onward)),
                Rule::Ranked(decay) if decay > 0.0 && decay < 1.0 => {
                    Carried::Ranked(Ranked::new(&link.matrix, columns, decay, &onward))
                }
                Rule::Ranked(decay) => {
                    return Err(format!(
                        "traces that keep {decay} of themselves in a step; between 0 and 1 is allowed"
                    ));
                }
            }));
            behind[link.post] = Some(Behind::new(circuit, link.post)?);
        }
        let ends = |(w, watch): (usize, &Watch)| {
            let through =
                circuit.links.iter().enumerate().filter(move |(_, link)| link.post == watch.population);
            through.map(move |(o, link)| (o, w, vec![T::default(); link.matrix.pre])).collect::<Vec<_>>()
        };
        let zeros = |w: &Watch| vec![T::default(); circuit.populations[w.population].size];
        let random = |(l, link)| match feedback {
            Feedback::Random(sd) => drawn(circuit, watches, (l, link), sd),
            Feedback::Symmetric => None,
        };
        Ok(Self {
            steps,
            room: Room::new(circuit, &learned, 1, (1, 1)),
            behind,
            carried,
            counted,
            feedback: circuit.links.iter().enumerate().map(random).collect(),
            signals: watches.iter().enumerate().flat_map(ends).collect(),
            seen: [(); 2].map(|()| watches.iter().map(zeros).collect()),
            spikes: vec![0; circuit.populations.len()],
            all: circuit.populations.iter().map(|p| Window::all(p.size)).collect(),
            delay: circuit.links.iter().map(|l| l.matrix.delay).max().unwrap_or(1),
        })
    }

    /// Bytes of it, whatever the steps of a trial.
    pub fn bytes(&self) -> usize {
        let traces: usize = self.carried.iter().flatten().map(Carried::len).sum();
        let counted: usize = self.counted.iter().map(Vec::len).sum();
        let behind: usize = self.behind.iter().flatten().map(Behind::bytes).sum();
        self.room.bytes() + behind + (traces + counted) * size_of::<T>()
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
        let cost = self.run(circuit, trial, (task, true))?;
        let of = |what: What| match what {
            What::Weights(link) => {
                let mut gradient = self.room.weights[link].clone();
                circuit.links[link].matrix.clear_missing(&mut gradient);
                gradient
            }
            _ => Vec::new(),
        };
        let gradient = circuit.parameters.iter().map(|p| of(p.what)).collect();
        Ok(Learnt { cost, gradient, spikes: self.spikes.clone() })
    }

    /// Runs a trial, and says what it cost; the gradient, where one is asked for, stays in the room.
    fn run(
        &mut self,
        circuit: &Circuit<T>,
        trial: u64,
        (task, learns): (&dyn OnlineTask<T>, bool),
    ) -> Result<f64, String> {
        let watches = task.watches();
        let smooth = false;
        let group = Group {
            first: trial,
            replicas: 1,
            steps: self.steps,
            window: self.steps,
            watches,
            smooth,
            taught: false,
            drops: false,
        };
        self.room.refresh(circuit);
        let prepare = Prepare {
            source: &|p, trial, plan| task.prepare(p, trial, plan),
            stimulus: &|k, trial, plan| task.stimulate(k, trial, plan),
        };
        self.room.begin(circuit, &group, &prepare)?;
        if learns {
            self.room.turn(circuit, &group);
            self.carried.iter_mut().flatten().for_each(Carried::clear);
            self.counted.iter_mut().for_each(|counted| counted.fill(T::default()));
        }
        self.spikes.fill(0);
        for numbers in self.room.counts.iter_mut().chain(&mut self.room.spike_cost) {
            numbers.fill(T::default());
        }
        let mut cost = 0.0;
        for step in 0..self.steps {
            self.room.emit(circuit, step);
            self.room.advance(circuit, &group, (step, 0), true);
            self.count(step);
            let [seen, errors] = &mut self.seen;
            for (watch, seen) in group.watches.iter().zip(seen) {
                seen.copy_from_slice(self.room.after(circuit, *watch));
            }
            errors.iter_mut().for_each(|error| error.fill(T::default()));
            let [seen, errors] = &mut self.seen;
            cost += task.error(trial, step, seen, errors);
            if learns {
                self.follow(circuit, step);
                self.learn(circuit, step, &group.watches);
            }
            self.room.next(circuit);
            self.room.rasters.iter_mut().for_each(|raster| raster.forget(self.delay + 1));
            self.room.drives.iter_mut().for_each(Drive::forget);
        }
        cost += task.spike_cost(trial, &self.room.counts, &mut self.room.spike_cost);
        if learns {
            for (l, link) in circuit.links.iter().enumerate() {
                let Some(carried) = &mut self.carried[l] else { continue };
                let mut said = Said { carried, matrix: &link.matrix, gradient: &mut self.room.weights[l] };
                said.finish(&self.room.spike_cost[link.post], &mut self.counted[l]);
            }
        }
        Ok(cost)
    }

    /// Counts the spikes of a step.
    fn count(&mut self, step: usize) {
        for (p, total) in self.spikes.iter_mut().enumerate() {
            let fired = self.room.rasters[p].of(step, 0);
            *total += fired.neurons.len() as u64;
            for neuron in fired.neurons {
                let count = &mut self.room.counts[p][*neuron as usize];
                *count = (Num(*count) + Num::lit(1.0)).0;
            }
        }
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
            let arrived = self.room.rasters[link.pre].past(step, link.matrix.delay);
            carried.advance((&link.matrix, link.receptor, step), arrived, behind.jacobian());
            for k in 0..carried.onward().len() {
                let onward = &circuit.links[carried.onward()[k]];
                let Some(behind) = &self.behind[onward.post] else { continue };
                carried.filter(k, (onward.receptor, step), behind.jacobian());
            }
        }
    }

    /// Adds what the errors of a step have to say.
    fn learn(&mut self, circuit: &Circuit<T>, step: usize, watches: &[Watch]) {
        let errors = &self.seen[1];
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
            said.end(step, arrived, &mut self.counted[l]);
        }
    }
}

/// Links from the receivers of `link` to what is watched: number, delay, and state columns of the readouts.
fn onward<T: Summed>(
    circuit: &Circuit<T>,
    watches: &[Watch],
    link: &Link<T>,
) -> Result<Vec<(usize, usize, usize)>, String>
where
    Num<T>: Real,
{
    let mut all = Vec::new();
    for (o, onward) in circuit.links.iter().enumerate() {
        let watched = watches.iter().any(|watch| watch.population == onward.post);
        if onward.pre != link.post || onward.post == link.post || !watched {
            continue;
        }
        let Some(out) = circuit.neurons(onward.post) else { continue };
        let name = &circuit.populations[onward.post].name;
        let cell = out.cell.as_ref().expect("a circuit that is ready has all cells");
        if cell.fires || out.params.iter().any(|v| v.uniform().is_none()) {
            return Err(format!(
                "population `{name}` is no readout for online learning: it is to have no threshold, and one value of each parameter \
                 for all its neurons"
            ));
        }
        all.push((o, onward.matrix.delay, out.shape.columns()));
    }
    Ok(all)
}

/// A link to what is watched with random weights of that standard deviation.
fn drawn<T: Summed>(
    circuit: &Circuit<T>,
    watches: &[Watch],
    (l, link): (usize, &Link<T>),
    sd: f64,
) -> Option<Matrix<T>>
where
    Num<T>: Real,
{
    watches.iter().find(|watch| watch.population == link.post)?;
    let mut matrix = link.matrix.clone();
    let key = Key::new(circuit.clock.seed, l as u32, Purpose::Weight);
    let mut weights = std::mem::take(&mut matrix.weights);
    weights.iter_mut().enumerate().for_each(|(k, w)| *w = T::of(sd * key.normal(k as u64, 0)));
    matrix.clear_missing(&mut weights);
    matrix.weights = weights;
    Some(matrix)
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
