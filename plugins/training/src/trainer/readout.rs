//! Readout: the numbers of a trial that are compared with its target: a state variable or the spikes of one population, reduced over time.

use std::ops::Range;

use differentiation::{Cotangents, Outcome, Series, Watch};

/// What becomes of the values of many steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduce {
    /// The largest; the earliest of equal ones.
    Max,
    /// The mean.
    Mean,
    /// The sum.
    Sum,
    /// That of the last step.
    Last,
    /// All of them: the target is compared in every step.
    Each,
}

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A state variable, by row.
    Variable(usize),
    /// Spikes, counted over the whole trial.
    Spikes,
}

/// Numbers of a trial, `[frame, place]`: a place is a neuron, and there is one frame, or one for each step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readout {
    /// Number of the population in the circuit.
    pub population: usize,
    /// Its neurons.
    pub places: usize,
    /// What of it.
    pub of: Of,
    /// What becomes of it.
    pub reduce: Reduce,
    /// The steps that count.
    pub window: Range<usize>,
}

impl Readout {
    /// Frames of a prediction.
    pub fn frames(&self) -> usize {
        match (self.of, self.reduce) {
            (Of::Variable(_), Reduce::Each) => self.window.len(),
            _ => 1,
        }
    }

    /// The frame that is complete with a step, where what is read of it is known then.
    pub fn frame(&self, window: &Range<usize>, step: usize) -> Option<usize> {
        match self.reduce {
            Reduce::Each => window.contains(&step).then(|| step - window.start),
            Reduce::Last => (step + 1 == window.end).then_some(0),
            Reduce::Max | Reduce::Mean | Reduce::Sum => None,
        }
    }

    /// What has to be watched for it.
    pub fn watch(&self) -> Option<Watch> {
        let Of::Variable(variable) = self.of else { return None };
        Some(Watch { population: self.population, variable })
    }

    /// The prediction of a group of replicas, `[replica, frame, place]`, each over its own `windows`; what is watched for it stands
    /// first in the outcome.
    pub fn read(&self, outcome: &Outcome<'_, f32>, windows: &[Range<usize>]) -> Vec<f64> {
        let wide = |x: &f32| f64::from(*x);
        let Of::Variable(_) = self.of else {
            return outcome.counts[self.population].iter().map(wide).collect();
        };
        let series = &outcome.series[0];
        let mut all = Vec::with_capacity(series.replicas * self.frames() * self.places);
        for (replica, window) in windows.iter().enumerate() {
            let mut steps = window.clone().map(|step| series.at(step, replica));
            match self.reduce {
                Reduce::Each => steps.for_each(|values| all.extend(values.iter().map(wide))),
                Reduce::Last => all.extend(steps.next_back().into_iter().flatten().map(wide)),
                Reduce::Max => {
                    all.extend(
                        (0..self.places)
                            .map(|k| wide(&series.at(peak(series, (window, replica), k), replica)[k])),
                    );
                }
                Reduce::Sum | Reduce::Mean => {
                    let mut sums = vec![0.0; self.places];
                    steps.for_each(|values| sums.iter_mut().zip(values).for_each(|(sum, x)| *sum += wide(x)));
                    all.extend(sums.into_iter().map(|sum| sum * self.share(window)));
                }
            }
        }
        all
    }

    /// Adds the derivatives of a loss by the prediction to what it was read from.
    pub fn back(
        &self,
        outcome: &Outcome<'_, f32>,
        (slopes, windows): (&[f64], &[Range<usize>]),
        to: &mut Cotangents<'_, f32>,
    ) {
        let Of::Variable(_) = self.of else {
            let spikes = &mut to.spikes[self.population];
            return spikes.iter_mut().zip(slopes).for_each(|(x, slope)| *x += *slope as f32);
        };
        let series = &outcome.series[0];
        let rows = slopes.chunks_exact(self.frames() * self.places);
        for (replica, (row, window)) in rows.zip(windows).enumerate() {
            let cotangents = &mut to.series[0];
            let mut add = |step: usize, slopes: &[f64], share: f64| {
                let column = cotangents.at_mut(step, replica);
                column.iter_mut().zip(slopes).for_each(|(x, slope)| *x += (slope * share) as f32);
            };
            match self.reduce {
                Reduce::Each => {
                    window.clone().zip(row.chunks_exact(self.places)).for_each(|(s, row)| add(s, row, 1.0));
                }
                Reduce::Last => window.clone().next_back().into_iter().for_each(|s| add(s, row, 1.0)),
                Reduce::Sum | Reduce::Mean => {
                    window.clone().for_each(|s| add(s, row, self.share(window)));
                }
                Reduce::Max => {
                    for (k, slope) in row.iter().enumerate() {
                        let peak = peak(series, (window, replica), k);
                        cotangents.at_mut(peak, replica)[k] += *slope as f32;
                    }
                }
            }
        }
    }

    /// The factor of a sum.
    fn share(&self, window: &Range<usize>) -> f64 {
        if self.reduce == Reduce::Mean { 1.0 / window.len().max(1) as f64 } else { 1.0 }
    }
}

/// The step of a window in which neuron `k` of a replica has its largest value.
fn peak(series: &Series<f32>, (window, replica): (&Range<usize>, usize), k: usize) -> usize {
    let at = |step: usize| series.at(step, replica)[k];
    let mut steps = window.clone();
    let first = steps.next().unwrap_or(0);
    steps.fold(first, |best, step| if at(step) > at(best) { step } else { best })
}
