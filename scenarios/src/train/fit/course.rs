//! Course: a readout of the variables of a population while they change, or of how they go on.

use std::time::Instant;

use ecs_core::network::read;
use ecs_core::training::{Fitted, Samples, Walk};
use recording::{Course, Line};
use training::metric::confusion::Confusion;
use training::trainer::{Epoch, Pass};

use super::{Errors, Outcome, Watch, features, learn, parameters};
use crate::assemble::assemble;
use crate::diagnostic::Diagnostics;
use crate::schema::{Fit, Scenario, Series};

/// Standard deviations off the course at which it is lost.
const LOST: f64 = 10.0;

/// The course of a population, `[step, variable]`.
fn course(scenario: &Scenario, series: &Series) -> Result<(Vec<f64>, usize), Diagnostics> {
    let errors = Errors(scenario);
    let mut simulation = assemble(scenario, None, &mut |_, _, _| ())?;
    let width = scenario.populations[series.population].neuron.entry.state.len();
    let entity = simulation.populations[series.population];
    let mut values = Vec::with_capacity((scenario.run.steps as usize + 1) * width);
    let mut one = Vec::new();
    for step in 0..=scenario.run.steps {
        let world = simulation.app.world_mut();
        for variable in 0..width {
            read(world, entity, variable, &[0], &mut one);
            values.extend_from_slice(&one);
        }
        if step < scenario.run.steps {
            simulation.runner.step(world).map_err(|e| errors.at(series.span, "training.series", e))?;
        }
    }
    Ok((values, width))
}

/// The course, and what of it is seen and read.
struct Seen<'a> {
    series: &'a Series,
    /// `[step, variable]`.
    values: Vec<f64>,
    width: usize,
}

impl Seen<'_> {
    fn row(&self, step: usize) -> &[f64] {
        &self.values[step * self.width..][..self.width]
    }

    fn inputs(&self, step: usize) -> Vec<f32> {
        self.series.inputs.iter().map(|k| self.row(step)[*k] as f32).collect()
    }

    /// Whether the course goes on by itself, and is read as what is added in a step.
    fn closed(&self) -> bool {
        self.series.predict.is_empty()
    }

    /// The variables that are read.
    fn outputs(&self) -> &[usize] {
        if self.closed() { &self.series.inputs } else { &self.series.predict }
    }

    /// What should be read at a step, `[output]`.
    fn target(&self, step: usize) -> impl Iterator<Item = f64> {
        let of = move |k: &usize| match self.closed() {
            true => self.row(step + 1)[*k] - self.row(step)[*k],
            false => self.row(step)[*k],
        };
        self.outputs().iter().map(of)
    }

    /// Steps from what is read to what it tells of.
    fn late(&self) -> usize {
        usize::from(self.closed())
    }

    /// What came of the variables that are read, `[step, output]`.
    fn came(&self, first: usize, steps: usize) -> Vec<f64> {
        let row = |step| self.outputs().iter().map(move |k| self.row(step)[*k]);
        (first..first + steps).flat_map(row).collect()
    }

    /// What is told from `first` on by readings `[step, output]` of features that were made of the course itself.
    fn told(&self, first: usize, readings: Vec<f64>) -> Vec<f64> {
        if !self.closed() {
            return readings;
        }
        let base = self.came(first, readings.len() / self.outputs().len());
        readings.iter().zip(base).map(|(change, base)| change + base).collect()
    }
}

