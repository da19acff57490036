//! One NumPy array: magic, version, a header that is a Python dictionary, then the values.
//!
//! Source: NumPy enhancement proposal 1 and `numpy/lib/format.py`, versions 1.0 to 3.0. Arrays of numbers, truth values and
//! text; columns have one dimension.

use crate::{Column, Text};
use std::io::{Read, Write};

const MAGIC: &[u8] = b"\x93NUMPY";
/// A header describes one array: NumPy itself refuses longer ones.
const LONGEST_HEADER: usize = 10_000;

/// The head of an array file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    big_endian: bool,
    code: u8,
    /// Bytes per value.
    pub(crate) width: usize,
    /// Lengths of the dimensions, the slowest first.
    pub(crate) shape: Vec<usize>,
    /// Whether the first dimension runs fastest, where there are several.
    pub(crate) fortran: bool,
    /// Values in the array: the product of the lengths.
    pub(crate) rows: usize,
}

/// Reads the head; `Err` says what is wrong with it.
pub(crate) fn read_head(file: &mut impl Read) -> Result<Head, String> {
    let mut start = [0; 8];
    file.read_exact(&mut start).map_err(|e| e.to_string())?;
    if &start[..6] != MAGIC {
        return Err("not a NumPy array".into());
    }
    let length = match start[6] {
        1 => u64::from(u16::from_le_bytes(take(file)?)),
        2 | 3 => u64::from(u32::from_le_bytes(take(file)?)),
        version => return Err(format!("version {version} of the array format, of which 1 to 3 are known")),
    };
    if length > LONGEST_HEADER as u64 {
        return Err(format!("a header of {length} bytes"));
    }
    let mut header = vec![0; length as usize];
    file.read_exact(&mut header).map_err(|e| e.to_string())?;
    parse_head(&String::from_utf8(header).map_err(|_| "a header that is no text".to_owned())?)
}

/// Reads one array, which can have no more than `most` bytes, if `check` lets its head pass; also its shape.
pub(crate) fn read(
    mut file: impl Read,
    most: u64,
    check: fn(Head) -> Result<Head, String>,
) -> Result<(Head, Column), String> {
    let head = check(read_head(&mut file)?)?;
    let bytes = (head.rows as u64).checked_mul(head.width as u64).filter(|bytes| *bytes <= most);
    let bytes = bytes.ok_or_else(|| format!("{} values, more than the file can hold", head.rows))?;
    let mut values = Vec::new();
    // One byte more than the array has: reading to the end is what makes a zip check its checksum.
    file.take(bytes + 1).read_to_end(&mut values).map_err(|e| e.to_string())?;
    match values.len() as u64 {
        found if found == bytes => {
            let column = head.column(&values)?;
            Ok((head, column))
        }
        found => Err(format!("{found} bytes of values instead of {bytes}")),
    }
}

fn take<const N: usize>(file: &mut impl Read) -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}

fn parse_head(header: &str) -> Result<Head, String> {
    let after = |key: &str| header.split_once(&format!("'{key}':")).map(|(_, rest)| rest.trim_start());
    let quoted =
        |rest: &str| rest.strip_prefix('\'').and_then(|r| r.split_once('\'')).map(|(d, _)| d.to_owned());
    let kind = after("descr").and_then(quoted).ok_or("a header without the type of the values")?;
    let shape = after("shape")
        .and_then(|rest| rest.strip_prefix('(')?.split_once(')'))
        .map(|(shape, _)| shape.trim())
        .ok_or("a header without the shape")?;
    let lengths = shape.split(',').map(str::trim).filter(|length| !length.is_empty());
    let lengths: Option<Vec<usize>> = lengths.map(|length| length.parse().ok()).collect();
    let lengths = lengths.ok_or_else(|| format!("an array of shape ({shape})"))?;
    let rows = lengths.iter().try_fold(1_usize, |all, length| all.checked_mul(*length));
    let rows = rows.ok_or_else(|| format!("an array of shape ({shape})"))?;
    let fortran = lengths.len() > 1 && after("fortran_order").is_some_and(|rest| rest.starts_with("True"));
    let unknown = || format!("values of type `{kind}`, of which numbers, truth values and text are known");
    let (order, code, width) = match kind.as_bytes() {
        [order, code, digits @ ..] => (*order, *code, std::str::from_utf8(digits).unwrap_or("")),
        _ => return Err(unknown()),
    };
    let count: usize = width.parse().map_err(|_| unknown())?;
    let width = if code == b'U' { count.checked_mul(4) } else { Some(count) }.ok_or_else(unknown)?;
    match (code, width) {
        (b'f', 4 | 8) | (b'i' | b'u', 1 | 2 | 4 | 8) | (b'b', 1) => {}
        (b'U' | b'S', 1..) => {}
        _ => return Err(unknown()),
    }
    Ok(Head { big_endian: order == b'>', code, width, shape: lengths, fortran, rows })
}

impl Head {
    /// Whether the values are truth values.
    pub(crate) fn is_truth(&self) -> bool {
        self.code == b'b'
    }

    /// The same, if the last dimension runs fastest.
    pub(crate) fn in_rows(self) -> Result<Self, String> {
        if self.fortran {
            return Err("an array in Fortran's order; save it with `numpy.ascontiguousarray`".into());
        }
        Ok(self)
    }

