//! Circuits: `synfire run config.json` runs a SONATA simulation.

use std::env;
use std::path::{Path, PathBuf};

use recording::Status;

use crate::{Desk, SMALL, run_of, times_of};

/// What the README of the shared data counts.
const REFERENCE: usize = 4_322;

#[test]
fn a_circuit_runs_and_leaves_as_many_spikes_as_published() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let data = env::var_os("SYNFIRE_DATA").map_or(beside, PathBuf::from);
    let config = data.join("sonata_examples/300_intfire/config.json");
    if !config.exists() {
        println!("skipped: no file {}", config.display());
        return;
    }
    let desk = Desk::with(SMALL);
    let config = config.display().to_string();
    let refused = desk.call(&["run", &config, "--seed", "2"]).expect(2);
    assert!(refused.err.contains("--threads"), "{}", refused.err);
    desk.call(&["run", &config, "--out", "there", "--threads", "2", "-q"]).expect(0);
    let run = run_of(&desk.file("there"));
    assert_eq!((run.status, run.biological_s, run.threads), (Status::Finished, 3.0, 2));
    assert_eq!(times_of(&desk.file("there")).len(), REFERENCE);
    assert!(desk.file("there/report.html").exists());
}
