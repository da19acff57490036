//! Parquet, through the `parquet` crate without Arrow: flat columns, Snappy pages.
//!
//! Missing values become "not a number" in columns of numbers with a fraction, and are refused elsewhere.

use crate::batch::ROWS;
use crate::file::Pending;
use crate::{Column, Kind, Table, TableError, Text, Writer};
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnDescriptor, Type};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows per row group: some 10 MB for spikes, and the memory that a writer holds.
const GROUP: usize = 1 << 18;
/// Rows that one byte of a file may stand for. A page has at least 20 bytes and, as all known writers make them, at most some
/// 20,000 rows.
const DENSEST: u64 = 4096;

/// A Parquet file that is read some rows at a time.
pub(crate) struct Parts {
    path: PathBuf,
    file: SerializedFileReader<File>,
    fields: Vec<Field>,
    group: usize,
    left: usize,
    readers: Vec<ColumnReader>,
    started: bool,
}

#[derive(Clone, Debug)]
struct Field {
    name: String,
    kind: Kind,
    signed: bool,
    optional: bool,
}

impl Parts {
    pub(crate) fn open(path: &Path) -> Result<Self, TableError> {
        let file = File::open(path).map_err(TableError::io(path, "open the file"))?;
        let size = file.metadata().map_err(TableError::io(path, "read the file"))?.len();
        let file = SerializedFileReader::new(file).map_err(|e| damaged(path, "footer", e))?;
        let metadata = file.metadata();
        let schema = metadata.file_metadata().schema_descr_ptr();
        let fields = schema
            .columns()
            .iter()
            .map(|c| {
                field(c)
                    .map_err(|e| TableError::malformed(path, format!("column `{}`", c.path().string()), e))
            })
            .collect::<Result<Vec<_>, _>>()?;
        for group in metadata.row_groups() {
            let packed = |c: &&ColumnChunkMetaData| {
                !matches!(c.compression(), Compression::UNCOMPRESSED | Compression::SNAPPY)
            };
            if let Some(c) = group.columns().iter().find(packed) {
                let place = format!("column `{}`", c.column_path().string());
                let found = format!("compressed by {}, of which Snappy and none are known", c.compression());
                return Err(TableError::malformed(path, place, found));
            }
            let rows = group.num_rows();
            let held = group.columns().iter().all(|c| {
                let start = c.dictionary_page_offset().unwrap_or(c.data_page_offset());
                start >= 0
                    && c.compressed_size() >= 0
                    && start.saturating_add(c.compressed_size()) as u64 <= size
            });
            if rows < 0
                || rows as u64 > size.saturating_mul(DENSEST)
                || !held
                || group.num_columns() != fields.len()
            {
                return Err(TableError::malformed(
                    path,
                    "footer",
                    format!("{rows} rows, which the file cannot hold"),
                ));
            }
        }
        let (path, readers) = (path.to_path_buf(), Vec::new());
        Ok(Self { path, file, fields, group: 0, left: 0, readers, started: false })
    }

    /// The next rows; an empty table for a file without rows, and then `None`.
    pub(crate) fn next(&mut self) -> Option<Result<Table, TableError>> {
        while self.left == 0 {
            if self.group == self.file.num_row_groups() {
                let first = !std::mem::replace(&mut self.started, true);
                return first.then(|| self.part(0));
            }
            if let Err(error) = self.open_group() {
                return Some(Err(damaged(&self.path, "row group", error)));
            }
        }
        self.started = true;
        let rows = self.left.min(ROWS);
        self.left -= rows;
        Some(self.part(rows))
    }

    fn open_group(&mut self) -> Result<(), ParquetError> {
        let group = self.file.get_row_group(self.group)?;
        self.left = group.metadata().num_rows() as usize;
        self.readers =
            (0..self.fields.len()).map(|c| group.get_column_reader(c)).collect::<Result<_, _>>()?;
        self.group += 1;
        Ok(())
    }

    fn part(&mut self, rows: usize) -> Result<Table, TableError> {
        let mut table = Table::of_file(&self.path);
        for (place, field) in self.fields.iter().enumerate() {
            let column = match rows {
                0 => Ok(Column::empty(field.kind)),
                _ => column(&mut self.readers[place], field, rows),
            };
            let place = || format!("column `{}`", field.name);
            table.push(&field.name, column.map_err(|e| TableError::malformed(&self.path, place(), e))?)?;
        }
        Ok(table)
    }
}