    /// The same, if it is that of a column.
    pub(crate) fn of_column(self) -> Result<Self, String> {
        let n = self.shape.len();
        if n == 1 {
            Ok(self)
        } else {
            Err(format!("an array of {n} dimensions, but a column has one dimension"))
        }
    }

    /// Turns the bytes of the values, `rows * width` of them, into a column.
    pub(crate) fn column(&self, bytes: &[u8]) -> Result<Column, String> {
        let wide = |b: &[u8]| self.word(b);
        let values = bytes.chunks_exact(self.width);
        Ok(match (self.code, self.width) {
            (b'f', 8) => Column::F64(values.map(|b| f64::from_bits(wide(b))).collect()),
            (b'f', _) => Column::F32(values.map(|b| f32::from_bits(wide(b) as u32)).collect()),
            (b'u', 8) => {
                let whole = values.map(|b| i64::try_from(wide(b)));
                Column::I64(
                    whole.collect::<Result<_, _>>().map_err(|_| "a number above 9223372036854775807")?,
                )
            }
            (b'u' | b'b', _) => Column::U32(values.map(|b| wide(b) as u32).collect()),
            (b'i', width) => {
                let unused = 64 - 8 * width as u32;
                Column::I64(values.map(|b| (wide(b) << unused) as i64 >> unused).collect())
            }
            (b'S', _) => Column::Text(values.map(ascii).collect::<Result<Text, _>>()?),
            _ => Column::Text(values.map(|b| self.unicode(b)).collect::<Result<Text, _>>()?),
        })
    }

    /// Up to eight bytes as an integer, whatever their order.
    fn word(&self, bytes: &[u8]) -> u64 {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        if self.big_endian {
            word[..bytes.len()].reverse();
        }
        u64::from_le_bytes(word)
    }

    fn unicode(&self, bytes: &[u8]) -> Result<String, String> {
        let points = bytes.chunks_exact(4).map(|b| self.word(b) as u32).take_while(|point| *point != 0);
        points.map(|p| char::from_u32(p).ok_or_else(|| format!("{p:#x}, which is no character"))).collect()
    }
}

fn ascii(bytes: &[u8]) -> Result<String, String> {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    String::from_utf8(bytes[..end].to_vec()).map_err(|_| "text that is not UTF-8".into())
}

/// Writes the head of a one-dimensional array, padded to 64 bytes as NumPy does.
pub(crate) fn write_head(file: &mut impl Write, kind: &str, rows: u64) -> std::io::Result<()> {
    let mut header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({rows},), }}");
    let length = (MAGIC.len() + 4 + header.len() + 1).next_multiple_of(64) - MAGIC.len() - 4;
    header.extend(std::iter::repeat_n(' ', length - header.len() - 1));
    header.push('\n');
    file.write_all(MAGIC)?;
    file.write_all(&[1, 0])?;
    file.write_all(&(length as u16).to_le_bytes())?;
    file.write_all(header.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_that_numpy_writes_are_understood() {
        let head = |h: &str| parse_head(h);
        let f8 = head("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }").unwrap();
        assert_eq!(
            f8,
            Head { big_endian: false, code: b'f', width: 8, fortran: false, shape: vec![3], rows: 3 }
        );
        assert_eq!(head("{'descr': '<U5', 'fortran_order': False, 'shape': (2,), }").unwrap().width, 20);
        let square = head("{'descr': '<f8', 'shape': (3, 2), }").unwrap();
        assert_eq!((square.shape.as_slice(), square.rows), (&[3, 2][..], 6));
        assert!(square.of_column().unwrap_err().contains("one dimension"));
        let turned = "{'descr': '<f8', 'fortran_order': True, 'shape': (3, 2), }";
        assert!(head(turned).and_then(Head::in_rows).unwrap_err().contains("Fortran"));
        assert!(head("{'descr': '<f8', 'shape': (3, -2), }").unwrap_err().contains("(3, -2)"));
        assert!(head("{'descr': '|O', 'shape': (3,), }").unwrap_err().contains("`|O`"));
    }

    #[test]
    fn small_and_foreign_integers_keep_their_value() {
        let head = |code, width, big_endian| Head {
            big_endian,
            code,
            width,
            fortran: false,
            shape: vec![1],
            rows: 1,
        };
        assert_eq!(head(b'i', 2, false).column(&[0xfe, 0xff]), Ok(Column::I64(vec![-2])));
        assert_eq!(head(b'u', 2, true).column(&[1, 2]), Ok(Column::U32(vec![258])));
        assert_eq!(head(b'f', 4, true).column(&1.5_f32.to_be_bytes()), Ok(Column::F32(vec![1.5])));
    }

    #[test]
    fn a_written_head_is_read_back() {
        let mut bytes = Vec::new();
        write_head(&mut bytes, "<u4", 12).unwrap();
        assert_eq!(bytes.len() % 64, 0);
        assert_eq!(
            read_head(&mut bytes.as_slice()).unwrap(),
            Head { big_endian: false, code: b'u', width: 4, fortran: false, shape: vec![12], rows: 12 }
        );
    }
}
