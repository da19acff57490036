//! What drives a circuit: replayed spikes and injected currents.

use crate::error::{Result, SonataError, listed};
use crate::node_set::{NodeSets, Selection};
use crate::section::Section;
use crate::spikes::{Spikes, read_spikes};

/// Spikes that cells of one population replay.
#[derive(Clone, Debug, PartialEq)]
pub struct SpikeInput {
    /// The key of the input.
    pub name: String,
    /// The population that replays.
    pub population: String,
    /// Which cell fires, `[spike]`, sorted by time and then by cell.
    pub node_ids: Vec<u32>,
    /// When, `[spike]`.
    pub times_ms: Vec<f64>,
}

/// A current step into cells.
#[derive(Clone, Debug, PartialEq)]
pub struct CurrentClamp {
    /// The key of the input.
    pub name: String,
    /// The cells.
    pub nodes: Vec<Selection>,
    /// In nA for NEURON, in pA for NEST: SONATA leaves the unit to the simulator.
    pub amp: f64,
    /// Start of the step.
    pub delay_ms: f64,
    /// Length of the step.
    pub duration_ms: f64,
}

/// Reads the enabled inputs of a simulation.
pub(crate) fn read_inputs(
    simulation: &Section,
    sets: &NodeSets,
) -> Result<(Vec<SpikeInput>, Vec<CurrentClamp>)> {
    let (mut spikes, mut clamps) = (Vec::new(), Vec::new());
    let entries = simulation.find("inputs").map(|inputs| inputs.entries()).transpose()?.unwrap_or_default();
    for (name, input) in entries.into_iter().filter(|(_, input)| input.enabled()) {
        let kind = input.need("input_type")?;
        match kind.text()? {
            "spikes" => spikes.extend(spike_inputs(name, &input, sets)?),
            "current_clamp" => clamps.push(current_clamp(name, &input, sets)?),
            _ => return Err(kind.unfit("`spikes` and `current_clamp` can be read")),
        }
    }
    Ok((spikes, clamps))
}

fn current_clamp(name: &str, input: &Section, sets: &NodeSets) -> Result<CurrentClamp> {
    let number = |key| input.need(key)?.number();
    Ok(CurrentClamp {
        name: name.to_string(),
        nodes: sets.select(&input.need("node_set")?)?,
        amp: number("amp")?,
        delay_ms: number("delay")?,
        duration_ms: number("duration")?,
    })
}

/// One input for each population of the node set.
fn spike_inputs(name: &str, input: &Section, sets: &NodeSets) -> Result<Vec<SpikeInput>> {
    let node_set = input.need("node_set")?;
    let path = input.need("input_file")?.path()?;
    let trains = read_spikes(&path)?;
    let selections = sets.select(&node_set)?;
    let several = selections.len() > 1;
    let train_of = |selection: &Selection| {
        let found = trains.iter().find(|train| match &train.population {
            Some(population) => *population == selection.population,
            None => !several,
        });
        found.ok_or_else(|| {
            let names = listed(trains.iter().filter_map(|train| train.population.as_ref()));
            let found = format!("no spikes of population `{}`", selection.population);
            let remedy = format!("`{}` selects it; the file has the populations {names}", node_set.key);
            SonataError::new(&path, "", found, remedy)
        })
    };
    selections.iter().map(|selection| Ok(replay(name, selection, train_of(selection)?))).collect()
}

/// The spikes of the selected nodes, sorted.
fn replay(name: &str, selection: &Selection, train: &Spikes) -> SpikeInput {
    let mut spikes: Vec<(f64, u32)> = train
        .times_ms
        .iter()
        .copied()
        .zip(train.node_ids.iter().copied())
        .filter(|(_, id)| selection.node_ids.binary_search(id).is_ok())
        .collect();
    spikes.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (times_ms, node_ids) = spikes.into_iter().unzip();
    SpikeInput { name: name.to_string(), population: selection.population.clone(), node_ids, times_ms }
}
