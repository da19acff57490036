//! Events: spikes of many samples, as neuromorphic data sets keep them.
//!
//! - HDF5 of the Heidelberg Digits: `spikes/times` in seconds and `spikes/units`, a list of any length for each sample, and `labels`.
//! - N-MNIST: a folder for each class, a file for each sample, five bytes for each event: column, row, polarity and 23 bits of time in µs.
//!
//! Source: Cramer, Stradmann, Schemmel & Zenke (2022), IEEE Transactions on Neural Networks and Learning Systems 33(7),
//! <https://doi.org/10.1109/TNNLS.2020.3044364>; Orchard, Jayawant, Cohen & Thakor (2015), Frontiers in Neuroscience 9:437,
//! <https://doi.org/10.3389/fnins.2015.00437>, and the readme of its data.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rust_hdf5::{DatatypeMessage, H5File};

/// Columns and rows of N-MNIST; neuron = (polarity 34 + row) 34 + column.
const SIDE: u32 = 34;
/// Bytes of an event of N-MNIST.
const EVENT: usize = 5;

/// Spikes of samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Events {
    /// Where the spikes of each sample begin, and their number at the end.
    starts: Vec<usize>,
    /// Who fires.
    neurons: Vec<u32>,
    /// When, in ms from the beginning of the trial.
    times: Vec<f32>,
}

impl Events {
    /// From lists of neurons and times in ms, one pair of lists for each sample.
    ///
    /// # Errors
    /// Lists of different lengths, and times that are negative or not finite.
    pub fn new(samples: impl IntoIterator<Item = (Vec<u32>, Vec<f32>)>) -> Result<Self, String> {
        let mut events = Self { starts: vec![0], ..Self::default() };
        for (k, (neurons, times)) in samples.into_iter().enumerate() {
            if neurons.len() != times.len() {
                let (n, m) = (neurons.len(), times.len());
                return Err(format!("sample {k} has {m} times and {n} units; as many of both are allowed"));
            }
            if let Some(time) = times.iter().find(|t| !(0.0..f32::INFINITY).contains(*t)) {
                return Err(format!(
                    "sample {k} has a spike at {time} ms; finite times from 0 on are allowed"
                ));
            }
            events.neurons.extend(neurons);
            events.times.extend(times);
            events.starts.push(events.times.len());
        }
        Ok(events)
    }

    /// Reads spikes with the class of each sample: a folder of N-MNIST, or else an HDF5 file.
    ///
    /// # Errors
    /// A file that is not there, is cut short or damaged, or is laid out in another way.
    pub fn read(path: &Path) -> Result<(Self, Vec<u32>), String> {
        let read = if path.is_dir() { folder(path) } else { hdf5(path) };
        read.map_err(|found| format!("`{}`: {found}", path.display()))
    }

    /// Samples.
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The highest neuron that fires.
    pub fn highest(&self) -> Option<u32> {
        self.neurons.iter().copied().max()
    }

    /// Who fires when, in ms, in the first `steps` steps of `dt` ms: one spike for each step of a neuron, as in the encoding that the
    /// data sets' authors use.
    pub fn on_grid(&self, sample: usize, dt: f64, steps: usize) -> Vec<(u32, f64)> {
        let range = self.starts[sample]..self.starts[sample + 1];
        let place = |k: usize| ((f64::from(self.times[k]) / dt).floor() as usize, self.neurons[k]);
        let mut all: Vec<(usize, u32)> = range.map(place).filter(|(step, _)| *step < steps).collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(|(step, neuron)| (neuron, step as f64 * dt)).collect()
    }

    pub(super) fn part(&self, range: Range<usize>) -> Self {
        let events = self.starts[range.start]..self.starts[range.end];
        let starts = &self.starts[range.start..=range.end];
        Self {
            starts: starts.iter().map(|start| start - events.start).collect(),
            neurons: self.neurons[events.clone()].to_vec(),
            times: self.times[events].to_vec(),
        }
    }
}

