//! Library: a file becomes models that can be registered.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ecs_core::model::{NeuronModel, PlasticityModel, ShortTermModel, SynapseModel};
use ecs_core::network::ConnectorModel;

use crate::channel::{ChannelModel, channel};
use crate::connector::connector;
use crate::error::{LoadError, Reason};
use crate::failure::{Caller, Failures};
use crate::file::examine;
use crate::neuron::neuron;
use crate::open::{open, tables};
use crate::read::{distinct, list, text};
use crate::rule::{plasticity, short_term};
use crate::synapse::synapse;
use crate::system::{SystemModel, system};

/// A library that was loaded. What it holds stays for the life of the program.
#[derive(Clone)]
pub struct Library {
    /// The file, without links and dots.
    pub path: PathBuf,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// Name of the plugin.
    pub name: &'static str,
    /// Version of the plugin.
    pub version: &'static str,
    /// Its neuron models.
    pub neurons: Vec<&'static NeuronModel>,
    /// Its synaptic dynamics.
    pub synapses: Vec<&'static SynapseModel>,
    /// Its ion channels.
    pub channels: Vec<&'static ChannelModel>,
    /// Its connectivity rules.
    pub connectors: Vec<&'static ConnectorModel>,
    /// Its systems.
    pub systems: Vec<&'static SystemModel>,
    /// Its rules of short-term plasticity.
    pub short_terms: Vec<&'static ShortTermModel>,
    /// Its rules of long-term plasticity.
    pub plasticities: Vec<&'static PlasticityModel>,
    /// What failed while a network ran.
    pub failures: Arc<Failures>,
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} of {}", self.name, self.version, self.path.display())
    }
}

/// Where models come from while they are read.
pub(crate) struct Source {
    /// "library `/path/x.so`".
    pub origin: &'static str,
    failures: Arc<Failures>,
}

impl Source {
    /// Who is to blame for what `place` does.
    pub fn caller(&self, place: &str) -> Arc<Caller> {
        Arc::new(Caller { name: format!("{}: {place}", self.origin), failures: Arc::clone(&self.failures) })
    }
}

/// Loads the library at `path`, which must contain a folder. Where a SHA-256 is stated, the file must have it.
///
/// # Errors
/// A [`LoadError`] that says where, what was found, what is allowed and what to do.
pub fn load(path: &Path, sha256: Option<&str>) -> Result<Library, LoadError> {
    read(path, sha256).map_err(|reason| LoadError { path: path.to_owned(), reason })
}

/// The SHA-256 of the library at `path`, which is not loaded.
///
/// # Errors
/// As [`load`], as far as the file itself goes.
pub fn sha256_of(path: &Path) -> Result<String, LoadError> {
    examine(path, None).map(|file| file.sha256).map_err(|reason| LoadError { path: path.to_owned(), reason })
}

fn read(path: &Path, sha256: Option<&str>) -> Result<Library, Reason> {
    let file = examine(path, sha256)?;
    let descriptor = open(&file.path)?;
    let name = text("descriptor", "name", descriptor.name)?;
    let version = text("descriptor", "version", descriptor.version)?;
    let tables = tables(descriptor)?;
    let origin: &str = format!("library `{}`", file.path.display()).leak();
    let source = Source { origin, failures: Arc::default() };
    let library = Library {
        neurons: all("neurons", (tables.neurons, tables.neuron_count), |row, k| neuron(&source, row, k))?,
        synapses: all("synapses", (tables.synapses, tables.synapse_count), |row, k| {
            synapse(&source, row, k)
        })?,
        channels: all("channels", (tables.channels, tables.channel_count), channel)?,
        connectors: all("connectors", (tables.connectors, tables.connector_count), |row, k| {
            connector(&source, row, k)
        })?,
        systems: all("systems", (tables.systems, tables.system_count), |row, k| system(&source, row, k))?,
        short_terms: all("short_terms", (tables.short_terms, tables.short_term_count), |row, k| {
            short_term(&source, row, k)
        })?,
        plasticities: all("plasticities", (tables.plasticities, tables.plasticity_count), |row, k| {
            plasticity(&source, row, k)
        })?,
        path: file.path,
        sha256: file.sha256,
        name,
        version,
        failures: source.failures,
    };
    library.distinct()?;
    Ok(library)
}

/// The models of a table.
fn all<T: 'static, M: 'static>(
    what: &str,
    (data, count): (*const T, usize),
    mut one: impl FnMut(&'static T, usize) -> Result<&'static M, Reason>,
) -> Result<Vec<&'static M>, Reason> {
    list("tables", what, data, count)?.iter().enumerate().map(|(k, row)| one(row, k)).collect()
}

impl Library {
    fn distinct(&self) -> Result<(), Reason> {
        let check = |what: &str, names: &[&str]| distinct("tables", what, names.iter().copied());
        check("neurons", &self.neurons.iter().map(|m| m.entry.name).collect::<Vec<_>>())?;
        check("synapses", &self.synapses.iter().map(|m| m.entry.name).collect::<Vec<_>>())?;
        check("channels", &self.channels.iter().map(|m| m.name).collect::<Vec<_>>())?;
        check("connectors", &self.connectors.iter().map(|m| m.entry.name).collect::<Vec<_>>())?;
        check("systems", &self.systems.iter().map(|m| m.name).collect::<Vec<_>>())?;
        check("short_terms", &self.short_terms.iter().map(|m| m.entry.name).collect::<Vec<_>>())?;
        check("plasticities", &self.plasticities.iter().map(|m| m.entry.name).collect::<Vec<_>>())
    }
}
