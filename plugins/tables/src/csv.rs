//! Text tables: one header row, then one row per line, separated by commas, semicolons, tabs or spaces.
//!
//! Lines that start with `#` are comments. A column is whole numbers, numbers or text, by what fits all its rows; an empty cell
//! in a column of numbers is not a number. In tables with separators other than spaces a cell may be quoted with `"`.

use crate::file::Pending;
use crate::{Column, Fault, Table, TableError, Text, Writer};
use std::borrow::Cow;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Reads a text table.
pub(crate) fn read(path: &Path) -> Result<Table, TableError> {
    let bytes = fs::read(path).map_err(TableError::io(path, "read the file"))?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|e| TableError::malformed(path, format!("byte {}", e.valid_up_to()), "not UTF-8 text"))?;
    parse(path, text.trim_start_matches('\u{feff}'))
}

fn parse(path: &Path, text: &str) -> Result<Table, TableError> {
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let (number, header) =
        lines.next().ok_or_else(|| TableError::malformed(path, "line 1", "no header row"))?;
    let separator = [',', ';', '\t'].into_iter().find(|c| header.contains(*c));
    let names = cells(header, separator);
    if names.iter().all(|name| name.parse::<f64>().is_ok()) {
        return Err(TableError::malformed(
            path,
            format!("line {number}"),
            "numbers where the header row should be",
        ));
    }
    let mut columns: Vec<Vec<Cow<'_, str>>> = vec![Vec::new(); names.len()];
    for (number, line) in lines {
        let cells = cells(line, separator);
        if cells.len() != names.len() {
            let found = format!("{} cells, but the header names {} columns", cells.len(), names.len());
            return Err(TableError::malformed(path, format!("line {number}"), found));
        }
        columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
    }
    let mut table = Table::of_file(path);
    for (name, cells) in names.iter().zip(columns) {
        table.push(name, column(&cells))?;
    }
    Ok(table)
}

/// The cells of a line; without a separator, those between runs of white space.
fn cells(line: &str, separator: Option<char>) -> Vec<Cow<'_, str>> {
    let Some(separator) = separator else { return line.split_whitespace().map(Cow::Borrowed).collect() };
    let mut cells = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in line.char_indices() {
        if c == '"' {
            quoted = !quoted;
        } else if c == separator && !quoted {
            cells.push(unquoted(&line[start..at]));
            start = at + c.len_utf8();
        }
    }
    cells.push(unquoted(&line[start..]));
    cells
}

fn unquoted(cell: &str) -> Cow<'_, str> {
    let cell = cell.trim();
    match cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')) {
        Some(inside) if inside.contains('"') => Cow::Owned(inside.replace("\"\"", "\"")),
        Some(inside) => Cow::Borrowed(inside),
        None => Cow::Borrowed(cell),
    }
}

