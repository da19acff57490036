//! A zip of NumPy arrays, one per column.
//!
//! A text column `x` with few distinct values is the index array `x` and the array `x_names`, as NumPy has no dictionaries. The
//! arrays are stored without compression, so that NumPy can read them at the speed of the disk.

use crate::file::{Pending, beside};
use crate::{Column, Fault, Table, TableError, Text, Writer, npy};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Deflate cannot shrink further than to one byte in 1032 (zlib, technical details).
const STRONGEST_DEFLATE: u64 = 1032;
const NAMES: &str = "_names";

/// Reads all arrays of a zip as the columns of a table.
pub(crate) fn read(path: &Path) -> Result<Table, TableError> {
    let arrays = each(path, npy::Head::of_column)?;
    table(path, arrays.into_iter().map(|(name, (_, column))| (name, column)).collect())
}

/// Reads every array of a zip whose head passes `check`.
#[expect(clippy::type_complexity, reason = "names, and what an array is")]
pub(crate) fn each(
    path: &Path,
    check: fn(npy::Head) -> Result<npy::Head, String>,
) -> Result<Vec<(String, (npy::Head, Column))>, TableError> {
    let file = File::open(path).map_err(TableError::io(path, "open the file"))?;
    let size = file.metadata().map_err(TableError::io(path, "read the file"))?.len();
    let mut archive = ZipArchive::new(BufReader::new(file))
        .map_err(|e| TableError::malformed(path, "zip", e.to_string()))?;
    let mut arrays = Vec::new();
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|e| TableError::malformed(path, "zip", e.to_string()))?;
        let name = entry.name().map_err(|e| TableError::malformed(path, "zip", e.to_string()))?;
        let name = name.trim_end_matches(".npy").to_owned();
        let most = entry.compressed_size().min(size).saturating_mul(STRONGEST_DEFLATE);
        let array = npy::read(entry, most, check)
            .map_err(|e| TableError::malformed(path, format!("array `{name}`"), e))?;
        arrays.push((name, array));
    }
    Ok(arrays)
}

/// The one array of a zip, of any shape.
pub(crate) fn only(path: &Path) -> Result<(Vec<usize>, Column), TableError> {
    let malformed = |e: zip::result::ZipError| TableError::malformed(path, "zip", e.to_string());
    let file = File::open(path).map_err(TableError::io(path, "open the file"))?;
    let size = file.metadata().map_err(TableError::io(path, "read the file"))?.len();
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(malformed)?;
    if archive.len() != 1 {
        let found = format!("{} arrays, where one is needed", archive.len());
        return Err(TableError::malformed(path, "zip", found));
    }
    let entry = archive.by_index(0).map_err(malformed)?;
    let most = entry.compressed_size().min(size).saturating_mul(STRONGEST_DEFLATE);
    let read = npy::read(entry, most, npy::Head::in_rows).map(|(head, column)| (head.shape, column));
    read.map_err(|e| TableError::malformed(path, "array", e))
}

/// Joins index arrays with their names, and makes a table of the columns.
fn table(path: &Path, mut arrays: Vec<(String, Column)>) -> Result<Table, TableError> {
    let mut table = Table::of_file(path);
    let indexed: Vec<String> = arrays
        .iter()
        .map(|(name, _)| name.clone())
        .filter(|n| arrays.iter().any(|(m, _)| *m == names_of(n)))
        .collect();
    for name in indexed {
        let at =
            |wanted: &str| arrays.iter().position(|(n, _)| n == wanted).expect("both arrays were just seen");
        let (index, names) = (at(&name), at(&names_of(&name)));
        let Column::Text(dictionary) = &arrays[names].1 else { continue };
        arrays[index].1 = Column::Text(joined(path, &name, &arrays[index].1, dictionary)?);
        arrays.remove(names);
    }
    for (name, column) in arrays {
        table.push(&name, column)?;
    }
    Ok(table)
}

fn names_of(name: &str) -> String {
    format!("{name}{NAMES}")
}

