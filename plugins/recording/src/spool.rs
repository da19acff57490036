//! An append-only file that a running simulation fills: whatever ends the run, a prefix of it is readable.
//!
//! Layout: eight bytes of magic, the length of the header as `u32`, the header as JSON, then records, little-endian. The buffer is the
//! only memory it needs.

use crate::RecordError;
use serde::{Serialize, de::DeserializeOwned};
use std::fs::{File, TryLockError};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// Large enough that a system call costs nothing per spike, small enough that a kill loses little.
const BUFFER: usize = 1 << 20;
/// Longer headers than this are damage, not the names of populations.
const LONGEST_HEADER: u64 = 1 << 28;

/// The writing end.
pub(crate) struct Spool {
    path: PathBuf,
    out: Box<dyn Write + Send + Sync>,
    buffer: Vec<u8>,
    dt_ms: f64,
    step: u64,
    kept: u64,
    kept_step: u64,
    stopped: bool,
}

impl Spool {
    /// Creates the file, and locks it as long as it is open so that no other process takes it for a dead run's.
    pub(crate) fn create(
        path: &Path,
        magic: &[u8; 8],
        header: &impl Serialize,
        dt_ms: f64,
    ) -> Result<Self, RecordError> {
        let mut options = File::options();
        let file = options.write(true).create(true).truncate(false).open(path);
        let file = file.map_err(RecordError::io(path, "create the file"))?;
        locked(file.try_lock(), path)?;
        match file.set_len(0) {
            // A device has no length, and writing to it says what is wrong with it.
            Err(error) if error.kind() != io::ErrorKind::InvalidInput => {
                return Err(RecordError::io(path, "empty the file")(error));
            }
            _ => {}
        }
        Self::over(Box::new(file), path, magic, header, dt_ms)
    }

    /// Writes to anything.
    pub(crate) fn over(
        out: Box<dyn Write + Send + Sync>,
        path: &Path,
        magic: &[u8; 8],
        header: &impl Serialize,
        dt_ms: f64,
    ) -> Result<Self, RecordError> {
        let json =
            serde_json::to_vec(header).map_err(|e| RecordError::Damaged(path.into(), e.to_string()))?;
        let buffer = Vec::with_capacity(BUFFER);
        let path = path.to_path_buf();
        let mut spool = Self { path, out, buffer, dt_ms, step: 0, kept: 0, kept_step: 0, stopped: false };
        spool.put(magic)?;
        spool.put(&(json.len() as u32).to_le_bytes())?;
        spool.put(&json)?;
        spool.flush()?;
        Ok(spool)
    }

    /// Says that what follows belongs to this step.
    pub(crate) fn at(&mut self, step: u64) {
        debug_assert!(step >= self.step, "steps are recorded in order");
        self.step = step;
    }

