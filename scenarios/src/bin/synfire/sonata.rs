//! `synfire run config.json`: a SONATA simulation.

use recording::{Population, RunFolder};
use scenarios::circuit::{DT, assemble_circuit};
use sonata::Circuit;

use crate::arguments::Run as Arguments;
use crate::run::{advance, folder, here};
use crate::{console, exit, finish};

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<u8, u8> {
    let wrong = |error: String| {
        console::err(&format!("error: {error}\n"));
        exit::WRONG
    };
    let changes = &arguments.changes;
    if !changes.set.is_empty() || changes.seed.is_some() || changes.duration.is_some() {
        return Err(wrong(
            "a SONATA simulation is changed in its own files; only `--threads` applies to it".into(),
        ));
    }
    let circuit = Circuit::read(&arguments.scenario).map_err(|e| wrong(e.to_string()))?;
    let name = arguments
        .scenario
        .canonicalize()
        .ok()
        .and_then(|p| Some(p.parent()?.file_name()?.to_string_lossy().into_owned()));
    let name = name.unwrap_or_else(|| "sonata".into());
    let folder: RunFolder = folder(arguments, &name)?;
    let mut simulation =
        assemble_circuit(&circuit, changes.threads.unwrap_or(0), Some(&folder)).map_err(wrong)?;
    let mut record = here();
    record.scenario.title = format!("SONATA circuit {name}");
    record.scenario.file = arguments.scenario.display().to_string();
    record.scenario.source = "SONATA: Dai et al. (2020), doi:10.1371/journal.pcbi.1007696".into();
    record.dt_ms = DT;
    record.build_s = simulation.build_s;
    record.threads = simulation.threads as u32;
    record.synapses = simulation.synapses();
    record.populations = circuit
        .populations
        .iter()
        .filter(|p| !p.is_virtual())
        .map(|p| Population {
            name: p.name.clone(),
            model: "intfire1".into(),
            size: p.size as u64,
            recorded: Some(p.size as u64),
            ..Population::default()
        })
        .collect();
    if !arguments.quiet {
        console::out(&format!(
            "{} cells, {} edges, steps of {DT} ms in double precision\n",
            circuit.populations.iter().map(|p| p.size).sum::<usize>(),
            record.synapses
        ));
    }
    let steps = (circuit.run.tstop_ms / DT).round() as u64;
    let ended = advance(&mut simulation, steps, DT, arguments.quiet);
    let wanted = finish::Wanted {
        format: tables::Format::Parquet,
        weights: false,
        report: !arguments.no_report,
        quiet: arguments.quiet,
    };
    Ok(finish::finish(&folder, record, &mut simulation, ended, None, &wanted))
}
