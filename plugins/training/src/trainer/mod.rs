//! Trainer: a network that is trained, epoch by epoch, and what became of it.
//!
//! ```text
//! order of the samples ← seed, epoch                batch ← the next of them
//! gradient of loss + penalties, on the tape         → by the numbers that are moved → clipped → optimiser
//! ```
//!
//! Everything follows from the seed and the number of updates made so far: training may stop after any update and go on from a
//! checkpoint with the same bits, and any number of threads gives the same.

mod ahead;
mod follow;
mod goal;
mod learned;
mod look;
mod readout;
mod report;

use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use differentiation::{Circuit, Evaluation, Kind, Lesson, Lessons, Settings, Tape};
use ecs_core::network::Team;
use ecs_core::training::{Method, OptimiserModel, Progress, Rate};

use crate::data::{Samples, To, Trials};
use crate::optimiser::clip::by_global_norm;
use crate::schedule;
use ahead::Ahead;
pub use follow::{Agreement, Follow, Followed, PRECISION_MS};
use goal::Trials as Run;
pub use goal::{Goal, Named, On, Penalty};
pub use learned::{Bent, Learned};
pub use look::Look;
use look::Looking;
pub use readout::{Of, Readout, Reduce};
pub use report::{Epoch, Now, Pass};

/// Trials that are not learned from have numbers from here on, the same ones whenever they are run.
const TESTS: u64 = 1 << 48;

/// How a network is trained.
pub struct Recipe {
    /// Trials in a batch.
    pub batch: usize,
    /// How the gradient is had.
    pub method: Method,
    /// The optimiser.
    pub optimiser: &'static OptimiserModel,
    /// Its parameters, in table order, the first of which is the learning rate.
    pub params: Vec<f64>,
    /// How the learning rate goes, each schedule from what the one before gives.
    pub schedules: Vec<Rate>,
    /// The largest norm that all gradients may have together.
    pub clip: Option<f64>,
    /// Orders of samples follow from it.
    pub seed: u64,
    /// Steps of a trial, and those whose states are kept at a time.
    pub tape: Settings,
    /// The population that is shown the samples.
    pub input: Option<usize>,
}

/// A network that is trained.
pub struct Trainer {
    /// The network.
    pub circuit: Circuit<f32>,
    /// What it is to do.
    pub goal: Goal,
    /// How it is trained.
    pub recipe: Recipe,
    /// What is learned, in the order of the circuit's parameters.
    pub learned: Vec<Learned>,
    /// Updates made so far.
    pub step: u64,
    /// What became of each epoch.
    pub history: Vec<Epoch>,
    /// Samples of an epoch; 0 before the first.
    pub(crate) samples: usize,
    way: Way,
    team: Team,
}

/// What trials run on.
enum Way {
    /// Forward, and back through time.
    Back(Tape<f32>),
    /// Forward alone.
    Ahead(Lessons<f32>),
}

impl Way {
    fn new(circuit: &Circuit<f32>, recipe: &Recipe, goal: &Goal, team: &Team) -> Result<Self, String> {
        let Method::Online(rule, feedback) = recipe.method else {
            recipe.tape.fit(circuit)?;
            return Ok(Self::Back(Tape::new(circuit, recipe.tape, recipe.batch, team)));
        };
        let (watches, counted) = (goal.watches(), goal.counted());
        let lesson =
            Lesson { steps: recipe.tape.steps, watches: &watches, counted: &counted, rule, feedback };
        Lessons::new(circuit, lesson, team).map(Self::Ahead)
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Back(tape) => tape.bytes(),
            Self::Ahead(lessons) => lessons.bytes(),
        }
    }
}

pub(crate) fn lock<X>(mutex: &Mutex<X>) -> MutexGuard<'_, X> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was seen of some trials.
struct Seen {
    cost: f64,
    prediction: Vec<f64>,
    spikes: Vec<u64>,
    gradient: Vec<Vec<f32>>,
}

/// Which trials are run.
struct Which<'a> {
    data: &'a Samples,
    order: &'a [u32],
    first: u64,
    back: bool,
}