/// The narrowest kind of column that holds every cell.
fn column(cells: &[Cow<'_, str>]) -> Column {
    let number = |cell: &Cow<'_, str>| if cell.is_empty() { Ok(f64::NAN) } else { cell.parse::<f64>() };
    if let Ok(values) = cells.iter().map(|cell| cell.parse()).collect() {
        return Column::I64(values);
    }
    match cells.iter().map(number).collect() {
        Ok(values) => Column::F64(values),
        Err(_) => Column::Text(cells.iter().collect::<Text>()),
    }
}

/// Writes a text table with commas.
pub(crate) struct CsvWriter {
    file: BufWriter<Pending>,
    columns: Table,
    rows: u64,
}

impl CsvWriter {
    pub(crate) fn create(path: &Path, columns: Table) -> Result<Self, TableError> {
        let mut file = BufWriter::new(Pending::create(path)?);
        let names: Vec<String> = columns.columns().iter().map(|(name, _)| quoted(name)).collect();
        writeln!(file, "{}", names.join(",")).map_err(TableError::io(path, "write the file"))?;
        Ok(Self { file, columns, rows: 0 })
    }

    fn line(&mut self, rows: &Table, row: usize) -> std::io::Result<()> {
        for (place, (_, column)) in rows.columns().iter().enumerate() {
            if place > 0 {
                self.file.write_all(b",")?;
            }
            match column {
                Column::F64(v) => write!(self.file, "{}", v[row]),
                Column::F32(v) => write!(self.file, "{}", v[row]),
                Column::I64(v) => write!(self.file, "{}", v[row]),
                Column::U32(v) => write!(self.file, "{}", v[row]),
                Column::Text(v) => write!(self.file, "{}", quoted(&v.names()[v.index()[row] as usize])),
            }?;
        }
        self.file.write_all(b"\n")
    }
}

fn quoted(value: &str) -> String {
    match value.contains([',', '"', ' ', ';', '\t', '#']) {
        true => format!("\"{}\"", value.replace('"', "\"\"")),
        false => value.to_owned(),
    }
}

impl Writer for CsvWriter {
    fn append(&mut self, rows: &Table) -> Result<(), TableError> {
        self.columns.same_columns(rows)?;
        if let Some((name, value)) = rows.columns().iter().find_map(|(name, column)| match column {
            Column::Text(text) => text.names().iter().find(|v| v.contains(['\n', '\r'])).map(|v| (name, v)),
            _ => None,
        }) {
            let fault = Fault::Value(name.clone(), 0, value.escape_debug().to_string(), "text on one line");
            return Err(TableError::new(&self.columns.path, fault));
        }
        for row in 0..rows.rows() {
            self.line(rows, row).map_err(TableError::io(&self.columns.path, "write the file"))?;
        }
        self.rows += rows.rows() as u64;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<u64, TableError> {
        let pending = self.file.into_inner().map_err(|e| e.into_error());
        pending.map_err(TableError::io(&self.columns.path, "write the file"))?.commit()?;
        Ok(self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<Table, TableError> {
        parse(Path::new("a.csv"), text)
    }

    #[test]
    fn commas_and_white_space_give_the_same_table() {
        let commas = table("# comment\ntime_ms,cell\n0.5, 3\n1e3 ,4\n").unwrap();
        let spaces = table("time_ms   cell\n0.5 3\n\n1e3\t4").unwrap();
        assert_eq!(commas, spaces);
        assert_eq!(*commas.numbers("time_ms").unwrap(), [0.5, 1000.0]);
        assert_eq!(*commas.indices("cell").unwrap(), [3, 4]);
    }

    #[test]
    fn quoted_cells_may_hold_the_separator() {
        let table = table("name,\"the value\"\n\"a, \"\"b\"\"\",1\nc,2").unwrap();
        assert_eq!(table.text("name").unwrap().iter().collect::<Vec<_>>(), ["a, \"b\"", "c"]);
        assert_eq!(*table.numbers("the value").unwrap(), [1.0, 2.0]);
    }

    #[test]
    fn a_short_line_is_named() {
        let error = table("a,b\n1,2\n3\n").unwrap_err().to_string();
        assert_eq!(
            error,
            "`a.csv`: line 3: 1 cells, but the header names 2 columns; the file is damaged or no such table"
        );
    }

    #[test]
    fn a_missing_header_is_said() {
        assert!(
            table("1,2\n3,4\n").unwrap_err().to_string().contains("numbers where the header row should be")
        );
    }

    #[test]
    fn text_is_no_number_and_a_negative_number_no_index() {
        let table = table("a b\nx -1\ny 2").unwrap();
        let error = table.numbers("a").unwrap_err().to_string();
        assert_eq!(error, "`a.csv`: column `a` holds text, but numbers are needed");
        let error = table.indices("b").unwrap_err().to_string();
        assert_eq!(
            error,
            "`a.csv`: column `b`, row 0 (from 0): `-1` is not a whole number from 0 to 4294967295"
        );
    }
}
