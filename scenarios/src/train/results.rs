//! Results: what is written of a training besides its checkpoint: `run.json`, and one trial as spikes and traces.

use recording::{Cells, Expectation, Followed, Precision, Run, RunFolder, Shown, Status, Traced, Window};
use training::data::{Samples, Targets};
use training::metric::confusion::Confusion;
use training::trainer::{Agreement, Epoch, Look, Pass, Trainer};

use super::Prepared;
use super::follow::{agreements_of, drawn};
use crate::schema::{Expected, OutputFormat, Scenario, Training};

/// Traces of one trial.
const MOST_TRACES: usize = 10;

/// What `[[training.expect]]` asks of the last epoch, and what was found.
pub fn expectations(expected: &[Expected], last: &Epoch) -> Vec<Expectation> {
    let of = |expected: &Expected| {
        let pass = if expected.held_out { last.held_out.as_ref() } else { Some(&last.train) };
        let value = pass.and_then(|pass| pass.value(&expected.what));
        let (low, high) = expected.within;
        Expectation {
            of: if expected.held_out { "held-out samples" } else { "training samples" }.into(),
            what: expected.what.clone(),
            value,
            low,
            high,
            reference: expected.reference,
            source: expected.source.clone().unwrap_or_default(),
            passed: value.is_some_and(|v| low <= v && v <= high),
        }
    };
    expected.iter().map(of).collect()
}

/// Writes what a report shows, and completes `run`.
///
/// # Errors
/// The disk refuses.
pub fn write(
    folder: &RunFolder,
    run: &mut Run,
    prepared: &mut Prepared,
    scenario: &Scenario,
    training: &Training,
) -> Result<(), String> {
    let Prepared { trainer, train, held_out, before, .. } = prepared;
    let tested: &Samples = held_out.as_ref().unwrap_or(train);
    let mut confusion = Confusion::default();
    if let Targets::Classes(_) | Targets::Drawn(_) = tested.targets {
        let mut seen = Vec::new();
        trainer.evaluate_with(tested, &mut |order, prediction| {
            seen.push((order.to_vec(), prediction.to_vec()))
        })?;
        for (order, prediction) in seen {
            trainer.goal.with_batch(tested, &order, &prediction, |batch| confusion.add(batch));
        }
    }
    let look = trainer.look(tested, 0)?;
    keep(folder, scenario, training, &look).map_err(|e| e.to_string())?;
    let traced = followed(trainer, &look, before);
    let format = match scenario.output.format {
        OutputFormat::Parquet => tables::Format::Parquet,
        OutputFormat::Npz => tables::Format::Npz,
    };
    let made = folder.make_tables(format).map_err(|e| e.to_string())?;
    run.files.extend(made.spikes.iter().chain(&made.traces).map(|kept| kept.file.clone()));
    run.traces = kept(scenario, training);
    let frames = trainer.goal.readout.frames();
    let class = tested.classes(&[0], 1).map(|classes| classes[0]);
    let best =
        |row: &[f64]| (1..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best }) as u32;
    let answer = class.filter(|_| frames == 1).map(|_| best(&look.prediction));
    run.training = Some(recording::Training {
        parameters: (0..trainer.circuit.parameters.len())
            .map(|k| trainer.circuit.values(k).len() as u64)
            .sum(),
        samples: train.len() as u64,
        held_out: held_out.as_ref().map_or(0, Samples::len) as u64,
        batch: training.batch as u64,
        learner: String::new(),
        epochs: trainer.history.iter().map(epoch).collect(),
        confusion: confusion.counts.chunks(confusion.classes.max(1)).map(<[u64]>::to_vec).collect(),
        shown: Some(Shown { sample: 0, held_out: held_out.is_some(), class, answer }),
        course: None,
        traces: traced.0,
        traces_ms: traced.1,
    });
    run.write(folder.path()).map_err(|e| e.to_string())?;
    run.tally(folder.path(), Window::of_run(0.0, scenario.run.duration)).map_err(|e| e.to_string())?;
    if let Some(last) = trainer.history.last().filter(|_| run.status == Status::Finished) {
        run.expectations = expectations(&training.expects, last);
    }
    Ok(())
}

