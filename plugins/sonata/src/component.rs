//! Parameter files of cell models and synapse models.

use crate::error::{Result, SonataError};
use crate::section::{Document, Section};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folders in which parameter files lie, as the circuit's `components` name them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Components {
    /// The configuration that names the folders, for errors.
    pub source: PathBuf,
    /// Where the `dynamics_params` of point neurons lie.
    pub point_neuron_models_dir: Option<PathBuf>,
    /// Where the `dynamics_params` of edges lie.
    pub synaptic_models_dir: Option<PathBuf>,
}

/// The numbers and texts of one parameter file, in the units that the model has in its simulator.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelFile {
    /// Parameters, such as `tau`.
    pub numbers: BTreeMap<String, f64>,
    /// Labels, such as `type`.
    pub texts: BTreeMap<String, String>,
}

impl Components {
    /// The folders that the section `components` of a circuit names.
    pub(crate) fn of(circuit: &Section) -> Result<Self> {
        let folder = |name| {
            let section = circuit.find("components").and_then(|components| components.find(name));
            section.map(|section| section.path()).transpose()
        };
        Ok(Self {
            source: circuit.file.to_path_buf(),
            point_neuron_models_dir: folder("point_neuron_models_dir")?,
            synaptic_models_dir: folder("synaptic_models_dir")?,
        })
    }

    /// Reads `name` from the folder of point neurons.
    pub(crate) fn point_neuron(&self, name: &str) -> Result<ModelFile> {
        self.read(name, &self.point_neuron_models_dir, "components.point_neuron_models_dir")
    }

    /// Reads `name` from the folder of synapses.
    pub(crate) fn synapse(&self, name: &str) -> Result<ModelFile> {
        self.read(name, &self.synaptic_models_dir, "components.synaptic_models_dir")
    }

    fn read(&self, name: &str, folder: &Option<PathBuf>, key: &str) -> Result<ModelFile> {
        let folder = folder.as_ref().ok_or_else(|| {
            let remedy = format!("it must name the folder of `{name}`");
            SonataError::new(&self.source, format!("key `{key}`"), "absent", remedy)
        })?;
        ModelFile::read(&folder.join(name))
    }
}

impl ModelFile {
    /// Reads a JSON object of numbers and texts.
    pub fn read(path: &Path) -> Result<Self> {
        let document = Document::read(path)?;
        let mut model = Self::default();
        for (name, section) in document.root().entries()? {
            if let Some(text) = section.value.as_str() {
                model.texts.insert(name.to_string(), text.to_string());
            } else if let Some(number) = section.value.as_f64() {
                model.numbers.insert(name.to_string(), number);
            } else {
                return Err(section.unfit("parameters are numbers or texts"));
            }
        }
        Ok(model)
    }
}
