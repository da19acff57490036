//! How long to simulate, and what to write down.

use crate::error::Result;
use crate::node_set::{NodeSets, Selection};
use crate::section::Section;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The section `run`.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// End of the simulation.
    pub tstop_ms: f64,
    /// Time step.
    pub dt_ms: f64,
    /// The simulator that the circuit was written for, such as `NEURON` or `NEST`.
    pub target_simulator: Option<String>,
    /// Numbers of the section `conditions`, such as `celsius` and `v_init`.
    pub conditions: BTreeMap<String, f64>,
}

/// The section `output`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// Where everything goes.
    pub output_dir: Option<PathBuf>,
    /// The spike file, relative to `output_dir`.
    pub spikes_file: Option<String>,
    /// `time`, `gid` or `none`.
    pub spikes_sort_order: Option<String>,
    /// The log, relative to `output_dir`.
    pub log_file: Option<String>,
}

/// One enabled entry of the section `reports`.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The key of the report.
    pub name: String,
    /// The cells.
    pub cells: Vec<Selection>,
    /// The recorded variable, under its name in the simulator.
    pub variable_name: String,
    /// What records, such as `membrane_report`.
    pub module: Option<String>,
    /// Where on the cell, such as `soma`.
    pub sections: Option<String>,
}

impl Run {
    pub(crate) fn read(simulation: &Section, circuit: &Section) -> Result<Self> {
        let run = simulation.need("run")?;
        let simulator = simulation.find("target_simulator").or_else(|| circuit.find("target_simulator"));
        let conditions = simulation.find("conditions").map(|section| section.entries()).transpose()?;
        let numbers = conditions.unwrap_or_default().into_iter();
        Ok(Self {
            tstop_ms: run.need("tstop")?.number()?,
            dt_ms: run.need("dt")?.number()?,
            target_simulator: simulator.map(|name| name.text()).transpose()?.map(str::to_string),
            conditions: numbers
                .filter_map(|(name, section)| Some((name.to_string(), section.value.as_f64()?)))
                .collect(),
        })
    }
}

impl Output {
    pub(crate) fn read(simulation: &Section) -> Result<Self> {
        let Some(output) = simulation.find("output") else { return Ok(Self::default()) };
        Ok(Self {
            output_dir: output.find("output_dir").map(|folder| folder.path()).transpose()?,
            spikes_file: text(&output, "spikes_file")?,
            spikes_sort_order: text(&output, "spikes_sort_order")?,
            log_file: text(&output, "log_file")?,
        })
    }
}

impl Report {
    pub(crate) fn read_all(simulation: &Section, sets: &NodeSets) -> Result<Vec<Self>> {
        let entries = simulation.find("reports").map(|reports| reports.entries()).transpose()?;
        let enabled = entries.unwrap_or_default().into_iter().filter(|(_, report)| report.enabled());
        enabled.map(|(name, report)| Self::read(name, &report, sets)).collect()
    }

    fn read(name: &str, report: &Section, sets: &NodeSets) -> Result<Self> {
        Ok(Self {
            name: name.to_string(),
            cells: sets.select(&report.need("cells")?)?,
            variable_name: report.need("variable_name")?.text()?.to_string(),
            module: text(report, "module")?,
            sections: text(report, "sections")?,
        })
    }
}

fn text(section: &Section, name: &str) -> Result<Option<String>> {
    Ok(section.find(name).map(|value| value.text()).transpose()?.map(str::to_string))
}
