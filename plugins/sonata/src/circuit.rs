//! A whole circuit, from its configuration.

use crate::component::Components;
use crate::edges::{Edges, read_edges};
use crate::error::{Result, SonataError, listed};
use crate::input::{CurrentClamp, SpikeInput, read_inputs};
use crate::node_set::NodeSets;
use crate::nodes::{Population, read_nodes};
use crate::section::{Document, Section};
use crate::simulation::{Output, Report, Run};
use std::path::{Path, PathBuf};

/// A network with everything that its simulation needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Circuit {
    /// In the order of the configuration.
    pub populations: Vec<Population>,
    /// In the order of the configuration.
    pub projections: Vec<Edges>,
    /// Replayed spikes, sorted by name.
    pub inputs: Vec<SpikeInput>,
    /// Injected currents, sorted by name.
    pub clamps: Vec<CurrentClamp>,
    /// How long to simulate.
    pub run: Run,
    /// Where to write.
    pub output: Output,
    /// What to record besides spikes.
    pub reports: Vec<Report>,
}

impl Circuit {
    /// Reads the circuit that a configuration names: a `config.json` with the keys `network` and `simulation`, a
    /// simulation configuration with the key `network`, or one file with everything.
    ///
    /// # Errors
    /// Names the file and the key, dataset or line that is absent or does not fit, what is there, and what is allowed.
    pub fn read(config: &Path) -> Result<Self> {
        let document = Document::read(config)?;
        let root = document.root();
        let named = |key| root.find(key).map(|path: Section| path.path()).transpose();
        let network = named("network")?.map(|path| Document::read(&path)).transpose()?;
        let simulation = named("simulation")?.map(|path| Document::read(&path)).transpose()?;
        let simulation = simulation.as_ref().unwrap_or(&document);
        match &network {
            Some(network) => read_circuit(network, simulation),
            None if root.find("networks").is_some() => read_circuit(&document, simulation),
            None => {
                let remedy = "name the circuit's configuration, or give it and its simulation as a pair";
                Err(SonataError::new(config, "key `network`", "absent", remedy))
            }
        }
    }

    /// Reads a circuit configuration together with a simulation configuration that does not name it.
    ///
    /// # Errors
    /// As [`Circuit::read`].
    pub fn read_pair(circuit: &Path, simulation: &Path) -> Result<Self> {
        read_circuit(&Document::read(circuit)?, &Document::read(simulation)?)
    }

    /// The population of this name.
    pub fn population(&self, name: &str) -> Option<&Population> {
        self.populations.iter().find(|population| population.name == name)
    }
}

fn read_circuit(network: &Document, simulation: &Document) -> Result<Circuit> {
    let (circuit, simulation) = (network.root(), simulation.root());
    let components = Components::of(&circuit)?;
    let networks = circuit.need("networks")?;

    let mut populations: Vec<Population> = Vec::new();
    for (section, nodes, types) in files(&networks.need("nodes")?, "nodes_file", "node_types_file")? {
        for population in read_nodes(&nodes, types.as_deref(), &components)? {
            if populations.iter().any(|earlier| earlier.name == population.name) {
                let names = listed(populations.iter().map(|earlier| &earlier.name));
                let remedy = format!("populations differ in name; before it came {names}");
                return Err(section.unfit(remedy));
            }
            populations.push(population);
        }
    }
    let mut projections = Vec::new();
    if let Some(edges) = networks.find("edges") {
        for (_, edges, types) in files(&edges, "edges_file", "edge_types_file")? {
            projections.extend(read_edges(&edges, types.as_deref(), &components)?);
        }
    }
    projections.iter().try_for_each(|edges| edges.check_ends(&populations))?;

    let sets = simulation.find("node_sets_file").or_else(|| circuit.find("node_sets_file"));
    let sets = sets.map(|path| Document::read(&path.path()?)).transpose()?;
    let sets = NodeSets { sets: sets.as_ref(), populations: &populations };
    let (inputs, clamps) = read_inputs(&simulation, &sets)?;
    let reports = Report::read_all(&simulation, &sets)?;
    let run = Run::read(&simulation, &circuit)?;
    let output = Output::read(&simulation)?;
    Ok(Circuit { populations, projections, inputs, clamps, run, output, reports })
}

/// The data file and the types file of each enabled entry of `networks.nodes` or `networks.edges`.
fn files<'a>(
    list: &Section<'a>,
    data: &str,
    types: &str,
) -> Result<Vec<(Section<'a>, PathBuf, Option<PathBuf>)>> {
    let read = |entry: Section<'a>| {
        let types = entry.find(types).map(|path| path.path()).transpose()?;
        let data = entry.need(data)?.path()?;
        Ok((entry, data, types))
    };
    list.elements()?.into_iter().filter(Section::enabled).map(read).collect()
}
