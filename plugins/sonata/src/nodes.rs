//! Populations of cells.

use crate::column::{Column, ColumnGroup};
use crate::component::Components;
use crate::error::{Result, SonataError, listed};
use crate::hdf5::{self, Hdf5File};
use crate::type_table::TypeTable;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The cells of one population, whose nodes are numbered from 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// The name that edges, inputs and node sets use.
    pub name: String,
    /// The number of cells.
    pub size: usize,
    /// The cells by type, sorted by type and HDF5 group; every cell is in exactly one.
    pub groups: Vec<CellGroup>,
}

/// The cells of one population that have one node type and lie in one HDF5 group.
#[derive(Clone, Debug, PartialEq)]
pub struct CellGroup {
    /// The row of the node-types table.
    pub node_type_id: i64,
    /// `virtual`, `point_process`, `point_neuron`, `biophysical`, ...; empty where the files do not say.
    pub model_type: String,
    /// Simulator and model, such as `nrn:IntFire1`.
    pub model_template: Option<String>,
    /// The cells, ascending, `[cell]`.
    pub node_ids: Vec<u32>,
    /// Parameters of point neurons, each `[cell]`, in the units that the model has in its simulator.
    pub parameters: BTreeMap<String, Vec<f64>>,
    /// Texts of the parameter file, such as `type`.
    pub labels: BTreeMap<String, String>,
    /// Everything else that the node type or the HDF5 group says of the cells.
    pub attributes: BTreeMap<String, Column>,
    /// Where the type is defined, for errors.
    pub source: PathBuf,
}

impl Population {
    /// True where every cell only replays spikes.
    pub fn is_virtual(&self) -> bool {
        self.groups.iter().all(|group| group.model_type == "virtual")
    }
}

impl CellGroup {
    /// The model template, which must be one of those that the caller can build.
    ///
    /// # Errors
    /// Names the node type, its template and `supported` where it is none of them.
    pub fn template_among<'a>(&self, supported: &[&'a str]) -> Result<&'a str> {
        let found = self.model_template.as_deref().unwrap_or("none");
        supported.iter().copied().find(|name| *name == found).ok_or_else(|| {
            let place = format!("node type {}", self.node_type_id);
            let remedy = format!("supported are {}", listed(supported));
            SonataError::new(&self.source, place, format!("model template `{found}`"), remedy)
        })
    }
}

/// Reads all populations of a nodes file, with its node-types table where it has one.
///
/// # Errors
/// Names the file and the dataset, line or key that is absent or does not fit.
pub fn read_nodes(nodes: &Path, types: Option<&Path>, components: &Components) -> Result<Vec<Population>> {
    let file = hdf5::open(nodes)?;
    let types = TypeTable::read(types, "node_type_id")?;
    let names = file.groups("/nodes")?;
    if names.is_empty() {
        return Err(file.absent("/nodes/<population>"));
    }
    names.into_iter().map(|name| read_population(&*file, name, &types, components)).collect()
}

fn read_population(
    file: &dyn Hdf5File,
    name: String,
    types: &TypeTable,
    components: &Components,
) -> Result<Population> {
    let base = format!("/nodes/{name}");
    let type_ids = file.read_i64(&format!("{base}/node_type_id"))?;
    let size = type_ids.len();
    let rows = Rows::read(file, &base, "node", size)?;
    let node_ids = read_node_ids(file, &base, size)?;

    let mut cells: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    for (row, kind) in type_ids.into_iter().zip(rows.group.iter().copied()).enumerate() {
        cells.entry(kind).or_default().push(row);
    }
    let mut groups = Vec::new();
    for ((type_id, group), mut cells) in cells {
        cells.sort_by_key(|row| node_ids[*row]);
        let mut columns = rows.columns[&group].clone();
        let picked: Vec<usize> = cells.iter().map(|row| rows.index[*row]).collect();
        for column in columns.attributes.values_mut().chain(columns.parameters.values_mut()) {
            *column = column.pick(&picked);
        }
        let node_ids = cells.iter().map(|row| node_ids[*row]).collect();
        groups.push(cell_group((file, types, components), type_id, node_ids, columns)?);
    }
    Ok(Population { name, size, groups })
}

