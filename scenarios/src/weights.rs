//! Weights: the table of what synapses have learnt, at the end of a run.

use ecs_core::network::{Population, Projection, settle};
use recording::{RecordError, RunFolder};
use tables::{Column, Format, Kind, Table, Text, Writer};

use crate::assemble::Simulation;

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
    let world = simulation.app.world_mut();
    settle(world);
    let mut projections = world.query::<&Projection>();
    let world = &*world;
    let (file, mut writer) = folder.weights(format, &COLUMNS)?;
    for projection in projections.iter(world) {
        let Some(learner) = projection.operator.learner() else { continue };
        let of = |entity| world.get::<Population>(entity).map_or_else(String::new, |p| p.name.clone());
        let names = [projection.name.clone(), of(projection.pre), of(projection.post)];
        let mut rows = Rows::new(&names)?;
        let mut failed = None;
        learner.weights(&mut |pre, post, weight| {
            rows.add(pre, post, weight);
            if rows.weight.len() == ROWS && failed.is_none() {
                failed = rows.hand_on(writer.as_mut()).err();
            }
        });
        failed.map_or(Ok(()), Err)?;
        rows.hand_on(writer.as_mut())?;
    }
    writer.finish()?;
    Ok(file)
}

/// Rows of one projection that wait.
struct Rows {
    table: Table,
    pre: Vec<u32>,
    post: Vec<u32>,
    weight: Vec<f64>,
}

impl Rows {
    fn new(names: &[String; 3]) -> Result<Self, RecordError> {
        let mut table = Table::new();
        for ((column, _), name) in COLUMNS.iter().zip(names) {
            table = table.with(column, Text::of_names(std::slice::from_ref(name)))?;
        }
        let table = table
            .with("pre", Vec::<u32>::new())?
            .with("post", Vec::<u32>::new())?
            .with("weight", Vec::<f64>::new())?;
        Ok(Self { table, pre: Vec::new(), post: Vec::new(), weight: Vec::new() })
    }

    fn add(&mut self, pre: u32, post: u32, weight: f64) {
        self.pre.push(pre);
        self.post.push(post);
        self.weight.push(weight);
    }

    fn hand_on(&mut self, writer: &mut dyn Writer) -> Result<(), RecordError> {
        let rows = self.weight.len();
        let mut numbers = [&mut self.pre, &mut self.post].into_iter();
        for column in self.table.columns_mut() {
            match column {
                Column::Text(text) => text.push_index(0, rows),
                Column::U32(all) => {
                    all.append(numbers.next().expect("two columns of indices were made above"))
                }
                Column::F64(all) => all.append(&mut self.weight),
                _ => unreachable!("the columns were made above"),
            }
        }
        writer.append(&self.table)?;
        self.table.clear();
        Ok(())
    }
}
