//! IDX: arrays as the MNIST family of data sets keeps them, plain or compressed by gzip.
//!
//! ```text
//! 0 0 type dimensions, a length of 32 bits for each dimension, and the values; the highest byte of a number first
//! ```
//!
//! Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits", <http://yann.lecun.com/exdb/mnist/>, FILE FORMATS.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::{Column, TableError};

/// The most dimensions that make sense; more are another file.
const MOST_DIMENSIONS: u8 = 8;
/// What compression may make of a file: beyond it a header is not believed. A plain file that was cut short is told what it lacks.
const MOST_GAIN: u64 = 1100;

/// Values of a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Bytes(Vec<u8>),
    Column(Column),
}

/// Reads `path`, if it is such a file.
pub(crate) fn read(path: &Path) -> Result<Option<(Vec<usize>, Content)>, TableError> {
    let mut file = File::open(path).map_err(TableError::io(path, "open the file"))?;
    let size = file.metadata().map_err(TableError::io(path, "read the file"))?.len();
    let mut magic = [0; 4];
    let mut have = 0;
    while have < 4 {
        match file.read(&mut magic[have..]).map_err(TableError::io(path, "read the file"))? {
            0 => return Ok(None),
            n => have += n,
        }
    }
    let mut whole = magic.chain(file);
    let most = size.saturating_mul(MOST_GAIN);
    match magic {
        [0x1f, 0x8b, ..] => parse(&mut flate2::read::GzDecoder::new(whole), most),
        [0, 0, kind, 1..=MOST_DIMENSIONS] if width(kind).is_some() => parse(&mut whole, most),
        _ => return Ok(None),
    }
    .map(Some)
    .map_err(|found| TableError::malformed(path, "IDX array", found))
}

/// Bytes of a number of a type.
fn width(kind: u8) -> Option<usize> {
    match kind {
        0x08 | 0x09 => Some(1),
        0x0B => Some(2),
        0x0C | 0x0D => Some(4),
        0x0E => Some(8),
        _ => None,
    }
}

fn parse(from: &mut dyn Read, most: u64) -> Result<(Vec<usize>, Content), String> {
    let mut head = [0; 4];
    let short = |e: std::io::Error| format!("the header is cut short: {e}");
    from.read_exact(&mut head).map_err(short)?;
    let [0, 0, kind, dimensions @ 1..=MOST_DIMENSIONS] = head else {
        return Err(format!(
            "begins with the bytes {head:?}, where two zeros, a type and dimensions are due"
        ));
    };
    let width = width(kind).ok_or_else(|| format!("values of the unknown type {kind:#04x}"))?;
    let mut shape = Vec::new();
    for _ in 0..dimensions {
        let mut length = [0; 4];
        from.read_exact(&mut length).map_err(short)?;
        shape.push(u32::from_be_bytes(length) as usize);
    }
    let count = shape.iter().try_fold(width, |all, n| all.checked_mul(*n));
    let bytes = count.filter(|n| *n as u64 <= most);
    let bytes = bytes.ok_or_else(|| format!("an array of shape {shape:?} is more than the file can hold"))?;
    let mut values = Vec::new();
    // One byte more shows whether the file goes on.
    let read = from.take(bytes as u64 + 1).read_to_end(&mut values);
    if let Err(error) = read {
        return Err(format!("{} of {bytes} bytes of values, then: {error}", values.len()));
    }
    if values.len() != bytes {
        let more = if values.len() > bytes { "more than " } else { "" };
        return Err(format!("{more}{} bytes of values instead of {bytes}", values.len().min(bytes)));
    }
    Ok((shape, content(kind, values)))
}

fn content(kind: u8, bytes: Vec<u8>) -> Content {
    fn each<const N: usize, X>(bytes: &[u8], of: impl Fn([u8; N]) -> X) -> Vec<X> {
        bytes.as_chunks::<N>().0.iter().map(|chunk| of(*chunk)).collect()
    }
    Content::Column(match kind {
        0x08 => return Content::Bytes(bytes),
        0x09 => Column::I64(each(&bytes, |b| i64::from(i8::from_be_bytes(b)))),
        0x0B => Column::I64(each(&bytes, |b| i64::from(i16::from_be_bytes(b)))),
        0x0C => Column::I64(each(&bytes, |b| i64::from(i32::from_be_bytes(b)))),
        0x0D => Column::F32(each(&bytes, f32::from_be_bytes)),
        _ => Column::F64(each(&bytes, f64::from_be_bytes)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::path::PathBuf;

    fn file(name: &str, content: &[u8]) -> PathBuf {
        let path = std::env::temp_dir().join(format!("tables_idx_{}_{name}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        path
    }

    fn images() -> Vec<u8> {
        let mut bytes = vec![0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3];
        bytes.extend([0, 1, 2, 3, 4, 255]);
        bytes
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        to.write_all(bytes).unwrap();
        to.finish().unwrap()
    }

    #[test]
    fn plain_and_compressed_files_hold_the_same() {
        let right = (vec![2, 1, 3], Content::Bytes(vec![0, 1, 2, 3, 4, 255]));
        assert_eq!(read(&file("plain", &images())).unwrap(), Some(right.clone()));
        assert_eq!(read(&file("packed.gz", &gzip(&images()))).unwrap(), Some(right));
        let mut numbers = vec![0, 0, 0x0D, 1, 0, 0, 0, 2];
        numbers.extend([1.5f32, -2.0].iter().flat_map(|x| x.to_be_bytes()));
        let right = (vec![2], Content::Column(Column::F32(vec![1.5, -2.0])));
        assert_eq!(read(&file("floats", &numbers)).unwrap(), Some(right));
        assert_eq!(read(&file("other", b"time,value\n")).unwrap(), None);
    }

    #[test]
    fn files_that_are_cut_short_say_how_much_is_there() {
        let refused = |name: &str, bytes: &[u8]| read(&file(name, bytes)).unwrap_err().to_string();
        let whole = images();
        let found = refused("short", &whole[..20]);
        assert!(found.contains("IDX array: 4 bytes of values instead of 6"), "{found}");
        let found = refused("header", &whole[..9]);
        assert!(found.contains("the header is cut short"), "{found}");
        let packed = gzip(&whole);
        let found = refused("packed", &packed[..packed.len() - 12]);
        assert!(found.contains("of 6 bytes of values, then"), "{found}");
        let found = refused("long", &[&whole[..], &[1]].concat());
        assert!(found.contains("more than 6 bytes of values instead of 6"), "{found}");
        let found = refused("huge", &[0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255]);
        assert!(found.contains("more than the file can hold"), "{found}");
    }
}
