//! Desk: a folder of its own with the data files of small scenarios, gone when dropped.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use tables::Table;

/// From, to, weight in mV, delay in ms.
pub type Synapse = (u32, u32, f64, f64);

/// Neurons of the source.
pub const SOURCES: usize = 3;
/// Neurons that receive; two shards where two threads share them.
pub const CELLS: usize = 100;
/// The step, in ms.
pub const DT: f64 = 0.1;

/// Synapses so strong that each spike causes one; never two on one neuron in one step. Neither sorted nor without gaps.
pub const SYNAPSES: &[Synapse] = &[
    (2, 3, 120.0, 3.0),
    (0, 0, 100.0, 0.1),
    (0, 99, 100.0, 1.5),
    (0, 2, 110.0, 7.3),
    (1, 2, 100.0, 0.2),
    (1, 64, 100.0, 0.2),
    (1, 0, 100.0, 12.0),
];

/// Neuron and time in ms of the source's spikes.
pub const INPUT: &[(u32, f64)] = &[(0, 1.0), (1, 2.0), (2, 3.0), (0, 3.0)];

/// Neurons of a recurrent population, more than one shard takes.
pub const RECURRENT: usize = 100;

/// The folder.
pub struct Desk {
    /// Where it is.
    pub path: PathBuf,
}

impl Desk {
    /// An empty folder but for the source's spikes.
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("synfire_connections_{}_{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a temporary folder");
        let desk = Self { path };
        let (neurons, times): (Vec<u32>, Vec<f64>) = INPUT.iter().copied().unzip();
        let table = Table::new().with("neuron", neurons).and_then(|t| t.with("time_ms", times));
        desk.write("input.csv", &table.expect("columns of one length"));
        desk
    }

    /// Writes a table, and gives the bytes of its file.
    pub fn write(&self, file: &str, table: &Table) -> Vec<u8> {
        tables::write(&self.path.join(file), table).unwrap_or_else(|e| panic!("{e}"));
        fs::read(self.path.join(file)).expect("it was just written")
    }

    /// Writes a file.
    pub fn write_bytes(&self, file: &str, bytes: &[u8]) {
        fs::write(self.path.join(file), bytes).expect("the folder is ours");
    }

    /// A source whose spikes go to neurons through the synapses in `file`.
    pub fn scenario(&self, file: &str) -> String {
        format!(
            r#"
[scenario]
title  = "synapses from a table"
source = "this project"
format = 1

[run]
duration = "20 ms"
dt = "0.1 ms"
seed = 1

[population.source]
size   = {SOURCES}
neuron = "spike_times"
params = {{ file = "input.csv" }}

[population.cells]
size   = {CELLS}
neuron = "lif"
params = {{ t_ref = "0 ms" }}

[[projection]]
from    = "source"
to      = "cells"
synapse = "delta"
connect = {{ table = {{ file = "{file}" }} }}
"#
        )
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Synapses as a table.
pub fn listed(synapses: &[Synapse]) -> Table {
    let column = |of: fn(&Synapse) -> f64| synapses.iter().map(of).collect::<Vec<f64>>();
    let ids = |of: fn(&Synapse) -> u32| synapses.iter().map(of).collect::<Vec<u32>>();
    let table = Table::new().with("pre", ids(|s| s.0)).and_then(|t| t.with("post", ids(|s| s.1)));
    let table = table.and_then(|t| t.with("weight", column(|s| s.2)));
    table.and_then(|t| t.with("delay_ms", column(|s| s.3))).expect("columns of one length")
}

/// A population connected to itself.
pub fn recurrent(connect: &str, weight: &str, precision: &str, threads: usize) -> String {
    format!(
        r#"
[scenario]
title  = "one operator"
source = "this project"
format = 1

[run]
duration  = "1 ms"
seed      = 1
precision = "{precision}"
threads   = {threads}

[population.cells]
size   = {RECURRENT}
neuron = "lif"

[[projection]]
from    = "cells"
to      = "cells"
synapse = "delta"
connect = {connect}
weight  = {weight}
delay   = "0.1 ms"
"#
    )
}
