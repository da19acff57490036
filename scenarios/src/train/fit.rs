//! Fit: a readout that is fitted to features of samples, or of the course of a population, without a gradient.

use std::path::PathBuf;
use std::time::Instant;

use ecs_core::network::read;
use ecs_core::training::{
    Batch, Features, FeaturesModel, FeaturesPlan, Fitted, Learn, LearnerModel, Metric, MetricModel, Plan,
    Samples, Target, Wanted,
};
use recording::{Course, Line};
use training::data::{Inputs, Targets};
use training::metric::confusion::Confusion;
use training::trainer::{Epoch, Pass};

use super::{files, plan};
use crate::assemble::assemble;
use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::schema::{Data, Fit, Lesson, Scenario, Series};

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

/// Standard deviations off the course at which it is lost.
const LOST: f64 = 10.0;

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
        Lesson::Data(data) => of_data(scenario, fit, (data, folders), watch),
        Lesson::Series(series) => of_series(scenario, fit, series, watch),
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

/// Samples with their features and what should be read.
struct Made {
    features: Vec<f32>,
    /// `[sample, output]`; of classes 1 for the right one.
    numbers: Vec<f64>,
    targets: Targets,
    outputs: usize,
}

impl Made {
    fn len(&self) -> usize {
        self.targets.len()
    }
}

fn of_data(
    scenario: &Scenario,
    fit: &Fit,
    (data, folders): (&Data, &[PathBuf]),
    watch: Watch<'_>,
) -> Result<Outcome, Diagnostics> {
    let errors = Errors(scenario);
    let mut metrics = metrics(&errors, fit)?;
    let wanted = metrics[0].2;
    let (train, held_out) = files::samples_of(scenario, data, wanted, folders)?;
    let Inputs::Frames { shape: [steps, places], .. } = train.inputs else {
        return Err(errors.at(
            data.span,
            "training.data",
            "features are made of numbers; name a `file` that holds some",
        ));
    };
    let outputs = outputs(&train.targets, held_out.as_ref().map(|all| &all.targets));
    let outputs = outputs.map_err(|e| errors.at(data.span, "training.data.targets", e))?;
    let begun = Instant::now();
    let features = features(&errors, fit, places)?;
    let total = train.len() + held_out.as_ref().map_or(0, training::data::Samples::len);
    let ready = std::sync::atomic::AtomicUsize::new(0);
    let make = |samples: training::data::Samples| {
        let Inputs::Frames { values, .. } = &samples.inputs else {
            unreachable!("both parts are of one file")
        };
        let mut made = vec![0.0; samples.len() * features.width()];
        features.last(&values.part(0..values.len()), steps, &mut made, threads(scenario), &|n| {
            let now = ready.fetch_add(n, std::sync::atomic::Ordering::Relaxed) + n;
            watch("features", now, total);
        });
        let numbers = numbers(&samples.targets, outputs);
        Made { features: made, numbers, targets: samples.targets, outputs }
    };
    let (train, held_out) = (make(train), held_out.map(make));
    let made = begun.elapsed().as_secs_f64();
    watch("fitting", 0, 1);
    let samples =
        Samples { features: &train.features, targets: &train.numbers, width: features.width(), outputs };
    let readout = learn(&errors, fit, &samples)?;
    let fitted = begun.elapsed().as_secs_f64();
    let mut confusion = Confusion::default();
    let tested = pass(&*readout, &train, &mut metrics, held_out.is_none().then_some(&mut confusion));
    let held = held_out.as_ref().map(|made| pass(&*readout, made, &mut metrics, Some(&mut confusion)));
    let end = begun.elapsed().as_secs_f64();
    let tested = Pass::measured(tested.samples, tested.cost, tested.metrics, end);
    Ok(Outcome {
        samples: [train.len() as u64, held_out.as_ref().map_or(0, Made::len) as u64],
        epoch: Epoch { train: tested, held_out: held, ..Epoch::default() },
        parameters: parameters(&*readout),
        width: features.width() as u64,
        synapses: features.synapses(),
        confusion,
        course: None,
        seconds: [made, fitted - made, end - fitted],
    })
}

type Measured = (String, Box<dyn Metric>, Wanted);

