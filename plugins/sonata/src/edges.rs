//! Projections between populations.
//!
//! ```text
//! weight = sign * syn_weight * nsyns
//! ```
//!
//! `sign` is in the synapse model; the rest is in the edge's HDF5 group or else in its edge type.
//!
//! Source: SONATA developer guide, "Representing edges", and what its example networks need to give their results.
//! Departure: an absent `syn_weight` is 1 and an absent `delay` 1 ms, as in NEST; [`Edges::defaulted`] says so.

use crate::column::{Column, Value};
use crate::component::{Components, ModelFile};
use crate::error::{Result, SonataError, listed};
use crate::hdf5::{self, Hdf5File};
use crate::nodes::{Population, Rows};
use crate::type_table::TypeTable;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Of an edge that gives no delay, in ms.
const DELAY_MS: f64 = 1.0;

/// The edges from one population to another, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Edges {
    /// The name of the edge population.
    pub name: String,
    /// The population of the sources.
    pub source: String,
    /// The population of the targets.
    pub target: String,
    /// `[edge]`.
    pub source_ids: Vec<u32>,
    /// `[edge]`.
    pub target_ids: Vec<u32>,
    /// Signed, times the number of synapses, in the unit of the synapse model, `[edge]`.
    pub weight: Vec<f64>,
    /// `[edge]`.
    pub delay_ms: Vec<f64>,
    /// The place of each edge's type in `types`, `[edge]`.
    pub type_index: Vec<u32>,
    /// The types that occur, sorted by number.
    pub types: Vec<EdgeType>,
    /// Numbers of the edges themselves other than those in `weight` and `delay_ms`, each `[edge]`.
    pub attributes: BTreeMap<String, Vec<f64>>,
    /// Which of `syn_weight` and `delay` at least one edge lacks.
    pub defaulted: Vec<&'static str>,
    /// The edges file, for errors.
    pub file: PathBuf,
}

/// What edges of one type share.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeType {
    /// The row of the edge-types table.
    pub edge_type_id: i64,
    /// The synapse model, such as `Exp2Syn` or `static_synapse`.
    pub model_template: Option<String>,
    /// 1 or -1, already in the weights.
    pub sign: f64,
    /// Parameters of the synapse model, in its simulator's units.
    pub parameters: BTreeMap<String, f64>,
    /// The other columns of the table.
    pub attributes: BTreeMap<String, Value>,
}

impl Edges {
    /// Checks that both ends of every edge exist.
    ///
    /// # Errors
    /// Names the dataset and the first edge whose population or node is not in `populations`.
    pub fn check_ends(&self, populations: &[Population]) -> Result<()> {
        for (end, name, ids) in
            [("source", &self.source, &self.source_ids), ("target", &self.target, &self.target_ids)]
        {
            let place = format!("dataset `/edges/{}/{end}_node_id`", self.name);
            let error = |found, remedy| Err(SonataError::new(&self.file, place.clone(), found, remedy));
            let Some(population) = populations.iter().find(|population| population.name == *name) else {
                let names = listed(populations.iter().map(|population| &population.name));
                return error(format!("population `{name}`"), format!("the circuit has {names}"));
            };
            if let Some(row) = ids.iter().position(|id| *id as usize >= population.size) {
                let remedy = format!("population `{name}` has {} nodes, from 0", population.size);
                return error(format!("row {row} is {}", ids[row]), remedy);
            }
        }
        Ok(())
    }
}

/// Reads all projections of an edges file, with its edge-types table where it has one.
///
/// # Errors
/// Names the file and the dataset, line or key that is absent or does not fit.
pub fn read_edges(edges: &Path, types: Option<&Path>, components: &Components) -> Result<Vec<Edges>> {
    let file = hdf5::open(edges)?;
    let types = TypeTable::read(types, "edge_type_id")?;
    let names = file.groups("/edges")?;
    if names.is_empty() {
        return Err(file.absent("/edges/<population>"));
    }
    names.into_iter().map(|name| read_projection(&*file, name, &types, components)).collect()
}

fn read_projection(
    file: &dyn Hdf5File,
    name: String,
    types: &TypeTable,
    components: &Components,
) -> Result<Edges> {
    let base = format!("/edges/{name}");
    let type_ids = file.read_i64(&format!("{base}/edge_type_id"))?;
    let (source, source_ids) = read_end(file, &base, "source", type_ids.len())?;
    let (target, target_ids) = read_end(file, &base, "target", type_ids.len())?;
    let rows = Rows::read(file, &base, "edge", type_ids.len())?;

    let mut place = BTreeMap::new();
    for id in &type_ids {
        place.entry(*id).or_insert(0);
    }
    let mut found = Vec::new();
    for (id, place) in &mut place {
        *place = found.len() as u32;
        found.push(edge_type(*id, types, components)?);
    }
    let type_index: Vec<u32> = type_ids.iter().map(|id| place[id]).collect();

    let values = Values { rows: &rows, types: &found, type_index: &type_index };
    let (weight, weight_absent) = values.weights(file, &base)?;
    let (delay_ms, delay_absent) = values.gather(file, &base, "delay", DELAY_MS)?;
    let absent = [(weight_absent, "syn_weight"), (delay_absent, "delay")];
    let defaulted = absent.into_iter().filter_map(|(absent, name)| absent.then_some(name)).collect();
    let attributes = values.attributes();
    let file = file.path().to_path_buf();
    Ok(Edges {
        name,
        source,
        target,
        source_ids,
        target_ids,
        weight,
        delay_ms,
        type_index,
        types: found,
        attributes,
        defaulted,
        file,
    })
}

