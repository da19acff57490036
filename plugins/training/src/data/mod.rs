//! Data: what trials show to a network and what should come out, and how it is read from files.

mod events;
mod order;
mod targets;
mod trace;
mod trials;

use std::ops::Range;
use std::path::Path;

use ecs_core::network::{Frames, SourcePlan};
use tables::Numbers;

pub use events::Events;
pub use order::shuffled;
pub use targets::Targets;
pub use trace::{Trace, crossings};
pub use trials::{To, Trials, stepwise};

/// What trials show.
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    /// Nothing: all trials are alike.
    Nothing,
    /// Numbers `[sample, frame, place]`, which an encoder makes spikes of.
    Frames {
        /// All of them.
        values: Numbers,
        /// Frames and places of a sample.
        shape: [usize; 2],
    },
    /// Spikes.
    Events(Events),
    /// Trials of a task, which brings the targets as well.
    Trials(Box<Trials>),
}

/// Samples, one for each trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// What they show.
    pub inputs: Inputs,
    /// What should come out.
    pub targets: Targets,
}

impl Inputs {
    /// Reads numbers: IDX, NPY, NPZ with one array, or a table with a row for each sample. The first dimension is that of samples, the
    /// last two of three or fewer are frames and places; images, whose dimensions are `[sample, row, column]`, are one frame each
    /// unless `frames` says that the second dimension is time.
    ///
    /// # Errors
    /// The file cannot be read or is damaged; its array has no dimension of samples.
    pub fn read(path: &Path, frames: bool) -> Result<Self, String> {
        let (shape, values) = tables::numbers(path).map_err(|e| e.to_string())?;
        let [_, places @ ..] = &shape[..] else {
            return Err(format!("`{}`: a single number is no list of samples", path.display()));
        };
        let shape = match places {
            [time, rest @ ..] if frames && !rest.is_empty() => [*time, rest.iter().product()],
            [time] if frames => [*time, 1],
            all => [1, all.iter().product()],
        };
        Ok(Self::Frames { values, shape })
    }

    /// Samples; `None` where all trials are alike.
    pub fn len(&self) -> Option<usize> {
        match self {
            Self::Nothing => None,
            Self::Frames { values, shape } => Some(values.len() / (shape[0] * shape[1]).max(1)),
            Self::Events(events) => Some(events.len()),
            Self::Trials(trials) => Some(trials.count),
        }
    }

    /// Whether there are samples, and none of them.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Gives sample `k` to a source that has `steps` steps of time; trials know [their own](Trials::fill).
    ///
    /// # Errors
    /// A number that is not finite.
    pub fn fill(&self, k: usize, steps: usize, plan: &mut SourcePlan) -> Result<(), String> {
        match self {
            Self::Nothing | Self::Trials(_) => {}
            Self::Frames { values, shape } => {
                let n = shape[0] * shape[1];
                let frames = Frames::new(values.part(k * n..(k + 1) * n), shape[1]);
                plan.frames = frames.map_err(|e| format!("sample {k}: {e}"))?;
            }
            Self::Events(events) => plan.events = events.on_grid(k, plan.clock.dt, steps),
        }
        Ok(())
    }

    fn part(&self, range: Range<usize>) -> Self {
        match self {
            Self::Nothing => Self::Nothing,
            Self::Trials(trials) => Self::Trials(Box::new(Trials {
                first: trials.first + range.start as u64,
                count: range.len(),
                ..(**trials).clone()
            })),
            Self::Frames { values, shape } => {
                let n = shape[0] * shape[1];
                let range = range.start * n..range.end * n;
                let values = match values {
                    Numbers::Bytes(all) => Numbers::Bytes(all[range].to_vec()),
                    Numbers::Floats(all) => Numbers::Floats(all[range].to_vec()),
                };
                Self::Frames { values, shape: *shape }
            }
            Self::Events(events) => Self::Events(events.part(range)),
        }
    }
}

impl Samples {
    /// Inputs with their targets, the first `count` of them where that is said.
    ///
    /// # Errors
    /// Not as many of one as of the other, or fewer than `count`.
    pub fn new(inputs: Inputs, targets: Targets, count: Option<usize>) -> Result<Self, String> {
        let shown = inputs.len().unwrap_or(targets.len());
        let count = match count {
            None if shown != targets.len() => {
                return Err(format!(
                    "there are {shown} samples and {} targets; as many of both are allowed, or `samples` that says how many of the \
                     first ones to take",
                    targets.len()
                ));
            }
            None => shown,
            Some(count) => count,
        };
        if count == 0 || count > shown.min(targets.len()) {
            return Err(format!(
                "{count} samples are asked for of {shown} with {} targets; 1 to {} are there",
                targets.len(),
                shown.min(targets.len())
            ));
        }
        Ok(Self { inputs: inputs.part(0..count), targets: targets.part(0..count) })
    }

    /// Trials of a task, with the classes that they have.
    pub fn of(trials: Trials) -> Self {
        Self { targets: Targets::Drawn(trials.count), inputs: Inputs::Trials(Box::new(trials)) }
    }

    /// The trials, where these are some.
    pub fn trials(&self) -> Option<&Trials> {
        if let Inputs::Trials(trials) = &self.inputs { Some(trials) } else { None }
    }

    /// The samples of an epoch in the order in which they are shown: shuffled, or new ones where they are drawn.
    pub fn order(&self, seed: u64, epoch: u64) -> Vec<u32> {
        match &self.inputs {
            Inputs::Trials(trials) => {
                let first = (epoch * trials.count as u64) as u32;
                (0..trials.count as u32).map(|k| first.wrapping_add(k)).collect()
            }
            _ => shuffled(self.len(), seed, epoch),
        }
    }

    /// The right classes of some samples, once for each frame; `None` where targets are numbers.
    pub fn classes(&self, samples: &[u32], frames: usize) -> Option<Vec<u32>> {
        match self.trials() {
            Some(trials) => {
                let each = |k: &u32| std::iter::repeat_n(trials.class(*k), frames);
                Some(samples.iter().flat_map(each).collect())
            }
            None => self.targets.classes(samples, frames),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first ones, and the last `held_out`.
    ///
    /// # Errors
    /// Nothing would be left to learn from.
    pub fn split(self, held_out: usize) -> Result<(Self, Option<Self>), String> {
        let all = self.len();
        match held_out {
            0 => Ok((self, None)),
            n if n < all => {
                let part = |range: Range<usize>| Self {
                    inputs: self.inputs.part(range.clone()),
                    targets: self.targets.part(range),
                };
                Ok((part(0..all - n), Some(part(all - n..all))))
            }
            n => Err(format!("{n} samples are held out of {all}; fewer are allowed")),
        }
    }
}
