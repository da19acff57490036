//! Trace: a course in time that was measured or computed elsewhere, put on the steps of a trial.

use std::path::Path;

use rust_hdf5::H5File;

/// Samples in even steps of time, the first at time 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The samples, `[sample]`.
    pub values: Vec<f64>,
    /// Time from sample to sample, in ms.
    pub every: f64,
}

impl Trace {
    /// Reads the one list of numbers in a dataset of an HDF5 file, or in an NPY, IDX, NPZ or table file of one column, where `dataset` has
    /// no meaning. Dimensions of one entry do not count.
    ///
    /// # Errors
    /// The file cannot be read or is damaged, the dataset is not in it, is no list, or holds a number that is not finite.
    pub fn read(path: &Path, dataset: &str, every: f64) -> Result<Self, String> {
        let hdf5_like =
            path.extension().is_some_and(|e| ["h5", "hdf5", "hdf", "nwb"].iter().any(|k| e == *k));
        let read = if hdf5_like { hdf5(path, dataset) } else { list(path) };
        let values = read.map_err(|found| format!("`{}`: {found}", path.display()))?;
        match values.iter().position(|x| !x.is_finite()) {
            None => Ok(Self { values, every }),
            Some(k) => {
                Err(format!("`{}`: sample {k} is {}; finite numbers are allowed", path.display(), values[k]))
            }
        }
    }

    /// The time of the last sample, in ms.
    pub fn end(&self) -> f64 {
        self.values.len().saturating_sub(1) as f64 * self.every
    }

    /// The value after each of `steps` steps of `dt` ms, on straight lines between samples.
    ///
    /// # Errors
    /// It ends before them.
    pub fn on_grid(&self, steps: usize, dt: f64) -> Result<Vec<f32>, String> {
        // A sample's place is known to a millionth, so that a grid as fine as the samples falls on them.
        const SAME: f64 = 1e-6;
        let last = steps as f64 * dt;
        if self.values.is_empty() || last > self.end() + SAME * self.every {
            return Err(format!(
                "the trace has {} samples and ends at {} ms; a trial lasts {last} ms; a trace as long is allowed, or a shorter \
                 `run.duration`",
                self.values.len(),
                self.end()
            ));
        }
        let at = |step: usize| {
            let place = step as f64 * dt / self.every;
            let (near, k) = (place.round(), place.floor() as usize);
            if (place - near).abs() < SAME {
                return self.values[near as usize] as f32;
            }
            let part = place - k as f64;
            (self.values[k] * (1.0 - part) + self.values[k + 1] * part) as f32
        };
        Ok((1..=steps).map(at).collect())
    }
}

/// The steps, from 0, in which `values` after each step rise to `level` from below it.
pub fn crossings(values: &[f32], level: f64) -> Vec<u64> {
    let above = |x: f32| f64::from(x) >= level;
    let rises = |k: &usize| above(values[*k]) && *k > 0 && !above(values[*k - 1]);
    (0..values.len()).filter(rises).map(|k| k as u64).collect()
}

fn hdf5(path: &Path, dataset: &str) -> Result<Vec<f64>, String> {
    // The library's own words for a missing file do not say which.
    std::fs::metadata(path).map_err(|e| format!("an HDF5 file is needed here: {e}"))?;
    let damaged = |e: rust_hdf5::Hdf5Error| format!("{e}; the file is cut short, damaged or no HDF5");
    let file = H5File::options().best_effort_locking().open(path).map_err(damaged)?;
    let found = file.dataset(dataset.trim_start_matches('/'));
    let found = found.map_err(|_| {
        let mut all = file.dataset_names();
        all.sort();
        format!("there is no dataset `{dataset}`; it holds {}", all.join(", "))
    })?;
    one_dimension(&found.shape()).map_err(|e| format!("dataset `{dataset}`: {e}"))?;
    found.read_numeric_as().map_err(damaged)
}

fn list(path: &Path) -> Result<Vec<f64>, String> {
    let (shape, values) = tables::numbers(path).map_err(|e| e.to_string())?;
    one_dimension(&shape)?;
    Ok(values.part(0..values.len()).into_iter().map(f64::from).collect())
}

fn one_dimension(shape: &[usize]) -> Result<(), String> {
    match shape.iter().filter(|n| **n != 1).count() {
        0 | 1 => Ok(()),
        _ => Err(format!("an array of shape {shape:?} is no trace; a list of samples is allowed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_read_off_between_its_samples_and_not_beyond_them() {
        let trace = Trace { values: vec![0.0, 1.0, 3.0, -1.0], every: 0.5 };
        assert_eq!(trace.on_grid(3, 0.5).unwrap(), [1.0, 3.0, -1.0]);
        assert_eq!(trace.on_grid(6, 0.25).unwrap(), [0.5, 1.0, 2.0, 3.0, 1.0, -1.0]);
        assert_eq!(trace.on_grid(1, 1.0).unwrap(), [3.0]);
        assert!(trace.on_grid(2, 1.0).unwrap_err().contains("ends at 1.5 ms"));
    }

    #[test]
    fn a_trace_rises_through_a_level_once_for_each_time_it_was_below() {
        assert_eq!(crossings(&[-5.0, 1.0, 2.0, -1.0, -0.5, 0.0, 3.0], 0.0), [1, 5]);
        assert!(crossings(&[5.0, 6.0], 0.0).is_empty(), "what begins above has not risen");
    }
}
