//! Fit: a readout that is fitted to features of samples, or of the course of a population, without a gradient.

mod course;
mod samples;

use std::path::PathBuf;

use ecs_core::training::{Features, FeaturesModel, FeaturesPlan, Fitted, Learn, LearnerModel, Samples};
use recording::Course;
use training::metric::confusion::Confusion;
use training::trainer::Epoch;

use super::plan;
use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::schema::{Fit, Lesson, Scenario};

/// What came of it.
pub struct Outcome {
    /// How well it reads.
    pub epoch: Epoch,
    /// Numbers that were learned.
    pub parameters: u64,
    /// Features.
    pub width: u64,
    /// Synapses that features are made of, and the bytes they take.
    pub synapses: (u64, u64),
    /// Samples or steps that were learned from, and those that were held out.
    pub samples: [u64; 2],
    /// What was taken for what, of those held out, or else of all; empty where there are no classes.
    pub confusion: Confusion,
    /// The course that was predicted, where one was.
    pub course: Option<Course>,
    /// What making features, fitting, and reading took, in s.
    pub seconds: [f64; 3],
}

/// Hears what is being done, and how much of how much is.
pub type Watch<'a> = &'a (dyn Fn(&str, usize, usize) + Sync);

struct Errors<'s>(&'s Scenario);

impl Errors<'_> {
    fn at(&self, span: Span, place: &str, found: impl Into<String>) -> Diagnostics {
        Diagnostics::at(&self.0.origin, span, Problem::new(place, found))
    }
}

/// Threads that compute.
pub fn threads(scenario: &Scenario) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if scenario.run.threads == 0 { cores } else { scenario.run.threads }
}

/// Makes features, fits the readout and tests it. Data lie beside the scenario or in one of `folders`.
///
/// # Errors
/// Data that are not there or do not fit, features and learners that are refused, and a system that cannot be solved.
pub fn fit(
    scenario: &Scenario,
    fit: &Fit,
    folders: &[PathBuf],
    watch: Watch<'_>,
) -> Result<Outcome, Diagnostics> {
    match &fit.lesson {
        Lesson::Data(data) => samples::fit(scenario, fit, (data, folders), watch),
        Lesson::Series(series) => course::fit(scenario, fit, series, watch),
    }
}

fn features(errors: &Errors<'_>, fit: &Fit, inputs: usize) -> Result<Box<dyn Features>, Diagnostics> {
    let registry = &errors.0.registry;
    let plan = FeaturesPlan {
        params: plan(&fit.features).params,
        inputs,
        seed: errors.0.run.seed,
        threads: threads(errors.0),
        registry,
    };
    let made = (registry.of::<FeaturesModel>(&fit.features.entry).build)(&plan);
    made.map_err(|e| errors.at(fit.features.span, "training.features", e))
}

/// Online learners see every sample once, in order.
fn learn(errors: &Errors<'_>, fit: &Fit, samples: &Samples<'_>) -> Result<Box<dyn Fitted>, Diagnostics> {
    let refuse = |e| errors.at(fit.learner.span, "training.learner", e);
    let model = errors.0.registry.of::<LearnerModel>(&fit.learner.entry);
    match (model.build)(&plan(&fit.learner)).map_err(refuse)? {
        Learn::Offline(learner) => learner(samples).map_err(refuse),
        Learn::Online(make) => {
            let mut learner = make(samples.width);
            let mut readout = Weights {
                weights: vec![0.0; samples.width * samples.outputs],
                none: vec![0.0; samples.outputs],
            };
            let mut outputs = vec![0.0; samples.outputs];
            let targets = samples.targets.chunks_exact(samples.outputs);
            for (features, targets) in samples.features.chunks_exact(samples.width).zip(targets) {
                readout.predict(features, &mut outputs);
                learner.learn(&mut readout.weights, features, &outputs, targets);
            }
            Ok(Box::new(readout))
        }
    }
}

/// A readout without intercept.
struct Weights {
    weights: Vec<f64>,
    none: Vec<f64>,
}

impl Fitted for Weights {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn intercepts(&self) -> &[f64] {
        &self.none
    }

    fn predict(&self, features: &[f32], outputs: &mut [f64]) {
        outputs.fill(0.0);
        for (row, x) in self.weights.chunks_exact(outputs.len()).zip(features) {
            outputs.iter_mut().zip(row).for_each(|(output, weight)| *output += weight * f64::from(*x));
        }
    }
}

fn parameters(readout: &dyn Fitted) -> u64 {
    (readout.weights().len() + readout.intercepts().len()) as u64
}