impl Trainer {
    /// Everything as it is before the first update. `bent` says what stands between a parameter, by its path, and its optimiser.
    ///
    /// # Errors
    /// Nothing is learned; a batch without trials; what the method cannot learn or follow.
    pub fn new(
        mut circuit: Circuit<f32>,
        recipe: Recipe,
        goal: Goal,
        bent: &dyn Fn(&str) -> Option<Bent>,
        team: Team,
    ) -> Result<Self, String> {
        if circuit.parameters.is_empty() || recipe.batch == 0 {
            return Err("something has to be learned, from one trial or more in a batch".into());
        }
        let of = |k| Learned::new(&circuit, k, recipe.optimiser, bent(&circuit.parameters[k].path));
        let mut learned: Vec<Learned> = (0..circuit.parameters.len()).map(of).collect();
        for (k, learned) in learned.iter_mut().enumerate() {
            circuit.update(k, |values| learned.settle(values));
        }
        let way = Way::new(&circuit, &recipe, &goal, &team)?;
        Ok(Self { circuit, goal, recipe, learned, step: 0, history: Vec::new(), samples: 0, way, team })
    }

    /// Bytes of what trials need, of parameters and of what the optimiser remembers.
    pub fn bytes(&self) -> usize {
        let of = |l: &Learned| {
            l.x.len()
                + l.shape.iter().product::<usize>()
                + l.columns.columns.iter().map(Vec::len).sum::<usize>()
        };
        self.way.bytes() + size_of::<f32>() * self.learned.iter().map(of).sum::<usize>()
    }

    /// Whether data fit the network: each sample its source, each target the readout.
    ///
    /// # Errors
    /// What does not fit.
    pub fn fit(&self, data: &Samples) -> Result<(), String> {
        data.targets.fit(self.goal.readout.frames(), self.goal.readout.places)?;
        if let Some(trials) = data.trials() {
            return self.fits(trials);
        }
        let Some(p) = self.recipe.input else { return Ok(()) };
        let Kind::Source(source) = &self.circuit.populations[p].kind else {
            return Err(format!(
                "population `{}` has no source that takes samples",
                self.circuit.populations[p].name
            ));
        };
        let mut plan = source.plan.clone();
        data.inputs.fill(0, self.recipe.tape.steps, &mut plan)?;
        if let crate::data::Inputs::Events(events) = &data.inputs
            && let Some(highest) = events.highest().filter(|n| *n as usize >= plan.size)
        {
            return Err(format!(
                "neuron {highest} fires in the data; population `{}` has {} neurons, counted from 0",
                self.circuit.populations[p].name, plan.size
            ));
        }
        (source.model.build)(&plan).map(drop)
    }

    /// Whether the first trial fits what shows it, and the readout has a place for each class.
    fn fits(&self, trials: &Trials) -> Result<(), String> {
        let (classes, places) = (trials.task.answer.classes as usize, self.goal.readout.places);
        if classes > places {
            return Err(format!(
                "the task has {classes} classes; the readout has {places} neurons, one for each is needed"
            ));
        }
        let steps = self.recipe.tape.steps;
        trials.judged(0, steps)?;
        for (_, to) in &trials.shown {
            match to {
                To::Source(p) => {
                    let Kind::Source(source) = &self.circuit.populations[*p].kind else { continue };
                    let mut plan = source.plan.clone();
                    trials.fill((*p, 0), steps, &mut plan)?;
                    (source.model.build)(&plan).map(drop)?;
                }
                To::Stimulus(k) => {
                    let injection = &self.circuit.injections[*k];
                    let mut wrong = Ok(());
                    injection.again(0, &mut |plan| wrong = trials.stimulate((*k, 0), steps, plan))?;
                    wrong?;
                }
            }
        }
        Ok(())
    }

    /// Updates in an epoch of so many samples.
    pub fn batches(&self, samples: usize) -> u64 {
        samples.div_ceil(self.recipe.batch) as u64
    }

    /// The learning rate of the next update.
    pub fn rate(&self, steps_per_epoch: u64) -> f64 {
        let at = Progress { step: self.step, steps_per_epoch };
        schedule::rate(&self.recipe.schedules, self.recipe.params[0], at)
    }

