//! Weights: tables of what synapses have learnt, at the end of a run and while it goes on.

use bevy_ecs::prelude::*;
use ecs_core::network::{Population, Projection, settle};
use recording::{RecordError, RunFolder};
use tables::{Column, Format, Kind, Table, Text, Writer};

use crate::assemble::Simulation;
use crate::schema::{OutputFormat, Scenario, WeightRecord};

/// Rows that are handed on at a time.
const ROWS: usize = 1 << 16;

const COLUMNS: [(&str, Kind); 6] = [
    ("projection", Kind::Text),
    ("from", Kind::Text),
    ("to", Kind::Text),
    ("pre", Kind::U32),
    ("post", Kind::U32),
    ("weight", Kind::F64),
];

/// Writes the weights of all projections that learn, as they are now, each in the unit of its weights: the name of the
/// projection, the populations it joins, sender, receiver, weight; `[synapse]`. Gives the name of the file.
///
/// # Errors
/// The disk refuses.
pub fn write(simulation: &mut Simulation, folder: &RunFolder, format: Format) -> Result<String, RecordError> {
    let (file, mut writer) = folder.weights(format, &COLUMNS)?;
    let every = Kept { name: None, first: u64::MAX };
    each(simulation.app.world_mut(), &[every], None, writer.as_mut())?;
    writer.finish()?;
    Ok(file)
}

/// Weights that are kept.
struct Kept<'a> {
    /// Of which projection; all where there is none.
    name: Option<&'a str>,
    /// Only so many of its synapses.
    first: u64,
}

/// Hands on the weights of projections that learn, as they are now.
fn each(
    world: &mut World,
    kept: &[Kept<'_>],
    time: Option<f64>,
    writer: &mut dyn Writer,
) -> Result<(), RecordError> {
    settle(world);
    let mut projections = world.query::<&Projection>();
    let world = &*world;
    for projection in projections.iter(world) {
        let Some(learner) = projection.operator.learner() else { continue };
        let wanted = kept.iter().filter(|kept| kept.name.is_none_or(|name| name == projection.name));
        let Some(mut left) = wanted.map(|kept| kept.first).max() else { continue };
        let of = |entity| world.get::<Population>(entity).map_or_else(String::new, |p| p.name.clone());
        let names = [projection.name.clone(), of(projection.pre), of(projection.post)];
        let mut rows = Rows::new(&names, time)?;
        let mut failed = None;
        learner.weights(&mut |pre, post, weight| {
            if left == 0 {
                return;
            }
            left -= 1;
            rows.add(pre, post, weight);
            if rows.weight.len() == ROWS && failed.is_none() {
                failed = rows.hand_on(writer).err();
            }
        });
        failed.map_or(Ok(()), Err)?;
        rows.hand_on(writer)?;
    }
    Ok(())
}

/// The weights that a scenario records while it runs. A run that is killed leaves none of them.
pub struct Samples {
    records: Vec<(WeightRecord, u64)>,
    dt: f64,
    /// The file in the folder.
    pub file: String,
    writer: Box<dyn Writer>,
}

impl Samples {
    /// Begins the table; `None` where a scenario records no weights.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn begin(scenario: &Scenario, folder: &RunFolder) -> Result<Option<Self>, RecordError> {
        if scenario.weights.is_empty() {
            return Ok(None);
        }
        let format = match scenario.output.format {
            OutputFormat::Parquet => Format::Parquet,
            OutputFormat::Npz => Format::Npz,
        };
        let columns: Vec<(&str, Kind)> = std::iter::once(("time_ms", Kind::F64)).chain(COLUMNS).collect();
        let (file, writer) = folder.weight_samples(format, &columns)?;
        let dt = scenario.run.dt;
        let steps = |record: &WeightRecord| (record.clone(), (record.every / dt).round() as u64);
        Ok(Some(Self { records: scenario.weights.iter().map(steps).collect(), dt, file, writer }))
    }

    /// Takes the samples that are due once `done` steps are over.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn take(&mut self, world: &mut World, done: u64) -> Result<(), RecordError> {
        let due = self.records.iter().filter(|(_, every)| done.is_multiple_of(*every));
        let first = |record: &WeightRecord| record.first.map_or(u64::MAX, |first| first as u64);
        let due: Vec<Kept<'_>> =
            due.map(|(record, _)| Kept { name: Some(&record.of), first: first(record) }).collect();
        if due.is_empty() {
            return Ok(());
        }
        each(world, &due, Some(done as f64 * self.dt), self.writer.as_mut())
    }

    /// Ends the table.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn finish(self) -> Result<(), RecordError> {
        self.writer.finish()?;
        Ok(())
    }
}

/// Rows of one projection that wait.
struct Rows {
    table: Table,
    time: Option<f64>,
    pre: Vec<u32>,
    post: Vec<u32>,
    weight: Vec<f64>,
}

impl Rows {
    fn new(names: &[String; 3], time: Option<f64>) -> Result<Self, RecordError> {
        let mut table = Table::new();
        if time.is_some() {
            table = table.with("time_ms", Vec::<f64>::new())?;
        }
        for ((column, _), name) in COLUMNS.iter().zip(names) {
            table = table.with(column, Text::of_names(std::slice::from_ref(name)))?;
        }
        let table = table
            .with("pre", Vec::<u32>::new())?
            .with("post", Vec::<u32>::new())?
            .with("weight", Vec::<f64>::new())?;
        Ok(Self { table, time, pre: Vec::new(), post: Vec::new(), weight: Vec::new() })
    }

    fn add(&mut self, pre: u32, post: u32, weight: f64) {
        self.pre.push(pre);
        self.post.push(post);
        self.weight.push(weight);
    }

    fn hand_on(&mut self, writer: &mut dyn Writer) -> Result<(), RecordError> {
        let rows = self.weight.len();
        let mut times = self.time.map(|time| vec![time; rows]);
        let mut numbers = [&mut self.pre, &mut self.post].into_iter();
        for column in self.table.columns_mut() {
            match column {
                Column::Text(text) => text.push_index(0, rows),
                Column::U32(all) => {
                    all.append(numbers.next().expect("two columns of indices were made above"))
                }
                Column::F64(all) => match times.take() {
                    Some(mut times) => all.append(&mut times),
                    None => all.append(&mut self.weight),
                },
                _ => unreachable!("the columns were made above"),
            }
        }
        writer.append(&self.table)?;
        self.table.clear();
        Ok(())
    }
}
