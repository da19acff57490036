//! Samples: a readout of what stands after the last frame of each.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use ecs_core::training::{Batch, Fitted, Metric, MetricModel, Plan, Samples, Target, Wanted};
use training::data::{Inputs, Targets};
use training::metric::confusion::Confusion;
use training::trainer::{Epoch, Pass};

use super::super::{files, plan};
use super::{Errors, Outcome, Watch, features, learn, parameters, threads};
use crate::diagnostic::Diagnostics;
use crate::schema::{Data, Fit, Scenario};

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

/// Fits a readout to samples from files.
pub(super) fn fit(
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
    let ready = AtomicUsize::new(0);
    let make = |samples: training::data::Samples| {
        let Inputs::Frames { values, .. } = &samples.inputs else {
            unreachable!("both parts are of one file")
        };
        let mut made = vec![0.0; samples.len() * features.width()];
        features.last(&values.part(0..values.len()), steps, &mut made, threads(scenario), &|n| {
            let now = ready.fetch_add(n, Ordering::Relaxed) + n;
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
        (Targets::Drawn(_), _) => Err("features are made of samples that a file holds".into()),
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
        Targets::Drawn(_) => unreachable!("`outputs` refuses them"),
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
        Targets::Numbers { .. } | Targets::Drawn(_) => Target::Numbers(&made.numbers),
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
