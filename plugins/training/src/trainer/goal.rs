//! Goal: what training makes small, as a task of the tape: the loss of a readout, and penalties on how neurons behave.

use std::ops::Range;
use std::sync::Mutex;

use differentiation::{Cotangents, Outcome, Task, Watch};
use ecs_core::network::{SourcePlan, StimulusPlan};
use ecs_core::training::{Batch, Evaluate, Metric, Penalise, Target};

use super::follow::Follow;
use super::readout::Readout;
use crate::data::Samples;

/// What a penalty is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Spikes of each neuron of a population in a trial.
    Spikes(usize),
    /// Their rate, in Hz.
    Rate(usize),
    /// A state variable of every neuron in every step.
    Variable(Watch),
    /// A parameter that is learned, by its number in the circuit.
    Parameter(usize),
}

/// A penalty. Those on how neurons behave are taken over each group of trials that is run together, and averaged over groups.
pub struct Penalty {
    /// What it is on.
    pub on: On,
    /// What it is.
    pub penalise: Penalise,
}

/// A name, and what measures.
pub type Named = (String, Box<dyn Metric>);

/// What training makes small, and how it is measured.
pub struct Goal {
    /// What is read of a trial.
    pub readout: Readout,
    /// What it should be like.
    pub loss: Evaluate,
    /// What else costs.
    pub penalties: Vec<Penalty>,
    /// What is measured.
    pub metrics: Vec<Named>,
    /// Traces that neurons are to follow, which then stand in the place of what the readout reads.
    pub follow: Option<Follow>,
}

impl Goal {
    /// The loss of predictions `[sample, frame, place]` of some samples; its derivatives go to `slopes`.
    pub(super) fn loss(&self, data: &Samples, order: &[u32], prediction: &[f64], slopes: &mut [f64]) -> f64 {
        self.with_batch(data, order, prediction, |batch| (self.loss)(batch, slopes))
    }

    /// Calls `f` with predictions of some samples beside their targets.
    pub fn with_batch<X>(
        &self,
        data: &Samples,
        order: &[u32],
        prediction: &[f64],
        f: impl FnOnce(&Batch<'_>) -> X,
    ) -> X {
        let frames = self.readout.frames();
        let shape = [order.len(), frames, self.readout.places];
        let classes = data.classes(order, frames);
        let mut numbers = data.targets.numbers(order, frames).unwrap_or_default();
        if let Some(follow) = &self.follow {
            numbers.iter_mut().for_each(|x| *x = x.min(follow.ceiling));
        }
        let target = match &classes {
            Some(classes) => Target::Classes(classes),
            None => Target::Numbers(&numbers),
        };
        f(&Batch { prediction, shape, target })
    }

    /// What is watched: what is read stands first.
    pub(super) fn watches(&self) -> Vec<Watch> {
        let mut watches: Vec<Watch> = match &self.follow {
            Some(follow) => follow.watches(),
            None => self.readout.watch().into_iter().collect(),
        };
        for penalty in &self.penalties {
            if let On::Variable(watch) = penalty.on
                && !watches.contains(&watch)
            {
                watches.push(watch);
            }
        }
        watches
    }

    /// Populations whose spikes are punished.
    pub(super) fn counted(&self) -> Vec<usize> {
        let of = |penalty: &Penalty| match penalty.on {
            On::Spikes(p) | On::Rate(p) => Some(p),
            On::Variable(_) | On::Parameter(_) => None,
        };
        self.penalties.iter().filter_map(of).collect()
    }

    /// The penalties on a group, and their derivatives times `share`.
    fn penalties(
        &self,
        outcome: &Outcome<'_, f32>,
        (share, seconds): (f64, f64),
        mut to: Option<&mut Cotangents<'_, f32>>,
    ) -> f64 {
        let watches = self.watches();
        let mut sum = 0.0;
        for penalty in &self.penalties {
            let (values, factor): (&[f32], f64) = match penalty.on {
                On::Spikes(p) => (&outcome.counts[p], 1.0),
                On::Rate(p) => (&outcome.counts[p], 1.0 / seconds),
                On::Variable(watch) => {
                    let k = watches.iter().position(|w| *w == watch).expect("what is penalised is watched");
                    (&outcome.series[k].values, 1.0)
                }
                On::Parameter(_) => continue,
            };
            let x: Vec<f64> = values.iter().map(|x| f64::from(*x) * factor).collect();
            let mut slopes = vec![0.0; x.len()];
            sum += (penalty.penalise)(&x, &mut slopes);
            let Some(to) = &mut to else { continue };
            let to = match penalty.on {
                On::Variable(watch) => {
                    let k = watches.iter().position(|w| *w == watch).expect("what is penalised is watched");
                    &mut to.series[k].values
                }
                On::Spikes(p) | On::Rate(p) => &mut to.spikes[p],
                On::Parameter(_) => continue,
            };
            to.iter_mut().zip(&slopes).for_each(|(x, slope)| *x += (slope * factor * share) as f32);
        }
        sum
    }
}

/// Some trials of a goal.
pub(super) struct Trials<'a> {
    pub goal: &'a Goal,
    pub data: &'a Samples,
    /// The population that is shown the samples.
    pub input: Option<usize>,
    /// The samples of the trials.
    pub order: &'a [u32],
    /// Number of the first trial.
    pub first: u64,
    /// Steps of a trial.
    pub steps: usize,
    /// Length of a trial, in s.
    pub seconds: f64,
    /// Whether they are learned from.
    pub learns: bool,
    /// What was predicted, `[trial, frame, place]`, and the first thing that went wrong.
    pub seen: Mutex<(Vec<f64>, Option<String>)>,
}