/// The population and the nodes at one end of the edges.
fn read_end(file: &dyn Hdf5File, base: &str, end: &str, size: usize) -> Result<(String, Vec<u32>)> {
    let dataset = format!("{base}/{end}_node_id");
    let ids = file.read_u32(&dataset)?;
    file.check_length(&dataset, ids.len(), "edge_type_id", size)?;
    let population = file.attribute(&dataset, "node_population")?.ok_or_else(|| {
        file.unfit(&dataset, "no attribute `node_population`", "it must name the population of the nodes")
    })?;
    Ok((population, ids))
}

fn edge_type(edge_type_id: i64, types: &TypeTable, components: &Components) -> Result<EdgeType> {
    let mut attributes = types.row(edge_type_id)?;
    attributes.remove("edge_type_id");
    let model = match attributes.get("dynamics_params").and_then(Value::text) {
        Some(name) => components.synapse(name)?,
        None => ModelFile::default(),
    };
    let template = attributes.remove("model_template");
    let model_template = template.as_ref().and_then(Value::text).map(str::to_string);
    let mut parameters = model.numbers;
    let sign = parameters.remove("sign").unwrap_or(1.0);
    Ok(EdgeType { edge_type_id, model_template, sign, parameters, attributes })
}

/// The values of edges, each in the edge's own group or else in its type.
struct Values<'a> {
    rows: &'a Rows,
    types: &'a [EdgeType],
    type_index: &'a [u32],
}

impl Values<'_> {
    /// `sign * syn_weight * nsyns`, `[edge]`, and whether at least one edge lacks `syn_weight`.
    fn weights(&self, file: &dyn Hdf5File, base: &str) -> Result<(Vec<f64>, bool)> {
        let (mut weight, absent) = self.gather(file, base, "syn_weight", 1.0)?;
        let (nsyns, _) = self.gather(file, base, "nsyns", 1.0)?;
        for ((weight, nsyns), at) in weight.iter_mut().zip(nsyns).zip(self.type_index) {
            *weight *= nsyns * self.types[*at as usize].sign;
        }
        Ok((weight, absent))
    }

    /// The numbers of an attribute, `[edge]`, and whether `otherwise` stands for at least one of them.
    fn gather(
        &self,
        file: &dyn Hdf5File,
        base: &str,
        name: &str,
        otherwise: f64,
    ) -> Result<(Vec<f64>, bool)> {
        let mut absent = false;
        let mut numbers = Vec::with_capacity(self.type_index.len());
        for (edge, at) in self.type_index.iter().enumerate() {
            let own = self.rows.columns[&self.rows.group[edge]].attributes.get(name);
            let edge_type = &self.types[*at as usize];
            let value = match own {
                Some(Column::Numbers(numbers)) => Some(Value::Number(numbers[self.rows.index[edge]])),
                Some(column) => Some(column.value(self.rows.index[edge])),
                None => edge_type.attributes.get(name).cloned(),
            };
            match value {
                Some(Value::Number(number)) => numbers.push(number),
                Some(Value::Text(text)) => {
                    let place =
                        format!("`{name}` of edge {edge} in `{base}`, type {}", edge_type.edge_type_id);
                    let found = format!("found `{text}`");
                    return Err(SonataError::new(file.path(), place, found, "a number is needed"));
                }
                None => {
                    absent = true;
                    numbers.push(otherwise);
                }
            }
        }
        Ok((numbers, absent))
    }

    /// The other numbers that every group has of its edges, `dynamics_params` included.
    fn attributes(&self) -> BTreeMap<String, Vec<f64>> {
        let Some(first) = self.rows.columns.values().next() else { return BTreeMap::new() };
        let used = ["syn_weight", "nsyns", "delay"];
        let names = first.attributes.keys().chain(first.parameters.keys());
        let own = |name: &String, edge: usize| {
            let group = &self.rows.columns[&self.rows.group[edge]];
            let column = group.parameters.get(name).or_else(|| group.attributes.get(name))?;
            column.value(self.rows.index[edge]).number()
        };
        let column =
            |name| (0..self.type_index.len()).map(|edge| own(name, edge)).collect::<Option<Vec<_>>>();
        names
            .filter(|name| !used.contains(&name.as_str()))
            .filter_map(|name| Some((name.clone(), column(name)?)))
            .collect()
    }
}