    /// Trains to the end of an epoch, the one that was begun or else the next. `watch` hears of every update, and may stop there; the
    /// result is then `None`. Metrics are those of the updates since the epoch, or this call, began.
    ///
    /// # Errors
    /// A sample that its source refuses, a loss or gradient that is no finite number, and another number of samples than before.
    pub fn epoch(
        &mut self,
        data: &Samples,
        watch: &mut dyn FnMut(&Now) -> ControlFlow<()>,
    ) -> Result<Option<Pass>, String> {
        if self.samples > 0 && self.samples != data.len() {
            return Err(format!(
                "training began with {} samples and goes on with {}",
                self.samples,
                data.len()
            ));
        }
        self.samples = data.len();
        let batches = self.batches(data.len());
        let epoch = self.step / batches;
        let order = data.order(self.recipe.seed, epoch);
        let mut pass = self.begin();
        let size = self.recipe.batch;
        for batch in self.step % batches..batches {
            let start = batch as usize * size;
            let part = &order[start..(start + size).min(order.len())];
            let first = epoch * data.len() as u64 + start as u64;
            let seen = self.run(&Which { data, order: part, first, back: true })?;
            let loss = seen.cost;
            let gradient = self.note(data, part, seen, &mut pass);
            self.descend(gradient, batches)?;
            let (batch, metrics) = (batch + 1, self.metrics());
            let now = Now { epoch, batch, batches, loss, mean: pass.loss(), metrics };
            if watch(&now).is_break() && batch < batches {
                return Ok(None);
            }
        }
        Ok(Some(self.end(pass)))
    }

    /// The network on data that it does not learn from.
    ///
    /// # Errors
    /// A sample that its source refuses, and a loss that is no finite number.
    pub fn evaluate(&mut self, data: &Samples) -> Result<Pass, String> {
        self.evaluate_with(data, &mut |_, _| ())
    }

    /// The same; `each` hears of the samples of every batch and what was predicted, `[sample, frame, place]`.
    ///
    /// # Errors
    /// As [`Trainer::evaluate`].
    pub fn evaluate_with(
        &mut self,
        data: &Samples,
        each: &mut dyn FnMut(&[u32], &[f64]),
    ) -> Result<Pass, String> {
        let order: Vec<u32> = (0..data.len() as u32).collect();
        let mut pass = self.begin();
        for (k, part) in order.chunks(self.recipe.batch).enumerate() {
            let first = TESTS + (k * self.recipe.batch) as u64;
            let seen = self.run(&Which { data, order: part, first, back: false })?;
            each(part, &seen.prediction);
            self.note(data, part, seen, &mut pass);
        }
        Ok(self.end(pass))
    }

    /// One trial of a sample, as it is: what was read, `[frame, place]`, the watched variable over time, and all spikes.
    ///
    /// # Errors
    /// A sample that its source refuses.
    pub fn look(&self, data: &Samples, sample: u32) -> Result<Look, String> {
        let order = [sample];
        let watch = self.goal.readout.watch();
        let looking = Looking {
            trials: self.trials((data, &order), TESTS, false),
            watch,
            look: Mutex::new(Look::default()),
        };
        let tape = Tape::new(&self.circuit, self.recipe.tape, 1, &self.team);
        tape.evaluate(&self.circuit, &self.team, TESTS..TESTS + 1, &looking)?;
        Ok(looking.look.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn trials<'a>(&'a self, (data, order): (&'a Samples, &'a [u32]), first: u64, learns: bool) -> Run<'a> {
        let steps = self.recipe.tape.steps;
        let row = self.goal.readout.frames() * self.goal.readout.places;
        Run {
            goal: &self.goal,
            data,
            input: self.recipe.input,
            order,
            first,
            steps,
            learns,
            seconds: steps as f64 * self.circuit.clock.dt * 1e-3,
            seen: Mutex::new((vec![0.0; order.len() * row], None)),
        }
    }

    fn begin(&mut self) -> Pass {
        self.goal.metrics.iter_mut().for_each(|(_, metric)| metric.reset());
        Pass {
            spikes: vec![0; self.circuit.populations.len()],
            begun: Some(Instant::now()),
            ..Pass::default()
        }
    }

