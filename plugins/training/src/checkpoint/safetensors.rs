//! Safetensors: named arrays in a file, that many programs read.
//!
//! ```text
//! length of the header, 64 bits, lowest byte first; the header, a JSON object; the values of all arrays
//! header: name → { "dtype": "F32", "shape": [...], "data_offsets": [begin, end] }, "__metadata__" → { name → text }
//! ```
//!
//! Source: Hugging Face, safetensors, section Format, <https://github.com/huggingface/safetensors>. Departure: arrays of other types than
//! `F32` are refused.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};

/// The key of what is no array.
const METADATA: &str = "__metadata__";
/// Larger headers are refused, as the format says.
const LARGEST_HEADER: usize = 100_000_000;

/// Named arrays and texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tensors {
    /// Texts by name.
    pub metadata: BTreeMap<String, String>,
    /// Name, lengths of the dimensions, and values in row-major order.
    pub tensors: Vec<(String, Vec<usize>, Vec<f32>)>,
}

impl Tensors {
    /// The array of that name.
    pub fn tensor(&self, name: &str) -> Option<(&[usize], &[f32])> {
        self.tensors.iter().find(|(n, ..)| n == name).map(|(_, shape, values)| (&shape[..], &values[..]))
    }

    /// The content of a file.
    pub fn encode(&self) -> Vec<u8> {
        let mut header = Map::new();
        header.insert(METADATA.into(), json!(self.metadata));
        let mut end = 0;
        for (name, shape, values) in &self.tensors {
            let begin = end;
            end += 4 * values.len();
            header.insert(
                name.clone(),
                json!({ "dtype": "F32", "shape": shape, "data_offsets": [begin, end] }),
            );
        }
        let mut header = Value::Object(header).to_string().into_bytes();
        // Values begin at a multiple of eight bytes.
        header.resize(header.len().next_multiple_of(8), b' ');
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header);
        bytes.extend(self.tensors.iter().flat_map(|(_, _, values)| values).flat_map(|x| x.to_le_bytes()));
        bytes
    }

    /// Reads the content of a file.
    ///
    /// # Errors
    /// It is cut short, damaged, or holds arrays of other types.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        let cut = |what: &str| format!("{what}; the file is cut short or no safetensors");
        let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(|| cut("it has less than 8 bytes"))?;
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if length > LARGEST_HEADER || length > rest.len() {
            return Err(cut(&format!("its header of {length} bytes does not fit into {}", rest.len())));
        }
        let (header, data) = rest.split_at(length);
        let header: Map<String, Value> =
            serde_json::from_slice(header).map_err(|e| cut(&format!("its header is no JSON object: {e}")))?;
        let mut all = Self::default();
        for (name, entry) in header {
            if name == METADATA {
                all.metadata = serde_json::from_value(entry).map_err(|e| format!("`{METADATA}`: {e}"))?;
                continue;
            }
            let (shape, values) = tensor(&entry, data).map_err(|found| format!("`{name}`: {found}"))?;
            all.tensors.push((name, shape, values));
        }
        Ok(all)
    }

    /// Writes a file, at once.
    ///
    /// # Errors
    /// The disk refuses; an older file is then as it was.
    pub fn write(&self, path: &Path) -> Result<(), String> {
        tables::file::replace(path, &self.encode()).map_err(|e| e.to_string())
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or as [`Tensors::decode`].
    pub fn read(path: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(path).map_err(|e| format!("`{}`: {e}", path.display()))?;
        Self::decode(&bytes).map_err(|found| format!("`{}`: {found}", path.display()))
    }
}

fn tensor(entry: &Value, data: &[u8]) -> Result<(Vec<usize>, Vec<f32>), String> {
    if entry["dtype"] != "F32" {
        return Err(format!("values of type {}; \"F32\" is allowed", entry["dtype"]));
    }
    let numbers = |key: &str| -> Option<Vec<usize>> {
        let each = |n: &Value| n.as_u64().and_then(|n| usize::try_from(n).ok());
        entry[key].as_array()?.iter().map(each).collect()
    };
    let (Some(shape), Some(offsets)) = (numbers("shape"), numbers("data_offsets")) else {
        return Err("no `shape` or no `data_offsets` of whole numbers".into());
    };
    let bytes = shape.iter().try_fold(4usize, |all, n| all.checked_mul(*n));
    match offsets[..] {
        [begin, end] if begin <= end && Some(end - begin) == bytes => {
            let chunk = data.get(begin..end).ok_or_else(|| {
                format!("its values end at byte {end} of {}; the file is cut short", data.len())
            })?;
            let values = chunk.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
            Ok((shape, values))
        }
        _ => Err(format!("values of shape {shape:?} do not lie between bytes {offsets:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Tensors {
        let metadata = BTreeMap::from([("step".to_owned(), "7".to_owned())]);
        let weights = vec![1.0, -0.0, f32::MIN_POSITIVE, 3.5e-39, f32::MAX, 0.1];
        Tensors { metadata, tensors: vec![("a".into(), vec![2, 3], weights), ("b".into(), vec![0], vec![])] }
    }

    #[test]
    fn what_is_written_is_read_to_the_bit() {
        let bytes = some().encode();
        let read = Tensors::decode(&bytes).unwrap();
        assert_eq!(read, some());
        assert_eq!(read.tensor("a").unwrap().1[1].to_bits(), (-0.0f32).to_bits());
        let header = u64::from_le_bytes(bytes[..8].try_into().unwrap());
        assert_eq!(header % 8, 0, "values are aligned");
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let bytes = some().encode();
        for n in 0..bytes.len() {
            assert!(Tensors::decode(&bytes[..n]).is_err(), "{n} of {} bytes", bytes.len());
        }
        let found = Tensors::decode(&bytes[..bytes.len() - 1]).unwrap_err();
        assert!(found.contains("`a`: its values end at byte 24 of 23; the file is cut short"), "{found}");
        let other = String::from_utf8_lossy(&bytes).replace("F32", "F16").into_bytes();
        assert!(Tensors::decode(&other).is_err());
    }
}
