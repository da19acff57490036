//! The folder of a run: made without harming anything that was there, and turned into tables in the end.

use crate::run::{self, Run, Status, Traced};
use crate::spikes::{self, Cells, SpikeReader, SpikeSpool};
use crate::traces::{self, Precision, TraceReader, TraceSpool};
use crate::{Population, RecordError, Window, spool};
use std::fs;
use std::path::{Path, PathBuf};
use tables::{Format, Kind, Writer};

/// Files that a run writes under names of its own; only these, and those that `run.json` lists, are ever removed.
const OWN: [&str; 12] = [
    run::FILE,
    spikes::SPOOL,
    traces::SPOOL,
    "spikes.parquet",
    "spikes.npz",
    "traces.parquet",
    "traces.npz",
    "weights.parquet",
    "weights.npz",
    "weight_samples.parquet",
    "weight_samples.npz",
    "report.html",
];

/// The folder that a run writes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
}

/// What became of the spools.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    /// The table of spikes, where spikes were recorded.
    pub spikes: Option<Kept>,
    /// The table of traces, where state variables were recorded.
    pub traces: Option<Kept>,
}

/// A table that was made from a spool.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its name in the folder.
    pub file: String,
    /// Its rows.
    pub rows: u64,
    /// The time of its last row, in ms.
    pub last_ms: f64,
    /// Bytes at the end of the spool that were no whole record.
    pub dropped_bytes: u64,
}

impl RunFolder {
    /// Makes the folder. One that holds a run is emptied of that run's files if `overwrite` is given, and refused otherwise; one
    /// that holds anything else is always refused.
    ///
    /// # Errors
    /// The folder is refused, or the disk refuses.
    pub fn create(path: &Path, overwrite: bool) -> Result<Self, RecordError> {
        let folder = Self { path: path.to_path_buf() };
        if path.exists() {
            folder.make_room(overwrite)?;
        }
        fs::create_dir_all(path).map_err(RecordError::io(path, "create the folder"))?;
        Ok(folder)
    }

    /// The folder of a run that was.
    ///
    /// # Errors
    /// The folder holds no run.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        match OWN.iter().any(|name| path.join(name).exists()) {
            true => Ok(Self { path: path.to_path_buf() }),
            false => Err(RecordError::NoRun(path.to_path_buf())),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn make_room(&self, overwrite: bool) -> Result<(), RecordError> {
        let foreign = |found: String| RecordError::Foreign(self.path.clone(), found);
        if !self.path.is_dir() {
            return Err(foreign("it is a file".into()));
        }
        let entries = fs::read_dir(&self.path).map_err(RecordError::io(&self.path, "list the folder"))?;
        let names: Vec<String> =
            entries.filter_map(|e| Some(e.ok()?.file_name().to_string_lossy().into_owned())).collect();
        let Some(first) = names.first() else { return Ok(()) };
        if !OWN[..3].iter().any(|own| names.iter().any(|name| name == own)) {
            return Err(foreign(format!("it holds `{first}` and no `{}`", run::FILE)));
        }
        if !overwrite {
            return Err(RecordError::Occupied(self.path.clone()));
        }
        self.refuse_busy()?;
        // A `run.json` that cannot be read lists nothing: what it may have listed is then left alone.
        let listed = Run::read(&self.path).map(|run| run.files).unwrap_or_default();
        let plain = |name: &String| Path::new(name).components().count() == 1 && !name.starts_with('.');
        let listed = listed.into_iter().filter(plain);
        for name in OWN.iter().map(|name| (*name).to_owned()).chain(listed) {
            let file = self.path.join(name);
            if file.is_file() {
                fs::remove_file(&file).map_err(RecordError::io(&file, "remove the old file"))?;
            }
        }
        Ok(())
    }

    fn refuse_busy(&self) -> Result<(), RecordError> {
        match [spikes::SPOOL, traces::SPOOL].iter().any(|name| spool::is_busy(&self.path.join(name))) {
            true => Err(RecordError::Busy(self.path.clone())),
            false => Ok(()),
        }
    }

    /// Keeps a copy of the scenario, and gives its name in the folder.
    ///
    /// # Errors
    /// The disk refuses, or the name is one that the run itself uses.
    pub fn copy_scenario(&self, file: &Path, content: &[u8]) -> Result<String, RecordError> {
        let name = file.file_name().map_or("scenario.toml".into(), |n| n.to_string_lossy().into_owned());
        let name = if OWN.contains(&name.as_str()) { format!("scenario_{name}") } else { name };
        tables::file::replace(&self.path.join(&name), content)?;
        Ok(name)
    }