fn damaged(path: &Path, place: &str, error: ParquetError) -> TableError {
    TableError::malformed(path, place, error.to_string())
}

/// What a column of the file becomes; `Err` where tables have no such column.
fn field(column: &ColumnDescriptor) -> Result<Field, String> {
    if column.max_rep_level() > 0 || column.max_def_level() > 1 {
        return Err("nested values, but a column has one value per row".into());
    }
    let unsigned = matches!(column.logical_type_ref(), Some(LogicalType::Integer(kind)) if !kind.is_signed);
    let unsigned = unsigned
        || matches!(
            column.converted_type(),
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64
        );
    let kind = match column.physical_type() {
        Physical::DOUBLE => Kind::F64,
        Physical::FLOAT => Kind::F32,
        Physical::INT32 if unsigned => Kind::U32,
        Physical::BOOLEAN | Physical::INT32 | Physical::INT64 => Kind::I64,
        Physical::BYTE_ARRAY => Kind::Text,
        other => {
            return Err(format!(
                "values of type `{other}`, of which numbers, truth values and text are known"
            ));
        }
    };
    let optional = column.max_def_level() == 1;
    Ok(Field { name: column.path().string(), kind, signed: !unsigned, optional })
}

/// Reads `rows` rows of one column.
fn column(reader: &mut ColumnReader, field: &Field, rows: usize) -> Result<Column, String> {
    let missing = || format!("a missing value, but {} must be there in every row", field.kind);
    let all = |whole: Option<Vec<i64>>| whole.ok_or_else(missing);
    Ok(match reader {
        ColumnReader::DoubleColumnReader(r) => {
            Column::F64(values(r, field, rows)?.into_iter().map(|v| v.unwrap_or(f64::NAN)).collect())
        }
        ColumnReader::FloatColumnReader(r) => {
            Column::F32(values(r, field, rows)?.into_iter().map(|v| v.unwrap_or(f32::NAN)).collect())
        }
        ColumnReader::Int32ColumnReader(r) if field.kind == Kind::U32 => {
            let whole: Option<Vec<u32>> =
                values(r, field, rows)?.into_iter().map(|v| Some(v? as u32)).collect();
            Column::U32(whole.ok_or_else(missing)?)
        }
        ColumnReader::Int32ColumnReader(r) => {
            Column::I64(all(values(r, field, rows)?.into_iter().map(|v| Some(i64::from(v?))).collect())?)
        }
        ColumnReader::Int64ColumnReader(r) => {
            let whole = all(values(r, field, rows)?.into_iter().collect())?;
            match whole.iter().any(|v| *v < 0 && !field.signed) {
                true => return Err("a number above 9223372036854775807".into()),
                false => Column::I64(whole),
            }
        }
        ColumnReader::BoolColumnReader(r) => {
            Column::I64(all(values(r, field, rows)?.into_iter().map(|v| Some(i64::from(v?))).collect())?)
        }
        ColumnReader::ByteArrayColumnReader(r) => Column::Text(text(values(r, field, rows)?, missing)?),
        _ => return Err("values of a type that tables do not have".into()),
    })
}

fn text(values: Vec<Option<ByteArray>>, missing: impl Fn() -> String) -> Result<Text, String> {
    let mut text = Text::default();
    for value in values {
        let value = value.ok_or_else(&missing)?;
        match std::str::from_utf8(value.data()) {
            // Names come in runs: comparing with the last one is cheaper than a look-up.
            Ok(value) if text.index().last().is_some_and(|last| text.names()[*last as usize] == value) => {
                text.push_index(text.index()[text.index().len() - 1], 1);
            }
            Ok(value) => text.push(value),
            Err(_) => return Err("text that is not UTF-8".into()),
        }
    }
    Ok(text)
}

fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    field: &Field,
    rows: usize,
) -> Result<Vec<Option<T::T>>, String> {
    let (mut found, mut levels) = (Vec::new(), Vec::new());
    let (mut read, mut valued) = (0, 0);
    while read < rows {
        let definitions = field.optional.then_some(&mut levels);
        let (records, some, _) =
            reader.read_records(rows - read, definitions, None, &mut found).map_err(|e| e.to_string())?;
        if records == 0 {
            return Err(format!("{read} rows where the footer says {rows} or more"));
        }
        read += records;
        valued += some;
    }
    if valued != found.len() || (field.optional && levels.len() != rows) {
        return Err("pages that disagree on the number of values".into());
    }
    let mut found = found.into_iter();
    Ok(match field.optional {
        true => levels.iter().map(|level| if *level == 1 { found.next() } else { None }).collect(),
        false => found.map(Some).collect(),
    })
}

/// Writes row groups of bounded size.
pub(crate) struct ParquetWriter {
    pending: Pending,
    file: SerializedFileWriter<BufWriter<File>>,
    waiting: Table,
    rows: u64,
}

impl ParquetWriter {
    pub(crate) fn create(path: &Path, columns: Table) -> Result<Self, TableError> {
        let pending = Pending::create(path)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("synfire ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let schema = schema(&columns).map_err(|e| refused(path, e))?;
        let handle = BufWriter::new(pending.handle()?);
        let file = SerializedFileWriter::new(handle, Arc::new(schema), Arc::new(properties));
        Ok(Self { pending, file: file.map_err(|e| refused(path, e))?, waiting: columns, rows: 0 })
    }

    fn write_group(&mut self) -> Result<(), TableError> {
        let written = (|| {
            let mut group = self.file.next_row_group()?;
            for (_, column) in self.waiting.columns() {
                write_column(&mut group, column)?;
            }
            group.close().map(drop)
        })();
        written.map_err(|e| refused(&self.waiting.path, e))?;
        self.rows += self.waiting.rows() as u64;
        self.waiting.clear();
        Ok(())
    }
}

fn refused(path: &Path, error: ParquetError) -> TableError {
    TableError::io(path, "write the file")(std::io::Error::other(error))
}

fn schema(columns: &Table) -> Result<Type, ParquetError> {
    let field = |(name, column): &(String, Column)| {
        let (physical, converted) = match column.kind() {
            Kind::F64 => (Physical::DOUBLE, ConvertedType::NONE),
            Kind::F32 => (Physical::FLOAT, ConvertedType::NONE),
            Kind::I64 => (Physical::INT64, ConvertedType::NONE),
            Kind::U32 => (Physical::INT32, ConvertedType::UINT_32),
            Kind::Text => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
        };
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_converted_type(converted)
            .build()
            .map(Arc::new)
    };
    let fields = columns.columns().iter().map(field).collect::<Result<_, _>>()?;
    Type::group_type_builder("schema").with_fields(fields).build()
}

fn write_column(
    group: &mut SerializedRowGroupWriter<'_, BufWriter<File>>,
    column: &Column,
) -> Result<(), ParquetError> {
    let mut writer = group.next_column()?.expect("the schema has one column per column of the table");
    match column {
        Column::F64(v) => writer.typed::<DoubleType>().write_batch(v, None, None),
        Column::F32(v) => writer.typed::<FloatType>().write_batch(v, None, None),
        Column::I64(v) => writer.typed::<Int64Type>().write_batch(v, None, None),
        Column::U32(v) => {
            let bits: Vec<i32> = v.iter().map(|x| *x as i32).collect();
            writer.typed::<Int32Type>().write_batch(&bits, None, None)
        }
        Column::Text(text) => {
            let names: Vec<ByteArray> = text.names().iter().map(|n| ByteArray::from(n.as_str())).collect();
            let values: Vec<ByteArray> = text.index().iter().map(|i| names[*i as usize].clone()).collect();
            writer.typed::<ByteArrayType>().write_batch(&values, None, None)
        }
    }?;
    writer.close()
}

impl Writer for ParquetWriter {
    fn append(&mut self, rows: &Table) -> Result<(), TableError> {
        self.waiting.append(rows)?;
        if self.waiting.rows() >= GROUP { self.write_group() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<u64, TableError> {
        if self.waiting.rows() > 0 {
            self.write_group()?;
        }
        self.file.close().map_err(|e| refused(&self.waiting.path, e))?;
        self.pending.commit()?;
        Ok(self.rows)
    }
}
