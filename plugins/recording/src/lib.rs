//! What a run leaves behind: a folder with its spikes and traces as tables, and `run.json` that says what was run and how it went.
//!
//! ```text
//! out/<scenario>/
//!   run.json          scenario, seed, machine, timing, populations, expectations: see [`Run`]
//!   spikes.parquet    time_ms, population, neuron                    pandas.read_parquet("spikes.parquet")
//!   traces.parquet    time_ms, population, neuron, variable, value
//!   report.html       made by the crate `report`
//!   <scenario>.toml   a copy
//! ```
//!
//! While a run goes on its data stream to `spikes.spool` and `traces.spool`, which only ever grow; whatever ends the run, a prefix
//! of them is readable, and [`recover`] makes tables of it. A disk that is full ends the recording with an error that says how
//! much was kept ([`RecordError::Stopped`]); it is never passed over. A folder that holds anything but a run is never touched.
//!
//! ```
//! use recording::{Cells, Population, Run, RunFolder, Status, Window};
//! # fn main() -> Result<(), recording::RecordError> {
//! # let path = std::env::temp_dir().join(format!("recording_{}", std::process::id()));
//! let folder = RunFolder::create(&path, false)?;
//! let excitatory = Population { name: "excitatory".into(), size: 100, ..Population::default() };
//! let mut run = Run { dt_ms: 0.1, populations: vec![excitatory], ..Run::default() };
//! run.write(folder.path())?;
//! let mut spikes = folder.spikes(0.1, &[Cells { name: "excitatory".into(), size: 100 }])?;
//! spikes.append(3, 0, &[7, 42])?;
//! spikes.close()?;
//! folder.make_tables(tables::Format::Parquet)?;
//! run.tally(folder.path(), Window { after_ms: 0.0, until_ms: 1000.0, bin_ms: 1.0 })?;
//! assert_eq!(run.populations[0].rate_hz, 0.02);
//! run.status = Status::Finished;
//! run.write(folder.path())?;
//! # std::fs::remove_dir_all(path).expect("the folder was just made");
//! # Ok(())
//! # }
//! ```

mod behaviour;
mod correlation;
mod error;
mod folder;
mod hash;
mod machine;
mod read;
mod run;
mod spikes;
mod spool;
mod statistics;
mod sweep;
mod systems;
mod traces;
mod training;

pub use behaviour::{Account, Behaviour, Bout, Film, Moment, Pace};
pub use correlation::Correlation;
pub use error::RecordError;
pub use folder::{Kept, RunFolder, Tables, recover};
pub use hash::sha256;
pub use machine::{Machine, peak_rss_bytes};
pub use read::{Sample, each_sample, each_spike};
pub use run::{Expectation, Population, Run, Scenario, Status, Traced};
pub use spikes::{Cells, SpikeSpool};
pub use statistics::{FEWEST_INTERVALS, Firing, Histogram, Tally, Window};
pub use sweep::{Sweep, SweptAxis};
pub use systems::{RecordingPlugin, Sampling, SpikeRecorder, TraceRecorder};
pub use traces::{Precision, Samples, TraceSpool};
pub use training::{Agreement, Course, Epoch, Followed, Line, Shown, Training};