    fn end(&self, mut pass: Pass) -> Pass {
        pass.seconds = pass.begun.take().map_or(0.0, |begun| begun.elapsed().as_secs_f64());
        pass.metrics = self.metrics();
        pass
    }

    fn metrics(&self) -> Vec<(String, f64)> {
        let of = self.goal.metrics.iter().map(|(name, metric)| (name.clone(), metric.value()));
        of.filter(|(_, value)| value.is_finite()).collect()
    }

    fn run(&self, which: &Which<'_>) -> Result<Seen, String> {
        let Which { data, order, first, back } = *which;
        let trials = self.trials((data, order), first, back);
        let range = first..first + order.len() as u64;
        let (circuit, team) = (&self.circuit, &self.team);
        let (done, (prediction, wrong)): (Result<Evaluation<f32>, String>, _) = match &self.way {
            Way::Back(tape) => {
                let done = match back {
                    true => tape.gradient(circuit, team, range, &trials),
                    false => tape.evaluate(circuit, team, range, &trials),
                };
                (done, trials.seen.into_inner().unwrap_or_else(PoisonError::into_inner))
            }
            Way::Ahead(lessons) => {
                let ahead = Ahead::new(trials);
                let done = match back {
                    true => lessons.gradient(circuit, team, range, &ahead),
                    false => lessons.evaluate(circuit, team, range, &ahead),
                };
                (done, ahead.finish())
            }
        };
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        let done = done?;
        if !done.cost.is_finite() {
            return Err(format!(
                "the loss of update {} is {}; lower the learning rate or clip gradients",
                self.step, done.cost
            ));
        }
        Ok(Seen { cost: done.cost, prediction, spikes: done.spikes, gradient: done.gradient })
    }

    /// Takes account of what was seen; gives the gradient back.
    fn note(&mut self, data: &Samples, order: &[u32], seen: Seen, pass: &mut Pass) -> Vec<Vec<f32>> {
        pass.cost += seen.cost * order.len() as f64;
        pass.samples += order.len() as u64;
        pass.spikes.iter_mut().zip(&seen.spikes).for_each(|(sum, n)| *sum += n);
        let mut metrics = std::mem::take(&mut self.goal.metrics);
        self.goal.with_batch(data, order, &seen.prediction, |batch| {
            metrics.iter_mut().for_each(|(_, metric)| metric.add(batch));
        });
        self.goal.metrics = metrics;
        seen.gradient
    }

    /// An update.
    fn descend(&mut self, mut gradient: Vec<Vec<f32>>, batches: u64) -> Result<(), String> {
        for penalty in &self.goal.penalties {
            let On::Parameter(k) = penalty.on else { continue };
            let x: Vec<f64> = self.circuit.values(k).iter().map(|x| f64::from(*x)).collect();
            let mut slopes = vec![0.0; x.len()];
            (penalty.penalise)(&x, &mut slopes);
            gradient[k].iter_mut().zip(slopes).for_each(|(g, slope)| *g += slope as f32);
        }
        for (learned, gradient) in self.learned.iter().zip(&mut gradient) {
            learned.pull(gradient);
            if let Some(at) = gradient.iter().position(|g| !g.is_finite()) {
                return Err(format!(
                    "the gradient of `{}`, entry {at}, is {} in update {}; lower the learning rate or clip gradients",
                    learned.path, gradient[at], self.step
                ));
            }
        }
        if let Some(largest) = self.recipe.clip {
            let mut all: Vec<&mut [f32]> = gradient.iter_mut().map(Vec::as_mut_slice).collect();
            by_global_norm(&mut all, largest);
        }
        let at = (self.rate(batches), self.step + 1);
        let optimiser = (self.recipe.optimiser, &self.recipe.params[..]);
        for (k, (learned, gradient)) in self.learned.iter_mut().zip(&gradient).enumerate() {
            self.circuit.update(k, |values| learned.descend(optimiser, gradient, at, values));
        }
        self.step += 1;
        Ok(())
    }
}
