//! Values of state variables on their way to a table.
//!
//! A record: step `u64`, recording `u32`, then one value per neuron of that recording, `f32` or `f64` as the header says.

use crate::RecordError;
use crate::run::Traced;
use crate::spool::{Spool, SpoolReader, time_ms};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;
use tables::{Column, Kind, Table, Text, Writer};

pub(crate) const SPOOL: &str = "traces.spool";
const MAGIC: &[u8; 8] = b"SYNFTRC1";
/// Rows that are handed to the table at once.
const ROWS: usize = 1 << 16;

/// How a recording keeps its values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Four bytes a value.
    #[default]
    F32,
    /// Eight bytes a value.
    F64,
}

/// Values of one variable, one per recorded neuron.
#[derive(Clone, Copy, Debug)]
pub enum Samples<'a> {
    /// In single precision.
    F32(&'a [f32]),
    /// In double precision.
    F64(&'a [f64]),
}

impl<'a> From<&'a [f32]> for Samples<'a> {
    fn from(values: &'a [f32]) -> Self {
        Self::F32(values)
    }
}

impl<'a> From<&'a [f64]> for Samples<'a> {
    fn from(values: &'a [f64]) -> Self {
        Self::F64(values)
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Header {
    dt_ms: f64,
    precision: Precision,
    recordings: Vec<Traced>,
}

/// Takes the state variables of a running simulation, in flat memory and without allocating.
pub struct TraceSpool {
    spool: Spool,
    precision: Precision,
    neurons: Vec<usize>,
}

impl TraceSpool {
    pub(crate) fn create(
        path: &Path,
        dt_ms: f64,
        precision: Precision,
        recordings: &[Traced],
    ) -> Result<Self, RecordError> {
        let header = Header { dt_ms, precision, recordings: recordings.to_vec() };
        Ok(Self::new(Spool::create(path, MAGIC, &header, dt_ms)?, &header))
    }

    /// A spool that writes to anything; `path` is only what errors call it.
    ///
    /// # Errors
    /// The header cannot be written.
    pub fn over(
        out: Box<dyn Write + Send + Sync>,
        path: &Path,
        dt_ms: f64,
        precision: Precision,
        recordings: &[Traced],
    ) -> Result<Self, RecordError> {
        let header = Header { dt_ms, precision, recordings: recordings.to_vec() };
        Ok(Self::new(Spool::over(out, path, MAGIC, &header, dt_ms)?, &header))
    }

    fn new(spool: Spool, header: &Header) -> Self {
        let neurons = header.recordings.iter().map(|r| r.neurons.len()).collect();
        Self { spool, precision: header.precision, neurons }
    }

    /// Adds the values of a recording in a step, in the order of its neurons. Steps come in order.
    ///
    /// # Errors
    /// The disk refuses; what the file kept stays readable, and every later call fails as well.
    ///
    /// # Panics
    /// When there is no such recording, or it has another number of neurons.
    pub fn append<'a>(
        &mut self,
        step: u64,
        recording: usize,
        values: impl Into<Samples<'a>>,
    ) -> Result<(), RecordError> {
        let values = values.into();
        let count = match values {
            Samples::F32(v) => v.len(),
            Samples::F64(v) => v.len(),
        };
        assert_eq!(count, self.neurons[recording], "a recording has one value per neuron");
        self.spool.at(step);
        self.spool.put(&step.to_le_bytes())?;
        self.spool.put(&(recording as u32).to_le_bytes())?;
        match (values, self.precision) {
            (Samples::F32(v), Precision::F32) => self.spool.put_all(v, f32::to_le_bytes),
            (Samples::F64(v), Precision::F64) => self.spool.put_all(v, f64::to_le_bytes),
            (Samples::F32(v), Precision::F64) => self.spool.put_all(v, |x| f64::from(x).to_le_bytes()),
            (Samples::F64(v), Precision::F32) => self.spool.put_all(v, |x| (x as f32).to_le_bytes()),
        }
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

/// The values of a spool, record by record, up to the first that is cut off.
pub(crate) struct TraceReader {
    spool: SpoolReader,
    header: Header,
    step: u64,
    bytes: Vec<u8>,
}

impl TraceReader {
    pub(crate) fn open(path: &Path) -> Result<Self, RecordError> {
        let (spool, header) = SpoolReader::open::<Header>(path, MAGIC)?;
        if !(header.dt_ms.is_finite() && header.dt_ms > 0.0) {
            return Err(RecordError::Damaged(path.into(), format!("a step of {} ms", header.dt_ms)));
        }
        Ok(Self { spool, header, step: 0, bytes: Vec::new() })
    }

    pub(crate) fn recordings(&self) -> &[Traced] {
        &self.header.recordings
    }

    /// The next record: time in ms, recording, and the values in `values`.
    pub(crate) fn next(&mut self, values: &mut Vec<f64>) -> Result<Option<(f64, usize)>, RecordError> {
        let (Some(step), Some(recording)) = (self.spool.take::<8>()?, self.spool.take::<4>()?) else {
            return Ok(None);
        };
        let (step, recording) = (u64::from_le_bytes(step), u32::from_le_bytes(recording) as usize);
        let Some(count) = self.header.recordings.get(recording).map(|r| r.neurons.len()) else {
            return Ok(None);
        };
        let width = if self.header.precision == Precision::F32 { 4 } else { 8 };
        if step < self.step || (count * width) as u64 > self.spool.left() {
            return Ok(None);
        }
        self.bytes.resize(count * width, 0);
        if !self.spool.fill(&mut self.bytes)? {
            return Ok(None);
        }
        values.clear();
        values.extend(self.bytes.chunks_exact(width).map(|b| match *b {
            [a, b, c, d] => f64::from(f32::from_le_bytes([a, b, c, d])),
            _ => f64::from_le_bytes(b.try_into().expect("chunks of eight bytes")),
        }));
        self.step = step;
        self.spool.end_record();
        Ok(Some((time_ms(step, self.header.dt_ms), recording)))
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.spool.dropped()
    }
}

/// The columns of a table of traces.
pub(crate) const COLUMNS: [(&str, Kind); 5] = [
    ("time_ms", Kind::F64),
    ("population", Kind::Text),
    ("neuron", Kind::U32),
    ("variable", Kind::Text),
    ("value", Kind::F64),
];

/// Copies a spool to a table. Gives the time of the last record, in ms.
pub(crate) fn convert(reader: &mut TraceReader, writer: &mut dyn Writer) -> Result<f64, RecordError> {
    let recordings = reader.recordings().to_vec();
    let (mut values, mut last_ms) = (Vec::new(), 0.0);
    let mut rows = Rows::default();
    while let Some((time_ms, recording)) = reader.next(&mut values)? {
        last_ms = time_ms;
        let traced = &recordings[recording];
        for (neuron, value) in traced.neurons.iter().zip(&values) {
            rows.time_ms.push(time_ms);
            rows.population.push(&traced.population);
            rows.neuron.push(*neuron);
            rows.variable.push(&traced.variable);
            rows.value.push(*value);
        }
        if rows.value.len() >= ROWS {
            writer.append(&rows.table()?)?;
        }
    }
    writer.append(&rows.table()?)?;
    Ok(last_ms)
}

#[derive(Default)]
struct Rows {
    time_ms: Vec<f64>,
    population: Text,
    neuron: Vec<u32>,
    variable: Text,
    value: Vec<f64>,
}

impl Rows {
    fn table(&mut self) -> Result<Table, RecordError> {
        let rows = std::mem::take(self);
        let columns: [Column; 5] = [
            rows.time_ms.into(),
            rows.population.into(),
            rows.neuron.into(),
            rows.variable.into(),
            rows.value.into(),
        ];
        let mut table = Table::new();
        for ((name, _), column) in COLUMNS.iter().zip(columns) {
            table = table.with(name, column)?;
        }
        Ok(table)
    }
}
