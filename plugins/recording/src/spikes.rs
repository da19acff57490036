//! Spikes on their way to a table.
//!
//! A record: step `u64`, population `u16`, count `u32`, then `count` neurons as `u32`.

use crate::RecordError;
use crate::spool::{Spool, SpoolReader, time_ms};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;
use tables::{Column, Kind, Table, Text, Writer};

pub(crate) const SPOOL: &str = "spikes.spool";
const MAGIC: &[u8; 8] = b"SYNFSPK1";
/// Rows that are handed to the table at once.
const ROWS: usize = 1 << 16;

/// A population, as a spool of spikes names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cells {
    /// Its name.
    pub name: String,
    /// Its neurons.
    pub size: u32,
}

#[derive(Serialize, Deserialize)]
struct Header {
    dt_ms: f64,
    populations: Vec<Cells>,
}

/// Takes the spikes of a running simulation, in flat memory and without allocating.
pub struct SpikeSpool {
    spool: Spool,
}

impl SpikeSpool {
    pub(crate) fn create(path: &Path, dt_ms: f64, populations: &[Cells]) -> Result<Self, RecordError> {
        let header = Header { dt_ms, populations: populations.to_vec() };
        Ok(Self { spool: Spool::create(path, MAGIC, &header, dt_ms)? })
    }

    /// A spool that writes to anything; `path` is only what errors call it.
    ///
    /// # Errors
    /// The header cannot be written.
    pub fn over(
        out: Box<dyn Write + Send + Sync>,
        path: &Path,
        dt_ms: f64,
        populations: &[Cells],
    ) -> Result<Self, RecordError> {
        let header = Header { dt_ms, populations: populations.to_vec() };
        Ok(Self { spool: Spool::over(out, path, MAGIC, &header, dt_ms)? })
    }

    /// Adds the neurons of a population that fired in a step. Steps come in order.
    ///
    /// # Errors
    /// The disk refuses; what the file kept stays readable, and every later call fails as well.
    pub fn append(&mut self, step: u64, population: usize, neurons: &[u32]) -> Result<(), RecordError> {
        if neurons.is_empty() {
            return Ok(());
        }
        self.spool.at(step);
        let mut head = [0; 14];
        head[..8].copy_from_slice(&step.to_le_bytes());
        head[8..10].copy_from_slice(&(population as u16).to_le_bytes());
        head[10..].copy_from_slice(&(neurons.len() as u32).to_le_bytes());
        self.spool.put(&head)?;
        self.spool.put_all(neurons, u32::to_le_bytes)
    }

    /// Hands everything to the system, so that a kill of the process loses nothing; worth calling every second or so.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn flush(&mut self) -> Result<(), RecordError> {
        self.spool.flush()
    }

    /// Ends the recording. Dropping does the same and cannot tell of an error.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn close(mut self) -> Result<(), RecordError> {
        self.spool.flush()
    }
}

/// The spikes of a spool, step by step, up to the first record that is cut off.
pub(crate) struct SpikeReader {
    spool: SpoolReader,
    pub(crate) dt_ms: f64,
    pub(crate) populations: Vec<Cells>,
    step: u64,
    bytes: Vec<u8>,
}

impl SpikeReader {
    pub(crate) fn open(path: &Path) -> Result<Self, RecordError> {
        let (spool, header) = SpoolReader::open::<Header>(path, MAGIC)?;
        if !(header.dt_ms.is_finite() && header.dt_ms > 0.0) {
            return Err(RecordError::Damaged(path.into(), format!("a step of {} ms", header.dt_ms)));
        }
        Ok(Self { spool, dt_ms: header.dt_ms, populations: header.populations, step: 0, bytes: Vec::new() })
    }

    /// The next record: time in ms, population, and the neurons in `neurons`.
    pub(crate) fn next(&mut self, neurons: &mut Vec<u32>) -> Result<Option<(f64, usize)>, RecordError> {
        let Some(head) = self.spool.take::<14>()? else { return Ok(None) };
        let (step, rest) = head.split_at(8);
        let step = u64::from_le_bytes(step.try_into().expect("eight of fourteen bytes"));
        let population = usize::from(u16::from_le_bytes([rest[0], rest[1]]));
        let count = u32::from_le_bytes([rest[2], rest[3], rest[4], rest[5]]);
        let Some(size) = self.populations.get(population).map(|p| p.size) else { return Ok(None) };
        if step < self.step || count == 0 || count > size || u64::from(count) * 4 > self.spool.left() {
            return Ok(None);
        }
        self.bytes.resize(count as usize * 4, 0);
        if !self.spool.fill(&mut self.bytes)? {
            return Ok(None);
        }
        neurons.clear();
        neurons.extend(self.bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])));
        if neurons.iter().any(|neuron| *neuron >= size) {
            return Ok(None);
        }
        self.step = step;
        self.spool.end_record();
        Ok(Some((time_ms(step, self.dt_ms), population)))
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.spool.dropped()
    }
}

/// The columns of a table of spikes.
pub(crate) const COLUMNS: [(&str, Kind); 3] =
    [("time_ms", Kind::F64), ("population", Kind::Text), ("neuron", Kind::U32)];

/// Copies a spool to a table, and gives the time of the last record, in ms.
pub(crate) fn convert(reader: &mut SpikeReader, writer: &mut dyn Writer) -> Result<f64, RecordError> {
    let names: Vec<String> = reader.populations.iter().map(|p| p.name.clone()).collect();
    let mut rows = Table::new()
        .with("time_ms", Vec::<f64>::new())?
        .with("population", Text::of_names(&names))?
        .with("neuron", Vec::<u32>::new())?;
    let (mut neurons, mut last_ms) = (Vec::new(), 0.0);
    while let Some((time_ms, population)) = reader.next(&mut neurons)? {
        last_ms = time_ms;
        for column in rows.columns_mut() {
            match column {
                Column::F64(times) => times.resize(times.len() + neurons.len(), time_ms),
                Column::Text(text) => text.push_index(population as u32, neurons.len()),
                Column::U32(all) => all.extend_from_slice(&neurons),
                _ => unreachable!("the three columns were made above"),
            }
        }
        if rows.rows() >= ROWS {
            writer.append(&rows)?;
            rows.clear();
        }
    }
    writer.append(&rows)?;
    Ok(last_ms)
}