/// What is measured, all of it against targets of one kind.
fn metrics(errors: &Errors<'_>, fit: &Fit) -> Result<Vec<Measured>, Diagnostics> {
    let registry = &errors.0.registry;
    let mut all: Vec<Measured> = Vec::new();
    for part in &fit.metrics {
        let model = registry.of::<MetricModel>(&part.entry);
        let metric = (model.build)(&plan(part)).map_err(|e| errors.at(part.span, "training.metric", e))?;
        if all.first().is_some_and(|(_, _, wanted)| *wanted != model.target) {
            return Err(errors.at(
                part.span,
                "training.metric",
                "some metrics compare classes and some numbers; give those of one kind",
            ));
        }
        all.push((part.entry.name.to_owned(), metric, model.target));
    }
    if let (true, Some(model)) = (all.is_empty(), registry.find::<MetricModel>("accuracy")) {
        let metric = (model.build)(&Plan::defaults(model.entry.params));
        all.push((
            model.entry.name.to_owned(),
            metric.map_err(|e| errors.at(fit.span, "training.metric", e))?,
            model.target,
        ));
    }
    Ok(all)
}

/// Outputs of a readout of such targets.
fn outputs(train: &Targets, held_out: Option<&Targets>) -> Result<usize, String> {
    match (train, held_out) {
        (Targets::Classes(classes), _) => {
            let most = classes.iter().max().map_or(0, |class| *class as usize);
            // A class that is only held out cannot be read.
            held_out.map_or(Ok(()), |held_out| held_out.fit(1, most + 1))?;
            Ok(most + 1)
        }
        (Targets::Numbers { shape: [1, places], .. }, _) => Ok(*places),
        (Targets::Numbers { shape, .. }, _) => Err(format!(
            "targets have {} frames; features of a sample are read once, so one is allowed",
            shape[0]
        )),
    }
}

fn numbers(targets: &Targets, outputs: usize) -> Vec<f64> {
    match targets {
        Targets::Classes(classes) => {
            let mut numbers = vec![0.0; classes.len() * outputs];
            classes.iter().enumerate().for_each(|(k, class)| numbers[k * outputs + *class as usize] = 1.0);
            numbers
        }
        Targets::Numbers { values, .. } => values.iter().map(|x| f64::from(*x)).collect(),
    }
}

/// Reads all samples; the loss is the squared error, summed over outputs.
fn pass(
    readout: &dyn Fitted,
    made: &Made,
    metrics: &mut [Measured],
    confusion: Option<&mut Confusion>,
) -> Pass {
    let mut prediction = vec![0.0; made.numbers.len()];
    let width = made.features.len() / made.len();
    for (features, outputs) in
        made.features.chunks_exact(width).zip(prediction.chunks_exact_mut(made.outputs))
    {
        readout.predict(features, outputs);
    }
    let target = match &made.targets {
        Targets::Classes(classes) => Target::Classes(classes),
        Targets::Numbers { .. } => Target::Numbers(&made.numbers),
    };
    let batch = Batch { prediction: &prediction, shape: [made.len(), 1, made.outputs], target };
    let mut measured = Vec::new();
    for (name, metric, _) in metrics {
        metric.reset();
        metric.add(&batch);
        measured.push((name.clone(), metric.value()));
    }
    if let (Some(confusion), Target::Classes(_)) = (confusion, target) {
        confusion.add(&batch);
    }
    let cost = prediction.iter().zip(&made.numbers).map(|(p, t)| (p - t) * (p - t)).sum();
    Pass::measured(made.len() as u64, cost, measured, 0.0)
}

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