    /// Begins to record spikes.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn spikes(&self, dt_ms: f64, populations: &[Cells]) -> Result<SpikeSpool, RecordError> {
        SpikeSpool::create(&self.path.join(spikes::SPOOL), dt_ms, populations)
    }

    /// Begins to record state variables.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn traces(
        &self,
        dt_ms: f64,
        precision: Precision,
        recordings: &[Traced],
    ) -> Result<TraceSpool, RecordError> {
        TraceSpool::create(&self.path.join(traces::SPOOL), dt_ms, precision, recordings)
    }

    /// Turns the spools, which must be closed, into tables. A table appears whole or not at all, and its spool goes only then.
    ///
    /// # Errors
    /// A spool is still being written, or the disk refuses; the spool is then as it was, and this can be called again.
    pub fn make_tables(&self, format: Format) -> Result<Tables, RecordError> {
        self.refuse_busy()?;
        let mut made = Tables::default();
        let spool = self.path.join(spikes::SPOOL);
        if spool.exists() {
            let mut reader = SpikeReader::open(&spool)?;
            let (file, mut writer) = self.table("spikes", format, &spikes::COLUMNS)?;
            let last_ms = spikes::convert(&mut reader, writer.as_mut())?;
            made.spikes =
                Some(Kept { file, rows: writer.finish()?, last_ms, dropped_bytes: reader.dropped() });
            fs::remove_file(&spool).map_err(RecordError::io(&spool, "remove the spool"))?;
        }
        let spool = self.path.join(traces::SPOOL);
        if spool.exists() {
            let mut reader = TraceReader::open(&spool)?;
            let (file, mut writer) = self.table("traces", format, &traces::COLUMNS)?;
            let last_ms = traces::convert(&mut reader, writer.as_mut())?;
            made.traces =
                Some(Kept { file, rows: writer.finish()?, last_ms, dropped_bytes: reader.dropped() });
            fs::remove_file(&spool).map_err(RecordError::io(&spool, "remove the spool"))?;
        }
        Ok(made)
    }

    /// Begins a table of weights, and gives its name in the folder.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn weights(
        &self,
        format: Format,
        columns: &[(&str, Kind)],
    ) -> Result<(String, Box<dyn Writer>), RecordError> {
        self.table("weights", format, columns)
    }

    /// Begins a table of weights at several times, and gives its name in the folder.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn weight_samples(
        &self,
        format: Format,
        columns: &[(&str, Kind)],
    ) -> Result<(String, Box<dyn Writer>), RecordError> {
        self.table("weight_samples", format, columns)
    }

    fn table(
        &self,
        name: &str,
        format: Format,
        columns: &[(&str, Kind)],
    ) -> Result<(String, Box<dyn Writer>), RecordError> {
        let file = format!("{name}.{}", format.extension());
        let writer = tables::create(&self.path.join(&file), columns)?;
        Ok((file, writer))
    }
}

/// Makes the tables of a run that was killed, from what its spools kept, and says in `run.json` that it was interrupted.
///
/// # Errors
/// The folder holds no run, the run is still going, or the disk refuses.
pub fn recover(path: &Path, format: Format) -> Result<Tables, RecordError> {
    let folder = RunFolder::open(path)?;
    folder.refuse_busy()?;
    let mut run = match Run::read(path) {
        Err(RecordError::NoRun(_)) => Run::default(),
        run => run?,
    };
    let spool = path.join(spikes::SPOOL);
    let mut last_ms = run.biological_s * 1e3;
    if spool.exists() {
        let mut reader = SpikeReader::open(&spool)?;
        if run.populations.is_empty() {
            run.dt_ms = reader.dt_ms;
            let named =
                |p: &Cells| Population { name: p.name.clone(), size: p.size.into(), ..Population::default() };
            run.populations = reader.populations.iter().map(named).collect();
        }
        let mut neurons = Vec::new();
        while let Some((time_ms, _)) = reader.next(&mut neurons)? {
            last_ms = last_ms.max(time_ms);
        }
    }
    let made = folder.make_tables(format)?;
    if run.status == Status::Running {
        run.status = Status::Interrupted;
        run.biological_s = made.traces.iter().map(|kept| kept.last_ms).fold(last_ms, f64::max) / 1e3;
        run.tally(path, Window::of_run(run.after_ms, last_ms))?;
    }
    for kept in made
        .spikes
        .iter()
        .chain(&made.traces)
        .filter(|kept| !run.files.contains(&kept.file))
        .collect::<Vec<_>>()
    {
        run.files.push(kept.file.clone());
    }
    run.write(path)?;
    Ok(made)
}