/// Fits a readout to the course of a population.
pub(super) fn fit(
    scenario: &Scenario,
    fit: &Fit,
    series: &Series,
    watch: Watch<'_>,
) -> Result<Outcome, Diagnostics> {
    let errors = Errors(scenario);
    let begun = Instant::now();
    watch("the course", 0, 1);
    let (values, width) = course(scenario, series)?;
    let seen = Seen { series, values, width };
    let features = features(&errors, fit, series.inputs.len())?;
    let [start, stop, end] = series.steps.map(|step| step as usize);
    if start < features.memory() {
        let found =
            format!("features look {} steps back; let `start` be as late or later", features.memory());
        return Err(errors.at(series.span, "training.series.start", found));
    }
    let (mut walk, mut now) = (features.walk(), vec![0.0; features.width()]);
    let (mut made, mut targets) = (Vec::new(), Vec::new());
    for step in 0..stop {
        walk.step(&seen.inputs(step), &mut now);
        if step >= start {
            made.extend_from_slice(&now);
            targets.extend(seen.target(step));
        }
    }
    let ready = begun.elapsed().as_secs_f64();
    watch("fitting", 0, 1);
    let outputs = seen.outputs().len();
    let samples = Samples { features: &made, targets: &targets, width: features.width(), outputs };
    let readout = learn(&errors, fit, &samples)?;
    let fitted = begun.elapsed().as_secs_f64();
    let mut readings = vec![0.0; targets.len()];
    for (features, out) in made.chunks_exact(features.width()).zip(readings.chunks_exact_mut(outputs)) {
        readout.predict(features, out);
    }
    let variance = variance(&seen.came(start, stop - start), outputs);
    let measured = |told: &[f64], first: usize| {
        let steps = told.len() / outputs;
        let errors = told.iter().zip(seen.came(first, steps)).map(|(told, came)| (told - came).powi(2));
        let cost: f64 = errors.sum();
        let nrmse = (cost / steps as f64 / variance).sqrt();
        Pass::measured(steps as u64, cost, vec![("nrmse".into(), nrmse)], begun.elapsed().as_secs_f64())
    };
    let train = measured(&seen.told(start, readings), start + seen.late());
    let predicted = predict(&seen, &mut *walk, &*readout, &mut now, variance);
    let held_out = measured(&predicted[..(end - stop) * outputs], stop + seen.late());
    let done = begun.elapsed().as_secs_f64();
    Ok(Outcome {
        epoch: Epoch { train, held_out: Some(held_out), ..Epoch::default() },
        parameters: parameters(&*readout),
        width: features.width() as u64,
        synapses: features.synapses(),
        samples: [(stop - start) as u64, (end - stop) as u64],
        confusion: Confusion::default(),
        course: Some(lines(scenario, &seen, &predicted)),
        seconds: [ready, fitted - ready, done - fitted],
    })
}

/// What is told from `stop` on, `[step, output]`: to the end of the run, or until it is lost after the errors that count.
fn predict(
    seen: &Seen<'_>,
    walk: &mut dyn Walk,
    readout: &dyn Fitted,
    features: &mut [f32],
    variance: f64,
) -> Vec<f64> {
    let [_, stop, end] = seen.series.steps.map(|step| step as usize);
    let last = seen.values.len() / seen.width - 1 - seen.late();
    let outputs = seen.outputs().len();
    let mut predicted = Vec::with_capacity((last + 1 - stop) * outputs);
    // A course that goes on by itself is fed what it told before.
    let mut told = seen.came(stop, 1);
    let mut out = vec![0.0; outputs];
    for step in stop..=last {
        let input = match seen.closed() {
            true => told.iter().map(|x| *x as f32).collect(),
            false => seen.inputs(step),
        };
        walk.step(&input, features);
        readout.predict(features, &mut out);
        match seen.closed() {
            true => told.iter_mut().zip(&out).for_each(|(x, change)| *x += change),
            false => told.copy_from_slice(&out),
        }
        predicted.extend_from_slice(&told);
        let came = seen.came(step + seen.late(), 1);
        let error: f64 = told.iter().zip(came).map(|(told, came)| (told - came).powi(2)).sum();
        let lost = error.is_nan() || error > LOST * LOST * variance;
        if lost && step + 1 >= end {
            break;
        }
    }
    predicted
}

fn lines(scenario: &Scenario, seen: &Seen<'_>, predicted: &[f64]) -> Course {
    let outputs = seen.outputs().len();
    let first = seen.series.steps[1] as usize + seen.late();
    let came = seen.came(first, predicted.len() / outputs);
    let state = scenario.populations[seen.series.population].neuron.entry.state;
    let of = |all: &[f64], place: usize| all.iter().skip(place).step_by(outputs).map(|x| *x as f32).collect();
    let line = |(place, k): (usize, &usize)| Line {
        name: format!("{} {}", state[*k].name, state[*k].unit).trim_end().to_owned(),
        came: of(&came, place),
        predicted: of(predicted, place),
    };
    let dt = scenario.run.dt;
    Course { times_ms: [first as f64 * dt, dt], lines: seen.outputs().iter().enumerate().map(line).collect() }
}

/// The variances of all places together, of `[step, place]`.
fn variance(values: &[f64], places: usize) -> f64 {
    let steps = (values.len() / places) as f64;
    let of = |place: usize| {
        let own = || values.iter().skip(place).step_by(places);
        let mean = own().sum::<f64>() / steps;
        own().map(|x| (x - mean) * (x - mean)).sum::<f64>() / steps
    };
    (0..places).map(of).sum()
}
