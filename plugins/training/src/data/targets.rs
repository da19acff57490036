//! Targets: what should come out of each trial.

use std::ops::Range;
use std::path::Path;

use ecs_core::training::Wanted;

/// What should come out of each trial.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets {
    /// The right class of each sample.
    Classes(Vec<u32>),
    /// Numbers `[sample, frame, place]`.
    Numbers {
        /// All of them.
        values: Vec<f32>,
        /// Frames and places of a sample.
        shape: [usize; 2],
    },
    /// Classes that are drawn with the samples, of so many.
    Drawn(usize),
}

impl Targets {
    /// Reads what a loss wants: classes, one number for each sample; or numbers `[sample, place]` or `[sample, frame, place]`, the first
    /// dimension being that of samples. IDX, NPY, NPZ with one array, or a table with a row for each sample.
    ///
    /// # Errors
    /// The file cannot be read or is damaged, holds no list of samples, or a class that is no whole number from 0 on.
    pub fn read(path: &Path, wanted: Wanted) -> Result<Self, String> {
        let (shape, values) = tables::numbers(path).map_err(|e| e.to_string())?;
        let all = values.part(0..values.len());
        Self::new(&shape, all, wanted).map_err(|found| format!("`{}`: {found}", path.display()))
    }

    /// The same, of numbers.
    ///
    /// # Errors
    /// As [`Targets::read`] has them.
    pub fn new(shape: &[usize], values: Vec<f32>, wanted: Wanted) -> Result<Self, String> {
        let [samples, rest @ ..] = shape else {
            return Err("a single number is no list of targets".into());
        };
        match (wanted, rest) {
            (Wanted::Classes, [] | [1]) => {
                let class = |(k, x): (usize, &f32)| match x.fract() == 0.0 && (0.0..1e9).contains(x) {
                    true => Ok(*x as u32),
                    false => Err(format!("target {k} is {x}; whole numbers from 0 on are classes")),
                };
                values.iter().enumerate().map(class).collect::<Result<_, _>>().map(Self::Classes)
            }
            (Wanted::Classes, _) => Err(format!(
                "targets of shape {shape:?}; one class for each of the {samples} samples is allowed"
            )),
            (Wanted::Numbers, [] | [_] | [_, _]) => {
                let shape = match rest {
                    [] => [1, 1],
                    [places] => [1, *places],
                    _ => [rest[0], rest[1]],
                };
                match values.iter().position(|x| !x.is_finite()) {
                    None => Ok(Self::Numbers { values, shape }),
                    Some(k) => Err(format!("number {k} is {}; finite numbers are allowed", values[k])),
                }
            }
            (Wanted::Numbers, _) => {
                Err(format!("targets of shape {shape:?}; `[sample, frame, place]` or fewer are allowed"))
            }
            (Wanted::Sequences, _) => {
                Err("a loss of sequences is not fed from files; choose another loss".into())
            }
        }
    }

    /// Samples.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes(classes) => classes.len(),
            Self::Drawn(samples) => *samples,
            Self::Numbers { values, shape } => values.len() / (shape[0] * shape[1]).max(1),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether each prediction of `frames` by `places` can be compared.
    ///
    /// # Errors
    /// Classes that no place stands for, and numbers of another shape.
    pub fn fit(&self, frames: usize, places: usize) -> Result<(), String> {
        match self {
            Self::Classes(classes) => match classes.iter().position(|class| *class as usize >= places) {
                None => Ok(()),
                Some(k) => Err(format!(
                    "target {k} is class {}; the readout has {places} neurons, which stand for the classes 0 to {}",
                    classes[k],
                    places - 1
                )),
            },
            Self::Numbers { shape, .. } if shape[1] != places => Err(format!(
                "targets have {} numbers each; the readout has {places} neurons; as many of both are allowed",
                shape[1]
            )),
            Self::Numbers { shape, .. } if shape[0] != 1 && shape[0] != frames => Err(format!(
                "targets have {} frames; the readout has {frames}; one for all or as many are allowed",
                shape[0]
            )),
            Self::Numbers { .. } | Self::Drawn(_) => Ok(()),
        }
    }

    /// Classes of some samples, once for each frame.
    pub(crate) fn classes(&self, samples: &[u32], frames: usize) -> Option<Vec<u32>> {
        let Self::Classes(all) = self else { return None };
        Some(samples.iter().flat_map(|k| std::iter::repeat_n(all[*k as usize], frames)).collect())
    }

    /// Numbers of some samples, `[sample, frame, place]`.
    pub(crate) fn numbers(&self, samples: &[u32], frames: usize) -> Option<Vec<f64>> {
        let Self::Numbers { values, shape } = self else { return None };
        let n = shape[0] * shape[1];
        let times = frames / shape[0];
        let of = |k: &u32| {
            let own = &values[*k as usize * n..][..n];
            std::iter::repeat_n(own, times).flatten().map(|x| f64::from(*x))
        };
        Some(samples.iter().flat_map(of).collect())
    }

    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        match self {
            Self::Classes(classes) => Self::Classes(classes[range].to_vec()),
            Self::Drawn(_) => Self::Drawn(range.len()),
            Self::Numbers { values, shape } => {
                let n = shape[0] * shape[1];
                Self::Numbers { values: values[range.start * n..range.end * n].to_vec(), shape: *shape }
            }
        }
    }
}