fn of_series(
    scenario: &Scenario,
    fit: &Fit,
    series: &Series,
    watch: Watch<'_>,
) -> Result<Outcome, Diagnostics> {
    let errors = Errors(scenario);
    let begun = Instant::now();
    watch("the course", 0, 1);
    let (values, width) = course(scenario, series)?;
    let row = |step: usize| &values[step * width..][..width];
    let inputs = |row: &[f64]| series.inputs.iter().map(|k| row[*k] as f32).collect::<Vec<f32>>();
    let features = features(&errors, fit, series.inputs.len())?;
    let [start, stop, end] = series.steps.map(|step| step as usize);
    if start < features.memory() {
        let found =
            format!("features look {} steps back; let `start` be as late or later", features.memory());
        return Err(errors.at(series.span, "training.series.start", found));
    }
    // A course that goes on by itself is read as what is added in a step.
    let closed = series.predict.is_empty();
    let read = if closed { &series.inputs } else { &series.predict };
    let outputs = read.len();
    let mut walk = features.walk();
    let mut made = vec![0.0; (stop - start) * features.width()];
    let mut targets = Vec::with_capacity((stop - start) * outputs);
    let mut now = vec![0.0; features.width()];
    for step in 0..stop {
        walk.step(&inputs(row(step)), &mut now);
        if step >= start {
            made[(step - start) * features.width()..][..features.width()].copy_from_slice(&now);
            let of = |k: &usize| if closed { row(step + 1)[*k] - row(step)[*k] } else { row(step)[*k] };
            targets.extend(read.iter().map(of));
        }
    }
    let ready = begun.elapsed().as_secs_f64();
    watch("fitting", 0, 1);
    let samples = Samples { features: &made, targets: &targets, width: features.width(), outputs };
    let readout = learn(&errors, fit, &samples)?;
    let fitted = begun.elapsed().as_secs_f64();
    let mut out = vec![0.0; outputs];
    let trained = made.chunks_exact(features.width()).enumerate().flat_map(|(k, features)| {
        readout.predict(features, &mut out);
        let base = |k: usize, variable: usize| if closed { row(start + k)[variable] } else { 0.0 };
        read.iter().zip(&out).map(|(v, x)| base(k, *v) + x).collect::<Vec<f64>>()
    });
    let trained: Vec<f64> = trained.collect();
    let came = |first: usize, steps: usize| -> Vec<f64> {
        (first..first + steps).flat_map(|step| read.iter().map(move |k| row(step)[*k])).collect()
    };
    let variance = variance(&came(start, stop - start), outputs);
    // What is read from step k on stands at step k, and what comes next at step k + 1.
    let late = usize::from(closed);
    let last = values.len() / width - 1 - late;
    let mut predicted = Vec::with_capacity((last - stop) * outputs);
    let mut state: Vec<f64> = series.inputs.iter().map(|k| row(stop)[*k]).collect();
    for step in stop..=last {
        let seen = if closed { state.iter().map(|x| *x as f32).collect() } else { inputs(row(step)) };
        walk.step(&seen, &mut now);
        readout.predict(&now, &mut out);
        if closed {
            state.iter_mut().zip(&out).for_each(|(x, change)| *x += change);
            predicted.extend_from_slice(&state);
        } else {
            predicted.extend_from_slice(&out);
        }
        // A prediction that left the course for good is not followed to infinity.
        let error = predicted[predicted.len() - outputs..]
            .iter()
            .zip(read)
            .map(|(p, k)| (p - row(step + late)[*k]).powi(2))
            .sum::<f64>();
        if step + 1 >= end && !(error < LOST * LOST * variance) {
            break;
        }
    }
    let measured = |predicted: &[f64], first: usize| {
        let steps = predicted.len() / outputs;
        let came = came(first, steps);
        let cost: f64 = predicted.iter().zip(&came).map(|(p, t)| (p - t) * (p - t)).sum();
        let nrmse = (cost / steps as f64 / variance).sqrt();
        Pass::measured(steps as u64, cost, vec![("nrmse".into(), nrmse)], begun.elapsed().as_secs_f64())
    };
    let train = measured(&trained, start + late);
    let held_out = measured(&predicted[..(end - stop) * outputs], stop + late);
    let state = scenario.populations[series.population].neuron.entry.state;
    let line = |(place, k): (usize, &usize)| Line {
        name: format!("{} {}", state[*k].name, state[*k].unit).trim_end().to_owned(),
        came: (stop + late..stop + late + predicted.len() / outputs)
            .map(|step| row(step)[*k] as f32)
            .collect(),
        predicted: predicted.iter().skip(place).step_by(outputs).map(|x| *x as f32).collect(),
    };
    let dt = scenario.run.dt;
    let done = begun.elapsed().as_secs_f64();
    Ok(Outcome {
        epoch: Epoch { train, held_out: Some(held_out), ..Epoch::default() },
        parameters: parameters(&*readout),
        width: features.width() as u64,
        synapses: features.synapses(),
        samples: [(stop - start) as u64, (end - stop) as u64],
        confusion: Confusion::default(),
        course: Some(Course {
            times_ms: [(stop + late) as f64 * dt, dt],
            lines: read.iter().enumerate().map(line).collect(),
        }),
        seconds: [ready, fitted - ready, done - fitted],
    })
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
