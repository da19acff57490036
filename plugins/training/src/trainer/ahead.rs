//! Ahead: trials of a goal as online rules take them: the loss of each frame as soon as it has been read, and penalties on spikes at the
//! end of a trial, each trial by itself.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use differentiation::{OnlineTask, Task, Watch};
use ecs_core::network::{SourcePlan, StimulusPlan};
use ecs_core::training::{Batch, Target};

use super::goal::{On, Trials};

/// What is seen of one trial.
struct Row {
    /// What was predicted, `[frame, place]`.
    prediction: Vec<f64>,
    /// The slopes of the loss in a frame, `[place]`.
    slopes: Vec<f64>,
}

/// Trials that are learned from while they run.
pub(super) struct Ahead<'a> {
    trials: Trials<'a>,
    /// Targets of all trials, `[trial, frame]` or `[trial, frame, place]`.
    classes: Option<Vec<u32>>,
    numbers: Vec<f64>,
    /// The steps of each trial that count.
    windows: Vec<Range<usize>>,
    rows: Vec<Mutex<Row>>,
}

impl<'a> Ahead<'a> {
    pub fn new(trials: Trials<'a>) -> Self {
        let (frames, places) = (trials.goal.readout.frames(), trials.goal.readout.places);
        let row = |_| Mutex::new(Row { prediction: vec![0.0; frames * places], slopes: vec![0.0; places] });
        Self {
            classes: trials.data.classes(trials.order, frames),
            numbers: trials.data.targets.numbers(trials.order, frames).unwrap_or_default(),
            windows: trials.windows(trials.order),
            rows: trials.order.iter().map(row).collect(),
            trials,
        }
    }

    /// What was predicted, `[trial, frame, place]`, and the first thing that went wrong.
    pub fn finish(self) -> (Vec<f64>, Option<String>) {
        let rows = self.rows.into_iter();
        let prediction =
            rows.flat_map(|row| row.into_inner().unwrap_or_else(PoisonError::into_inner).prediction);
        let (_, wrong) = self.trials.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        (prediction.collect(), wrong)
    }

    /// What a trial counts for.
    fn share(&self) -> f64 {
        1.0 / self.trials.order.len() as f64
    }
}

impl OnlineTask<f32> for Ahead<'_> {
    fn prepare(&self, population: usize, trial: u64, plan: &mut SourcePlan) {
        self.trials.prepare(population, trial, plan);
    }

    fn stimulate(&self, injection: usize, trial: u64, plan: &mut StimulusPlan) {
        self.trials.stimulate(injection, trial, plan);
    }

    fn watches(&self) -> Vec<Watch> {
        self.trials.watches()
    }

    fn error(&self, trial: u64, step: usize, seen: &[Vec<f32>], errors: &mut [Vec<f32>]) -> f64 {
        let readout = &self.trials.goal.readout;
        let k = (trial - self.trials.first) as usize;
        let Some(frame) = readout.frame(&self.windows[k], step) else { return 0.0 };
        let (frames, places) = (readout.frames(), readout.places);
        let mut row = super::lock(&self.rows[k]);
        let Row { prediction, slopes } = &mut *row;
        let prediction = &mut prediction[frame * places..][..places];
        prediction.iter_mut().zip(&seen[0]).for_each(|(x, v)| *x = f64::from(*v));
        let at = k * frames + frame;
        let target = match &self.classes {
            Some(classes) => Target::Classes(&classes[at..=at]),
            None => Target::Numbers(&self.numbers[at * places..][..places]),
        };
        let loss = (self.trials.goal.loss)(&Batch { prediction, shape: [1, 1, places], target }, slopes);
        let share = self.share() / frames as f64;
        errors[0].iter_mut().zip(slopes).for_each(|(error, slope)| *error = (*slope * share) as f32);
        loss * share
    }

    fn spike_cost(&self, _: u64, counts: &[Vec<f32>], slopes: &mut [Vec<f32>]) -> f64 {
        let mut sum = 0.0;
        for penalty in &self.trials.goal.penalties {
            let (p, factor) = match penalty.on {
                On::Spikes(p) => (p, 1.0),
                On::Rate(p) => (p, 1.0 / self.trials.seconds),
                On::Variable(_) | On::Parameter(_) => continue,
            };
            let x: Vec<f64> = counts[p].iter().map(|x| f64::from(*x) * factor).collect();
            let mut each = vec![0.0; x.len()];
            sum += (penalty.penalise)(&x, &mut each);
            let share = factor * self.share();
            slopes[p].iter_mut().zip(&each).for_each(|(x, slope)| *x += (slope * share) as f32);
        }
        sum * self.share()
    }
}