fn joined(path: &Path, name: &str, index: &Column, names: &Text) -> Result<Text, TableError> {
    let single = Table::of_file(path).with(name, index.clone())?;
    let values: Vec<&str> = names.iter().collect();
    let mut text = Text::default();
    for (row, entry) in single.indices(name)?.iter().enumerate() {
        let Some(value) = values.get(*entry as usize) else {
            let fault =
                Fault::Value(name.to_owned(), row, entry.to_string(), "the place of one of its names");
            return Err(TableError::new(path, fault));
        };
        text.push(value);
    }
    Ok(text)
}

/// Writes each column to a file of its own, and joins them in the end: a zip cannot grow in two places at once.
pub(crate) struct NpzWriter {
    columns: Table,
    parts: Vec<BufWriter<Pending>>,
    rows: u64,
}

impl NpzWriter {
    pub(crate) fn create(path: &Path, columns: Table) -> Result<Self, TableError> {
        let part = |place: usize| Ok(BufWriter::new(Pending::create(&beside(path, &place.to_string()))?));
        let parts = (0..columns.columns().len()).map(part).collect::<Result<_, TableError>>()?;
        Ok(Self { columns, parts, rows: 0 })
    }

    fn zip(&mut self, file: File) -> io::Result<()> {
        let options =
            SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
        let mut zip = ZipWriter::new(BufWriter::new(file));
        for ((name, column), part) in self.columns.columns().iter().zip(&mut self.parts) {
            part.flush()?;
            let mut values =
                part.get_ref().handle().map_err(|_| io::Error::other("no file handle is left"))?;
            values.rewind()?;
            zip.start_file(format!("{name}.npy"), options)?;
            npy::write_head(&mut zip, kind(column), self.rows)?;
            io::copy(&mut values, &mut zip)?;
            if let Column::Text(text) = column {
                zip.start_file(format!("{}.npy", names_of(name)), options)?;
                write_names(&mut zip, text.names())?;
            }
        }
        zip.finish()?.flush()
    }
}

fn kind(column: &Column) -> &'static str {
    match column {
        Column::F64(_) => "<f8",
        Column::F32(_) => "<f4",
        Column::I64(_) => "<i8",
        Column::U32(_) | Column::Text(_) => "<u4",
    }
}

/// Names as an array of fixed-width UTF-32, the only text that NumPy loads without unpickling.
fn write_names(zip: &mut impl Write, names: &[String]) -> io::Result<()> {
    let width = names.iter().map(|n| n.chars().count()).max().unwrap_or(0).max(1);
    npy::write_head(zip, &format!("<U{width}"), names.len() as u64)?;
    for name in names {
        let padding = std::iter::repeat('\0');
        for point in name.chars().chain(padding).take(width) {
            zip.write_all(&u32::from(point).to_le_bytes())?;
        }
    }
    Ok(())
}

fn write_values(part: &mut impl Write, column: &Column) -> io::Result<()> {
    match column {
        Column::F64(v) => v.iter().try_for_each(|x| part.write_all(&x.to_le_bytes())),
        Column::F32(v) => v.iter().try_for_each(|x| part.write_all(&x.to_le_bytes())),
        Column::I64(v) => v.iter().try_for_each(|x| part.write_all(&x.to_le_bytes())),
        Column::U32(v) => v.iter().try_for_each(|x| part.write_all(&x.to_le_bytes())),
        Column::Text(v) => v.index().iter().try_for_each(|x| part.write_all(&x.to_le_bytes())),
    }
}

impl Writer for NpzWriter {
    fn append(&mut self, rows: &Table) -> Result<(), TableError> {
        self.columns.append(rows)?;
        for (column, part) in self.columns.columns().iter().map(|(_, c)| c).zip(&mut self.parts) {
            write_values(part, column).map_err(TableError::io(&self.columns.path, "write the file"))?;
        }
        self.columns.clear();
        self.rows += rows.rows() as u64;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<u64, TableError> {
        let path = self.columns.path.clone();
        let pending = Pending::create(&path)?;
        let file = pending.handle()?;
        self.zip(file).map_err(TableError::io(&path, "write the file"))?;
        pending.commit()?;
        Ok(self.rows)
    }
}
