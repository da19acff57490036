//! Going through what a run recorded, in flat memory, wherever it lies: in a table, or still in the spool of a run that was killed.

use crate::spikes::{self, SpikeReader};
use crate::traces::{self, TraceReader};
use crate::{RecordError, Run};
use std::path::{Path, PathBuf};

/// A value of a state variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample<'a> {
    /// When, in ms.
    pub time_ms: f64,
    /// In which population.
    pub population: &'a str,
    /// Of which neuron.
    pub neuron: u32,
    /// Of which variable.
    pub variable: &'a str,
    /// The value.
    pub value: f64,
}

/// Calls `visit` with time in ms, place of the population in `run`, and neuron, for each spike in the order of time. `false` where
/// the run recorded no spikes.
///
/// # Errors
/// The file cannot be read, or has populations that the run does not have.
pub fn each_spike(
    folder: &Path,
    run: &Run,
    mut visit: impl FnMut(f64, usize, u32),
) -> Result<bool, RecordError> {
    let place = |path: &Path, name: &str| {
        let found = run.populations.iter().position(|p| p.name == name);
        found.ok_or_else(|| {
            RecordError::Damaged(path.into(), format!("population `{name}`, which `run.json` lacks"))
        })
    };
    if let Some(path) = table(folder, "spikes") {
        for batch in tables::batches(&path)? {
            let batch = batch?;
            let population = batch.text("population")?;
            let places: Vec<usize> =
                population.names().iter().map(|n| place(&path, n)).collect::<Result<_, _>>()?;
            let (times, neurons) = (batch.numbers("time_ms")?, batch.indices("neuron")?);
            for ((time, neuron), entry) in times.iter().zip(neurons.iter()).zip(population.index()) {
                visit(*time, places[*entry as usize], *neuron);
            }
        }
        return Ok(true);
    }
    let path = folder.join(spikes::SPOOL);
    if !path.exists() {
        return Ok(false);
    }
    let mut reader = SpikeReader::open(&path)?;
    let places: Vec<usize> =
        reader.populations.iter().map(|p| place(&path, &p.name)).collect::<Result<_, _>>()?;
    let mut neurons = Vec::new();
    while let Some((time_ms, population)) = reader.next(&mut neurons)? {
        neurons.iter().for_each(|neuron| visit(time_ms, places[population], *neuron));
    }
    Ok(true)
}

/// Calls `visit` with each recorded value, in the order of time. `false` where the run recorded none.
///
/// # Errors
/// The file cannot be read.
pub fn each_sample(folder: &Path, mut visit: impl FnMut(Sample<'_>)) -> Result<bool, RecordError> {
    if let Some(path) = table(folder, "traces") {
        for batch in tables::batches(&path)? {
            let batch = batch?;
            let (population, variable) = (batch.text("population")?.iter(), batch.text("variable")?.iter());
            let (times, neurons, values) =
                (batch.numbers("time_ms")?, batch.indices("neuron")?, batch.numbers("value")?);
            for (row, (population, variable)) in population.zip(variable).enumerate() {
                visit(Sample {
                    time_ms: times[row],
                    population,
                    neuron: neurons[row],
                    variable,
                    value: values[row],
                });
            }
        }
        return Ok(true);
    }
    let path = folder.join(traces::SPOOL);
    if !path.exists() {
        return Ok(false);
    }
    let mut reader = TraceReader::open(&path)?;
    let recordings = reader.recordings().to_vec();
    let mut values = Vec::new();
    while let Some((time_ms, recording)) = reader.next(&mut values)? {
        let traced = &recordings[recording];
        for (neuron, value) in traced.neurons.iter().zip(&values) {
            let (population, variable) = (&traced.population, &traced.variable);
            visit(Sample { time_ms, population, neuron: *neuron, variable, value: *value });
        }
    }
    Ok(true)
}

fn table(folder: &Path, name: &str) -> Option<PathBuf> {
    ["parquet", "npz", "csv"].iter().map(|e| folder.join(format!("{name}.{e}"))).find(|path| path.exists())
}
