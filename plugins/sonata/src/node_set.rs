//! Named sets of nodes: by population, by number, by attribute, or a list of other sets.

use crate::column::Value;
use crate::error::{Result, SonataError, listed};
use crate::nodes::{CellGroup, Population};
use crate::section::{Document, Section};
use serde_json::Value as Json;

/// Keys that filter by number.
const IDS: [&str; 4] = ["node_id", "node_ids", "gids", "gid"];

/// Nodes of one population.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// The population.
    pub population: String,
    /// Its nodes, ascending.
    pub node_ids: Vec<u32>,
}

/// The sets of a circuit, with the populations that they select from.
pub(crate) struct NodeSets<'a> {
    /// `node_sets_file`, where the configuration names one.
    pub(crate) sets: Option<&'a Document>,
    pub(crate) populations: &'a [Population],
}

impl NodeSets<'_> {
    /// The nodes that a `node_set` or `cells` key selects: the name of a set, of a population, `all`, or a set itself.
    ///
    /// # Errors
    /// Names the key and the known sets, or says that the set is empty.
    pub(crate) fn select(&self, wanted: &Section) -> Result<Vec<Selection>> {
        let mut chosen: Vec<Vec<bool>> =
            self.populations.iter().map(|population| vec![false; population.size]).collect();
        self.mark(wanted, &mut chosen, 0)?;
        let selections = self.populations.iter().zip(chosen).map(|(population, chosen)| Selection {
            population: population.name.clone(),
            node_ids: (0..).zip(chosen).filter_map(|(id, chosen)| chosen.then_some(id)).collect(),
        });
        let selections: Vec<Selection> = selections.filter(|one| !one.node_ids.is_empty()).collect();
        match selections.is_empty() {
            true => Err(wanted.unfit(format!("it selects no node; the populations are {}", self.names()))),
            false => Ok(selections),
        }
    }

    fn mark(&self, wanted: &Section, chosen: &mut [Vec<bool>], depth: usize) -> Result<()> {
        if depth > 16 {
            return Err(wanted.unfit("node sets must not contain themselves"));
        }
        match wanted.value {
            Json::String(name) => self.mark_named(name, wanted, chosen, depth),
            Json::Array(elements) if elements.iter().all(Json::is_string) => {
                wanted.elements()?.iter().try_for_each(|set| self.mark(set, chosen, depth + 1))
            }
            Json::Array(_) => {
                let filters = [("node_id", wanted.clone())];
                self.mark_filtered(&filters, chosen);
                Ok(())
            }
            Json::Object(_) => {
                let filters = wanted.entries()?;
                for (name, filter) in &filters {
                    if filter.value.is_object() || filter.value.is_null() {
                        return Err(filter.unfit(format!("`{name}` must be one value or a list of values")));
                    }
                }
                self.mark_filtered(&filters, chosen);
                Ok(())
            }
            _ => {
                Err(wanted
                    .unfit("a node set is a name, a list of names or of numbers, or an object of filters"))
            }
        }
    }

    fn mark_named(&self, name: &str, wanted: &Section, chosen: &mut [Vec<bool>], depth: usize) -> Result<()> {
        if let Some(set) = self.sets.and_then(|sets| sets.root().find(name)) {
            return self.mark(&set, chosen, depth + 1);
        }
        if let Some(at) = self.populations.iter().position(|population| population.name == name) {
            chosen[at].fill(true);
            return Ok(());
        }
        if name == "all" {
            chosen.iter_mut().for_each(|chosen| chosen.fill(true));
            return Ok(());
        }
        let sets = self.sets.map(|sets| sets.root().entries()).transpose()?.unwrap_or_default();
        let sets = listed(sets.iter().map(|(name, _)| name));
        let remedy = format!("the node sets are {sets}, the populations {}, or `all`", self.names());
        Err(SonataError::new(
            wanted.file,
            format!("key `{}`", wanted.key),
            format!("no node set `{name}`"),
            remedy,
        ))
    }

    fn mark_filtered(&self, filters: &[(&str, Section)], chosen: &mut [Vec<bool>]) {
        for (population, chosen) in self.populations.iter().zip(chosen) {
            for group in &population.groups {
                for (cell, id) in group.node_ids.iter().enumerate() {
                    let fits = |(name, filter): &(&str, Section)| {
                        any(filter.value, |value| fits(population, group, cell, (name, value)))
                    };
                    chosen[*id as usize] |= filters.iter().all(fits);
                }
            }
        }
    }

    fn names(&self) -> String {
        listed(self.populations.iter().map(|population| &population.name))
    }
}

/// True where one of the values, or the only one, passes.
fn any(filter: &Json, test: impl Fn(&Json) -> bool) -> bool {
    match filter {
        Json::Array(values) => values.iter().any(test),
        value => test(value),
    }
}

/// True where a cell has the value.
fn fits(population: &Population, group: &CellGroup, cell: usize, (name, wanted): (&str, &Json)) -> bool {
    let same = |text: &str| wanted.as_str() == Some(text);
    match name {
        "population" => same(&population.name),
        "model_type" => same(&group.model_type),
        "model_template" => group.model_template.as_deref().is_some_and(same),
        "node_type_id" => wanted.as_i64() == Some(group.node_type_id),
        name if IDS.contains(&name) => wanted.as_u64() == Some(u64::from(group.node_ids[cell])),
        name => match group.attributes.get(name).map(|column| column.value(cell)) {
            Some(Value::Text(text)) => same(&text),
            Some(Value::Number(number)) => wanted.as_f64() == Some(number),
            None => false,
        },
    }
}
