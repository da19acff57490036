//! Files: the data of `[training]`, found and read.

use std::path::{Path, PathBuf};

use ecs_core::training::{LossModel, Wanted};
use training::data::{Events, Inputs, Samples, Targets, To, Trials};

use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::schema::{Data, Lessons, Material, Scenario, Show, Training};

/// The folder of shared data, as the environment names it.
const VARIABLE: &str = "SYNFIRE_DATA";
/// Where it is looked for otherwise, from the current folder.
const BESIDE: &str = "../shared/data";

/// Numbers of trials that are held out begin here, beyond all that are learned from.
const HELD_OUT: u64 = 1 << 40;

/// What is learned from, and what is held out.
pub type Split = (Samples, Option<Samples>);

/// Samples to learn from, and those that are held out.
///
/// # Errors
/// A file that is not there, is damaged, or does not fit the others.
pub fn samples(scenario: &Scenario, training: &Training) -> Result<Split, Diagnostics> {
    samples_in(scenario, training, &folders())
}

/// Folders of data besides that of the scenario.
pub fn folders() -> Vec<PathBuf> {
    let named = std::env::var_os(VARIABLE).map(PathBuf::from);
    named.into_iter().chain([PathBuf::from(BESIDE)]).collect()
}

/// The same, of files that lie beside the scenario or in one of these folders.
///
/// # Errors
/// As [`samples`].
pub fn samples_in(
    scenario: &Scenario,
    training: &Training,
    folders: &[PathBuf],
) -> Result<Split, Diagnostics> {
    if let Some(traces) = &training.traces {
        return super::follow::samples(scenario, traces, folders);
    }
    let wanted = scenario.registry.of::<LossModel>(&training.loss.entry).target;
    match &training.data {
        Material::Data(data) => samples_of(scenario, data, wanted, folders),
        Material::Task(lessons) => trials_of(scenario, lessons, wanted),
    }
}

/// Trials of the scenario's task; until the network is built, sources go by their position in the scenario and stimuli by that among
/// the shows.
fn trials_of(scenario: &Scenario, lessons: &Lessons, wanted: Wanted) -> Result<Split, Diagnostics> {
    let refuse =
        |found: &str| Diagnostics::at(&scenario.origin, lessons.span, Problem::new("training.task", found));
    let Some(task) = &scenario.task else { return Err(refuse("this scenario has no section `[task]`")) };
    if wanted != Wanted::Classes {
        return Err(refuse(
            "a task has classes, and this loss compares with something else; choose `cross_entropy`",
        ));
    }
    let to = |(k, show): (usize, &Show)| match show.amplitude {
        Some(_) => (show.port, To::Stimulus(k)),
        None => (show.port, To::Source(show.to)),
    };
    let of = |first: u64, count: usize| {
        Samples::of(Trials {
            task: task.clone(),
            seed: lessons.seed.unwrap_or(scenario.run.seed),
            first,
            count,
            dt: scenario.run.dt,
            shown: lessons.shows.iter().enumerate().map(to).collect(),
        })
    };
    let held_out = (lessons.held_out > 0).then(|| of(HELD_OUT, lessons.held_out));
    Ok((of(0, lessons.trials), held_out))
}

/// The same for any data, with targets of the kind that is wanted.
///
/// # Errors
/// As [`samples`].
pub fn samples_of(
    scenario: &Scenario,
    data: &Data,
    wanted: Wanted,
    folders: &[PathBuf],
) -> Result<Split, Diagnostics> {
    let refuse = |span: Span, key: &str, found: String| {
        let place = format!("training.data{}{key}", if key.is_empty() { "" } else { "." });
        Diagnostics::at(&scenario.origin, span, Problem::new(place, found))
    };
    let find = |file: &Option<(PathBuf, Span)>, key: &str| match file {
        None => Ok(None),
        Some((path, span)) => {
            let key = format!("training.data.{key}");
            find(scenario, folders, (path, *span), (&key, &data.source)).map(|path| Some((path, *span)))
        }
    };
    let mut classes = None;
    let inputs = match find(&data.file, "file")? {
        None => Inputs::Nothing,
        Some((path, span)) if is_events(&path) => {
            let (events, labels) = Events::read(&path).map_err(|found| refuse(span, "file", found))?;
            classes = Some(labels);
            Inputs::Events(events)
        }
        Some((path, span)) => {
            Inputs::read(&path, data.frames).map_err(|found| refuse(span, "file", found))?
        }
    };
    let targets = match (find(&data.targets, "targets")?, classes) {
        (Some((path, span)), _) => {
            Targets::read(&path, wanted).map_err(|found| refuse(span, "targets", found))?
        }
        (None, Some(labels)) if wanted == Wanted::Classes => Targets::Classes(labels),
        (None, _) => {
            let found = "`targets` is missing: what should come out of each trial".to_owned();
            return Err(refuse(data.span, "", found));
        }
    };
    let samples = Samples::new(inputs, targets, data.samples).map_err(|e| refuse(data.span, "", e))?;
    samples.split(data.held_out).map_err(|e| refuse(data.span, "held_out", e))
}

fn is_events(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|e| ["h5", "hdf5", "hdf"].iter().any(|known| e == *known))
}

/// Where a file may be.
fn places(path: &Path, base: &Path, folders: &[PathBuf]) -> Vec<PathBuf> {
    let name = path.strip_prefix(base).unwrap_or(path);
    std::iter::once(path.to_path_buf()).chain(folders.iter().map(|folder| folder.join(name))).collect()
}

/// The file that a key names, which lies beside the scenario or in one of these folders and comes from `source`.
pub(super) fn find(
    scenario: &Scenario,
    folders: &[PathBuf],
    (path, span): (&Path, Span),
    (key, source): (&str, &str),
) -> Result<PathBuf, Diagnostics> {
    let base = Path::new(scenario.origin.file_name()).parent().unwrap_or(Path::new(""));
    if let Some(place) = places(path, base, folders).into_iter().find(|place| place.exists()) {
        return Ok(place);
    }
    let name = path.strip_prefix(base).unwrap_or(path).display();
    let source = if source.is_empty() { String::new() } else { format!("get it from: {source}; ") };
    let problem = Problem::new(key, format!("there is no file `{name}`"))
        .allowed(format!(
            "a file beside the scenario, in the folder that `{VARIABLE}` names, or in `{BESIDE}`"
        ))
        .advice(format!("{source}put it there, or set `{VARIABLE}` to the folder that has it"));
    Err(Diagnostics::at(&scenario.origin, span, problem))
}