/// The layout of the Heidelberg Digits.
fn hdf5(path: &Path) -> Result<(Events, Vec<u32>), String> {
    // The library's own words for a missing file do not say which.
    fs::metadata(path).map_err(|e| format!("an HDF5 file is needed here: {e}"))?;
    let damaged = |e: rust_hdf5::Hdf5Error| format!("{e}; the file is cut short, damaged or no HDF5");
    let file = H5File::options().best_effort_locking().open(path).map_err(damaged)?;
    let lists = |name: &str| -> Result<Vec<Vec<f64>>, String> {
        let absent =
            |_| format!("there is no `{name}`; `spikes/times`, `spikes/units` and `labels` are needed");
        let dataset = file.dataset(name).map_err(absent)?;
        let base = match dataset.datatype().map_err(damaged)? {
            DatatypeMessage::VarLenSequence { base } => base,
            _ => return Err(format!("`{name}` is no dataset of lists; a list for each sample is needed")),
        };
        let lists = dataset.read_vlen_bytes().map_err(damaged)?;
        lists.iter().map(|bytes| decode(&base, bytes).map_err(|e| format!("`{name}`: {e}"))).collect()
    };
    let (times, units) = (lists("spikes/times")?, lists("spikes/units")?);
    let labels = file.dataset("labels").map_err(|_| "there is no `labels`".to_string())?;
    let labels: Vec<i64> = labels.read_numeric_as().map_err(damaged)?;
    if times.len() != units.len() || labels.len() != units.len() {
        return Err(format!(
            "{} samples of times, {} of units and {} labels; as many of all are needed",
            times.len(),
            units.len(),
            labels.len()
        ));
    }
    let neurons = |units: Vec<f64>| units.into_iter().map(|u| u as u32).collect();
    let ms = |times: Vec<f64>| times.into_iter().map(|t| (t * 1e3) as f32).collect();
    let events = Events::new(units.into_iter().map(neurons).zip(times.into_iter().map(ms)))?;
    let class = |label: i64| u32::try_from(label).map_err(|_| format!("label {label} is no class"));
    Ok((events, labels.into_iter().map(class).collect::<Result<_, _>>()?))
}

/// Numbers of one list.
fn decode(base: &DatatypeMessage, bytes: &[u8]) -> Result<Vec<f64>, String> {
    fn each<const N: usize>(bytes: &[u8], of: impl Fn([u8; N]) -> f64) -> Vec<f64> {
        bytes.as_chunks::<N>().0.iter().map(|chunk| of(*chunk)).collect()
    }
    Ok(match base {
        DatatypeMessage::FloatingPoint { size: 2, .. } => each(bytes, |b| half(u16::from_le_bytes(b))),
        DatatypeMessage::FloatingPoint { size: 4, .. } => each(bytes, |b| f32::from_le_bytes(b).into()),
        DatatypeMessage::FloatingPoint { size: 8, .. } => each(bytes, f64::from_le_bytes),
        DatatypeMessage::FixedPoint { size: 1, .. } => bytes.iter().map(|b| f64::from(*b)).collect(),
        DatatypeMessage::FixedPoint { size: 2, .. } => each(bytes, |b| u16::from_le_bytes(b).into()),
        DatatypeMessage::FixedPoint { size: 4, .. } => each(bytes, |b| u32::from_le_bytes(b).into()),
        DatatypeMessage::FixedPoint { size: 8, .. } => each(bytes, |b| u64::from_le_bytes(b) as f64),
        _ => return Err("lists of this type are not read; floats and integers are".into()),
    })
}