    /// Adds bytes of a record, and hands the buffer to the system when it is full.
    #[inline]
    pub(crate) fn put(&mut self, mut bytes: &[u8]) -> Result<(), RecordError> {
        if self.stopped {
            return self.hand_over();
        }
        while self.buffer.len() + bytes.len() > BUFFER {
            let (now, later) = bytes.split_at(BUFFER - self.buffer.len());
            self.buffer.extend_from_slice(now);
            self.hand_over()?;
            // Everything before the step of the record at hand is in the file.
            self.kept_step = self.step;
            bytes = later;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Adds values of four or eight bytes each.
    #[inline]
    pub(crate) fn put_all<T: Copy, const N: usize>(
        &mut self,
        values: &[T],
        bytes: fn(T) -> [u8; N],
    ) -> Result<(), RecordError> {
        for values in values.chunks(BUFFER / N) {
            if self.buffer.len() + values.len() * N > BUFFER {
                self.hand_over()?;
                self.kept_step = self.step;
            }
            self.buffer.extend(values.iter().flat_map(|value| bytes(*value)));
        }
        Ok(())
    }

    /// Hands everything to the system, so that a kill of the process loses nothing of it.
    pub(crate) fn flush(&mut self) -> Result<(), RecordError> {
        self.hand_over()?;
        self.kept_step = self.step;
        let flushed = self.out.flush();
        flushed.map_err(|error| self.stop(error))
    }

    fn hand_over(&mut self) -> Result<(), RecordError> {
        if self.stopped {
            let error = io::Error::other("an earlier write failed");
            return Err(self.stop(error));
        }
        let mut done = 0;
        while done < self.buffer.len() {
            match self.out.write(&self.buffer[done..]) {
                Ok(0) => return Err(self.stop(io::ErrorKind::WriteZero.into())),
                Ok(taken) => (done, self.kept) = (done + taken, self.kept + taken as u64),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.stop(error)),
            }
        }
        self.buffer.clear();
        Ok(())
    }

    fn stop(&mut self, error: io::Error) -> RecordError {
        self.stopped = true;
        self.buffer.clear();
        let reached_ms = time_ms(self.kept_step, self.dt_ms);
        RecordError::Stopped { path: self.path.clone(), kept: self.kept, reached_ms, error }
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if !self.stopped {
            // Reached only when an error is already on its way, or a caller did not ask: then the best is to keep what there is.
            let _ = self.hand_over();
        }
    }
}

/// The time of a step, as near as a number can be: 3 steps of 0.1 ms are 0.3 ms and not 0.30000000000000004.
pub(crate) fn time_ms(step: u64, dt_ms: f64) -> f64 {
    let per_ms = (1.0 / dt_ms).round();
    if (per_ms * dt_ms - 1.0).abs() < 1e-12 { step as f64 / per_ms } else { step as f64 * dt_ms }
}

/// The reading end: records until the first that is cut off or makes no sense.
pub(crate) struct SpoolReader {
    path: PathBuf,
    file: BufReader<File>,
    size: u64,
    read: u64,
    whole: u64,
}

impl SpoolReader {
    /// Opens a spool that nobody writes any more, and reads its header.
    pub(crate) fn open<H: DeserializeOwned>(path: &Path, magic: &[u8; 8]) -> Result<(Self, H), RecordError> {
        let file = File::open(path).map_err(RecordError::io(path, "open the file"))?;
        locked(file.try_lock_shared(), path)?;
        let size = file.metadata().map_err(RecordError::io(path, "read the file"))?.len();
        let mut reader =
            Self { path: path.into(), file: BufReader::with_capacity(BUFFER, file), size, read: 0, whole: 0 };
        let damaged = |found: &str| RecordError::Damaged(path.into(), found.into());
        let start: [u8; 8] = reader.take()?.ok_or_else(|| damaged("no header"))?;
        if start != *magic {
            return Err(damaged("another kind of file"));
        }
        let length = u64::from(u32::from_le_bytes(reader.take()?.ok_or_else(|| damaged("no header"))?));
        if length > LONGEST_HEADER || length > reader.left() {
            return Err(damaged("a header that is cut off"));
        }
        let mut json = vec![0; length as usize];
        reader.fill(&mut json)?;
        let header = serde_json::from_slice(&json).map_err(|e| damaged(&e.to_string()))?;
        reader.end_record();
        Ok((reader, header))
    }

    /// Bytes that have not been read.
    pub(crate) fn left(&self) -> u64 {
        self.size - self.read
    }

    /// The next bytes, or `None` at the end.
    pub(crate) fn take<const N: usize>(&mut self) -> Result<Option<[u8; N]>, RecordError> {
        let mut bytes = [0; N];
        Ok((self.left() >= N as u64 && self.fill(&mut bytes)?).then_some(bytes))
    }

    /// Fills `bytes`; `false` where the file ends before.
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) -> Result<bool, RecordError> {
        match self.file.read_exact(bytes) {
            Ok(()) => self.read += bytes.len() as u64,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(error) => return Err(RecordError::io(&self.path, "read the file")(error)),
        }
        Ok(true)
    }

    /// Says that everything so far was in order.
    pub(crate) fn end_record(&mut self) {
        self.whole = self.read;
    }

    /// Bytes behind the last record that was in order.
    pub(crate) fn dropped(&self) -> u64 {
        self.size - self.whole
    }
}

/// What an attempt to lock a spool means; file systems that know no locks are trusted.
fn locked(attempt: Result<(), TryLockError>, path: &Path) -> Result<(), RecordError> {
    match attempt {
        Err(TryLockError::WouldBlock) => Err(RecordError::Busy(path.to_path_buf())),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// Whether a process is writing to this spool.
pub(crate) fn is_busy(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| locked(file.try_lock_shared(), path).is_err())
}