/// An epoch as `run.json` has it.
pub fn epoch(epoch: &Epoch) -> recording::Epoch {
    let of = |pass: &Pass| {
        let loss = [("loss".to_owned(), pass.loss())];
        loss.into_iter().chain(pass.metrics.iter().cloned()).collect::<Vec<_>>()
    };
    recording::Epoch {
        rate: epoch.rate,
        seconds: epoch.train.seconds,
        train: of(&epoch.train),
        held_out: epoch.held_out.as_ref().map_or(Vec::new(), of),
    }
}

/// The traces that neurons follow, with the courses that came of it, and the times of their first point and from point to point.
fn followed(trainer: &Trainer, look: &Look, before: &[Agreement]) -> (Vec<Followed>, [f64; 2]) {
    let Some(follow) = &trainer.goal.follow else { return (Vec::new(), [0.0; 2]) };
    let dt = trainer.circuit.clock.dt;
    let said =
        |a: &Agreement| recording::Agreement { rmse: a.rmse, spikes: a.spikes, coincidence: a.coincidence };
    let after = agreements_of(follow, look, dt);
    let of = |(place, trace): (usize, &training::trainer::Followed)| {
        let neurons = trainer.circuit.neurons(trace.watch.population);
        let field = neurons.map(|n| n.shape.model.entry.state[trace.watch.variable]);
        let spikes = look.spikes[trace.watch.population].iter().map(|(step, _)| *step);
        Followed {
            name: trace.name.clone(),
            unit: field.map_or(String::new(), |field| field.unit.into()),
            spikes: trace.spikes.len() as u64,
            before: before.get(place).map(said).unwrap_or_default(),
            after: said(&after[place]),
            target: drawn(&trace.target, &[]),
            course: drawn(&look.watched[place], &spikes.collect::<Vec<_>>()),
        }
    };
    let every = super::follow::DRAWN as f64 * dt;
    (follow.traces.iter().enumerate().map(of).collect(), [every, every])
}

/// The variable that is read.
fn kept(scenario: &Scenario, training: &Training) -> Vec<Traced> {
    let read = &training.readout;
    let population = &scenario.populations[read.population];
    let of = |row: usize| {
        let field = population.neuron.entry.state[row];
        Traced {
            population: population.name.clone(),
            variable: field.name.into(),
            unit: field.unit.into(),
            neurons: (0..population.size.min(MOST_TRACES) as u32).collect(),
        }
    };
    read.variable.map(of).into_iter().collect()
}

/// Writes the spikes and traces of a trial.
fn keep(
    folder: &RunFolder,
    scenario: &Scenario,
    training: &Training,
    look: &Look,
) -> Result<(), recording::RecordError> {
    let dt = scenario.run.dt;
    let cells = scenario.populations.iter().map(|p| Cells { name: p.name.clone(), size: p.size as u32 });
    let mut spool = folder.spikes(dt, &cells.collect::<Vec<_>>())?;
    let mut next = vec![0; look.spikes.len()];
    let mut fired = Vec::new();
    for step in 0..scenario.run.steps {
        for (population, spikes) in look.spikes.iter().enumerate() {
            fired.clear();
            while let Some((_, neuron)) = spikes.get(next[population]).filter(|(at, _)| *at == step) {
                fired.push(*neuron);
                next[population] += 1;
            }
            spool.append(step, population, &fired)?;
        }
    }
    spool.close()?;
    let traces = kept(scenario, training);
    let Some(traced) = traces.first() else { return Ok(()) };
    let mut spool = folder.traces(dt, Precision::F32, &traces)?;
    let size = scenario.populations[training.readout.population].size;
    for (step, values) in (1..).zip(look.series.chunks_exact(size)) {
        let values: Vec<f64> = values[..traced.neurons.len()].iter().map(|x| f64::from(*x)).collect();
        spool.append(step, 0, &values[..])?;
    }
    spool.close()
}