/// A number of half precision, IEEE 754-2008, table 3.5.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023) / 1024.0);
    let size = match exponent {
        0 => fraction * 2f64.powi(-14),
        31 if fraction > 0.0 => f64::NAN,
        31 => f64::INFINITY,
        e => (1.0 + fraction) * 2f64.powi(e - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

fn listed(path: &Path) -> Result<Vec<PathBuf>, String> {
    let io = |e: std::io::Error| format!("cannot list `{}`: {e}", path.display());
    let entries = fs::read_dir(path).map_err(io)?;
    let mut all = entries.map(|e| e.map(|e| e.path())).collect::<Result<Vec<_>, _>>().map_err(io)?;
    all.sort();
    Ok(all)
}

/// The layout of N-MNIST. Classes take turns, so that any part of the samples has all of them.
fn folder(path: &Path) -> Result<(Events, Vec<u32>), String> {
    let mut classes = Vec::new();
    for class in listed(path)?.into_iter().filter(|p| p.is_dir()) {
        let name = class.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let number: u32 = name.parse().map_err(|_| {
            format!("the folder `{name}` is no class; folders `0`, `1`, ... with files of events are needed")
        })?;
        let files = listed(&class)?.into_iter().filter(|p| p.extension().is_some_and(|e| e == "bin"));
        classes.push((number, files.collect::<Vec<_>>()));
    }
    classes.sort();
    let mut labels = Vec::new();
    let mut samples = Vec::new();
    for k in 0..classes.iter().map(|(_, files)| files.len()).max().unwrap_or(0) {
        for (class, file) in classes.iter().filter_map(|(class, files)| Some((class, files.get(k)?))) {
            let bytes = fs::read(file).map_err(|e| format!("cannot read `{}`: {e}", file.display()))?;
            samples.push(n_mnist(&bytes).map_err(|found| format!("`{}`: {found}", file.display()))?);
            labels.push(*class);
        }
    }
    if samples.is_empty() {
        return Err("no folders of classes with `.bin` files of events are in it".into());
    }
    Ok((Events::new(samples)?, labels))
}

fn n_mnist(bytes: &[u8]) -> Result<(Vec<u32>, Vec<f32>), String> {
    let (events, []) = bytes.as_chunks::<EVENT>() else {
        return Err(format!(
            "{} bytes are no whole number of events of {EVENT} bytes; the file is cut short",
            bytes.len()
        ));
    };
    let mut all = (Vec::with_capacity(events.len()), Vec::with_capacity(events.len()));
    for [column, row, high, middle, low] in events {
        let (column, row, polarity) = (u32::from(*column), u32::from(*row), u32::from(high >> 7));
        if column.max(row) >= SIDE {
            return Err(format!("an event at column {column}, row {row}; both are below {SIDE} in N-MNIST"));
        }
        all.0.push((polarity * SIDE + row) * SIDE + column);
        let time = u32::from_be_bytes([0, high & 0x7f, *middle, *low]);
        all.1.push(time as f32 / 1e3);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("training_events_{}_{name}", std::process::id()))
    }

    #[test]
    fn events_of_40_bits_are_read_and_cut_files_refused() {
        // Column 3, row 5, polarity 1, 0x010203 µs.
        let bytes = [3, 5, 0x81, 2, 3, 33, 0, 0, 3, 0xE8];
        let (neurons, times) = n_mnist(&bytes).unwrap();
        assert_eq!(neurons, [(34 + 5) * 34 + 3, 33]);
        assert_eq!(times, [66.051, 1.0]);
        assert!(n_mnist(&bytes[..9]).unwrap_err().contains("9 bytes are no whole number of events"));
        assert!(n_mnist(&[34, 0, 0, 0, 0]).unwrap_err().contains("column 34"));
        let path = place("nmnist");
        for class in ["0", "1"] {
            fs::create_dir_all(path.join(class)).unwrap();
        }
        for file in ["0/00002.bin", "0/00005.bin", "1/00001.bin"] {
            fs::write(path.join(file), bytes).unwrap();
        }
        let (events, labels) = Events::read(&path).unwrap();
        assert_eq!((events.len(), labels), (3, vec![0, 1, 0]));
        fs::write(path.join("1/00001.bin"), &bytes[..7]).unwrap();
        let found = Events::read(&path).unwrap_err();
        assert!(found.contains("00001.bin") && found.contains("cut short"), "{found}");
        fs::remove_dir_all(&path).unwrap();
    }

    #[test]
    fn lists_of_any_length_come_out_of_hdf5() {
        let path = place("shd.h5");
        let file = H5File::create(&path).unwrap();
        let times: [&[f32]; 3] = [&[0.0105, 0.25], &[], &[1.0]];
        let units: [&[u16]; 3] = [&[7, 699], &[], &[0]];
        file.create_group("spikes").unwrap();
        file.write_vlen_numeric("spikes/times", &times).unwrap();
        file.write_vlen_numeric("spikes/units", &units).unwrap();
        let labels = file.new_dataset::<i64>().shape([3]).create("labels").unwrap();
        labels.write_raw(&[4i64, 0, 19]).unwrap();
        file.close().unwrap();
        let (events, labels) = Events::read(&path).unwrap();
        assert_eq!(labels, [4, 0, 19]);
        assert_eq!(events.highest(), Some(699));
        assert_eq!(events.on_grid(0, 1.0, 200), [(7, 10.0)], "what is later than the trial is left out");
        assert!(events.on_grid(1, 1.0, 200).is_empty());
        assert_eq!(events.part(2..3).on_grid(0, 1.0, 2000), [(0, 1000.0)]);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let found = Events::read(&path).unwrap_err();
        assert!(found.contains("shd.h5"), "{found}");
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn half_precision_has_the_values_of_ieee_754() {
        let known = [(0x3C00, 1.0), (0xC000, -2.0), (0x7BFF, 65504.0), (0x0001, 5.960_464_477_539_063e-8)];
        known.into_iter().for_each(|(bits, value)| assert_eq!(half(bits), value));
        assert!(half(0x7E00).is_nan() && half(0x7C00).is_infinite());
    }

    #[test]
    fn a_neuron_fires_once_in_a_step() {
        let events = Events::new([(vec![2, 1, 2], vec![1.4, 1.2, 1.9])]).unwrap();
        assert_eq!(events.on_grid(0, 1.0, 10), [(1, 1.0), (2, 1.0)]);
        assert!(Events::new([(vec![1], vec![])]).unwrap_err().contains("0 times and 1 units"));
        assert!(Events::new([(vec![1], vec![-1.0])]).unwrap_err().contains("-1 ms"));
    }
}