impl Trials<'_> {
    /// Keeps the first thing that went wrong.
    fn hear(&self, done: Result<(), String>) {
        if let Err(error) = done {
            super::lock(&self.seen).1.get_or_insert(error);
        }
    }

    /// The steps that count for each sample: those that its trial is judged in, or those of the readout.
    pub fn windows(&self, samples: &[u32]) -> Vec<Range<usize>> {
        let usual = &self.goal.readout.window;
        let Some(trials) = self.data.trials() else { return vec![usual.clone(); samples.len()] };
        let of = |sample: &u32| {
            let judged = trials.judged(*sample, self.steps);
            judged.map_err(|error| self.hear(Err(error))).unwrap_or_else(|()| usual.clone())
        };
        samples.iter().map(of).collect()
    }

    fn samples(&self, first: u64, replicas: usize) -> &[u32] {
        &self.order[(first - self.first) as usize..][..replicas]
    }
}

impl Task<f32> for Trials<'_> {
    fn prepare(&self, population: usize, trial: u64, plan: &mut SourcePlan) {
        let sample = self.samples(trial, 1)[0];
        match self.data.trials() {
            Some(trials) => self.hear(trials.fill((population, sample), self.steps, plan)),
            None if self.input == Some(population) => {
                self.hear(self.data.inputs.fill(sample as usize, self.steps, plan));
            }
            None => {}
        }
    }

    fn stimulate(&self, injection: usize, trial: u64, plan: &mut StimulusPlan) {
        let sample = self.samples(trial, 1)[0];
        if let Some(trials) = self.data.trials() {
            self.hear(trials.stimulate((injection, sample), self.steps, plan));
        }
    }

    fn drops(&self) -> bool {
        self.learns
    }

    fn taught(&self) -> bool {
        self.learns && self.goal.follow.as_ref().is_some_and(|follow| follow.taught)
    }

    fn watches(&self) -> Vec<Watch> {
        self.goal.watches()
    }

    fn cost(&self, outcome: &Outcome<'_, f32>, mut cotangents: Option<&mut Cotangents<'_, f32>>) -> f64 {
        let readout = &self.goal.readout;
        let row = readout.frames() * readout.places;
        let follow = self.goal.follow.as_ref();
        let replicas = match follow {
            Some(_) => outcome.series[0].replicas,
            None => outcome.counts[readout.population].len() / readout.places,
        };
        let samples = self.samples(outcome.first, replicas);
        let windows = self.windows(samples);
        let prediction = match follow {
            Some(follow) => follow.read(outcome, self.taught()),
            None => readout.read(outcome, &windows),
        };
        // Losses are means over their rows: a group counts as much as it has trials.
        let share = replicas as f64 / self.order.len() as f64;
        let mut slopes = vec![0.0; prediction.len()];
        let mut cost = self.goal.loss(self.data, samples, &prediction, &mut slopes);
        if let Some(to) = &mut cotangents {
            slopes.iter_mut().for_each(|slope| *slope *= share);
            match follow {
                Some(follow) => follow.back(outcome, self.taught(), &slopes, to),
                None => readout.back(outcome, (&slopes, &windows), to),
            }
        }
        cost += self.goal.penalties(outcome, (share, self.seconds), cotangents);
        let at = (outcome.first - self.first) as usize * row;
        super::lock(&self.seen).0[at..at + prediction.len()].copy_from_slice(&prediction);
        cost * share
    }
}