/// The type's attributes, overridden by the `columns` of the cells themselves.
fn cell_group(
    (file, types, components): (&dyn Hdf5File, &TypeTable, &Components),
    node_type_id: i64,
    node_ids: Vec<u32>,
    columns: ColumnGroup,
) -> Result<CellGroup> {
    let source = types.path_or(file.path()).to_path_buf();
    let row = types.row(node_type_id)?;
    let mut attributes: BTreeMap<String, Column> =
        row.into_iter().map(|(name, value)| (name, Column::Same(value))).collect();
    attributes.remove("node_type_id");
    attributes.extend(columns.attributes);

    let text = |name: &str| match attributes.get(name).map(Column::only) {
        None => Ok(None),
        Some(Some(value)) => Ok(value.text().map(str::to_string)),
        Some(None) => {
            let place = format!("node type {node_type_id}");
            Err(SonataError::new(
                &source,
                place,
                format!("cells differ in `{name}`"),
                "give each its own type",
            ))
        }
    };
    let model_type = text("model_type")?.unwrap_or_default();
    let model_template = text("model_template")?;
    let model = match text("dynamics_params")? {
        Some(name) if model_type.starts_with("point_") => components.point_neuron(&name)?,
        _ => Default::default(),
    };
    let count = node_ids.len();
    let mut parameters: BTreeMap<String, Vec<f64>> =
        model.numbers.into_iter().map(|(name, number)| (name, vec![number; count])).collect();
    parameters.extend(
        columns.parameters.into_iter().filter_map(|(name, column)| Some((name, column.numbers(count)?))),
    );
    for name in ["model_type", "model_template"] {
        attributes.remove(name);
    }
    let labels = model.texts;
    Ok(CellGroup {
        node_type_id,
        model_type,
        model_template,
        node_ids,
        parameters,
        labels,
        attributes,
        source,
    })
}

/// The number of each row's node: a permutation of 0 to `size` - 1, which is the order of rows where none is given.
fn read_node_ids(file: &dyn Hdf5File, base: &str, size: usize) -> Result<Vec<u32>> {
    if !file.datasets(base)?.iter().any(|name| name == "node_id") {
        return Ok((0..size as u32).collect());
    }
    let dataset = format!("{base}/node_id");
    let node_ids = file.read_u32(&dataset)?;
    file.check_length(&dataset, node_ids.len(), "node_type_id", size)?;
    let mut seen = vec![false; size];
    for (row, id) in node_ids.iter().enumerate() {
        let fresh = seen.get_mut(*id as usize).is_some_and(|seen| !std::mem::replace(seen, true));
        if !fresh {
            let remedy = format!("the {size} nodes have the numbers 0 to {}, each once", size - 1);
            return Err(file.unfit(&dataset, &format!("row {row} is {id}"), &remedy));
        }
    }
    Ok(node_ids)
}

/// Where each node or edge has its own attributes.
pub(crate) struct Rows {
    /// The HDF5 group of each element, `[element]`.
    pub(crate) group: Vec<i64>,
    /// The element's place in its group, `[element]`.
    pub(crate) index: Vec<usize>,
    /// The columns of each group.
    pub(crate) columns: BTreeMap<i64, ColumnGroup>,
}

impl Rows {
    /// Reads `<kind>_group_id` and `<kind>_group_index`; without them all elements are in group 0, in order.
    pub(crate) fn read(file: &dyn Hdf5File, base: &str, kind: &str, size: usize) -> Result<Self> {
        let id_name = format!("{kind}_group_id");
        let (ids, places) = (format!("{base}/{id_name}"), format!("{base}/{kind}_group_index"));
        let (group, index) = match file.datasets(base)?.contains(&id_name) {
            true => {
                (file.read_i64(&ids)?, file.read_u32(&places)?.into_iter().map(|at| at as usize).collect())
            }
            false => (vec![0; size], (0..size).collect::<Vec<_>>()),
        };
        let model = format!("{kind}_type_id");
        file.check_length(&ids, group.len(), &model, size)?;
        file.check_length(&places, index.len(), &model, size)?;
        let mut columns = BTreeMap::new();
        for (row, id) in group.iter().enumerate() {
            if !columns.contains_key(id) {
                columns.insert(*id, ColumnGroup::read(file, &format!("{base}/{id}"))?);
            }
            if let Some(length) = columns[id].length.filter(|length| index[row] >= *length) {
                let remedy = format!("group `{base}/{id}` has {length} rows");
                return Err(file.unfit(&places, &format!("row {row} is {}", index[row]), &remedy));
            }
        }
        Ok(Self { group, index, columns })
    }
}
