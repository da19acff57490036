//! Fit: `[training]` with `features`, a readout that is fitted without a gradient.

use ecs_core::registry::{Bound, Kind};

use crate::diagnostic::Problem;
use crate::head::Grid;
use crate::reader::Fields;
use crate::schema::{Fit, Lesson, Series};
use crate::selection::Known;
use crate::training::{data, expected, one, parts, population, words};
use crate::wiring::needs;

/// The keys that have a meaning here.
const OWN: [&str; 6] = ["features", "learner", "metric", "data", "series", "expect"];

/// Whether `[training]` says anything of such a readout.
pub(crate) fn is_fit(fields: &Fields<'_>) -> bool {
    ["features", "learner", "series"].iter().any(|key| fields.get(key).is_some())
}

/// `[training]`
pub(crate) fn fit(fields: &Fields<'_>, known: &[Known], grid: Option<Grid>) -> Option<Fit> {
    fields.check(&[]);
    needs(fields, &["features", "learner"]);
    for (key, _) in fields.rows.iter().filter(|(key, _)| !OWN.contains(&key.name.as_str())) {
        if fields.section.keys.iter().any(|known| known.name == key.name) {
            let problem = Problem::new(
                fields.place_of(&key.name),
                format!("`{}` has no meaning beside `features`", key.name),
            )
            .allowed(OWN.join(", "))
            .advice("remove the key, or train by a gradient without `features`, `learner` and `series`");
            fields.reader.error(key.span, problem);
        }
    }
    let features = fields.get("features").and_then(|_| one(fields, "features", Kind::Features));
    let learner = fields.get("learner").and_then(|_| one(fields, "learner", Kind::Learner));
    let metrics = parts(fields, "metric", Kind::Metric);
    let lesson = match (fields.table("data"), fields.table("series")) {
        (Some(fields), None) => data(&fields, known, false).map(Lesson::Data),
        (None, Some(fields)) => series(&fields, known, grid).map(Lesson::Series),
        _ => {
            let problem =
                Problem::new(&fields.place, "features are made of samples or of the course of a population")
                    .allowed("one of `[training.data]` and `[training.series]`")
                    .advice("give one of the two tables");
            fields.reader.error(fields.span, problem);
            None
        }
    };
    let expects = fields.tables("expect").map(|tables| tables.iter().map(expected).collect::<Vec<_>>());
    let expects = expects.and_then(|all| all.into_iter().collect::<Option<Vec<_>>>());
    Some(Fit {
        features: features?,
        learner: learner?,
        metrics: metrics?,
        lesson: lesson?,
        expects: expects?,
        span: fields.span,
    })
}

fn series(fields: &Fields<'_>, known: &[Known], grid: Option<Grid>) -> Option<Series> {
    let of = population(fields, "of", known, Kind::Neuron);
    let steps = steps(fields, grid);
    let population = of?;
    // A population that could not be read was refused where it stands.
    let state = known[population].entry?.state;
    let rows = |name: &str| -> Option<Vec<usize>> {
        let names: Vec<&str> = state.iter().map(|field| field.name).collect();
        let row = |word: &String| {
            let row = names.iter().position(|name| name == word);
            if row.is_none() {
                let span = fields.get(name)?.span;
                fields.reader.unknown(
                    span,
                    &fields.place_of(name),
                    "these neurons have no variable",
                    (word, &names),
                );
            }
            row
        };
        let rows: Vec<Option<usize>> = words(fields, name)?.iter().map(row).collect();
        rows.into_iter().collect()
    };
    let inputs =
        if fields.get("inputs").is_some() { rows("inputs") } else { Some((0..state.len()).collect()) };
    let predict = if fields.get("predict").is_some() { rows("predict") } else { Some(Vec::new()) };
    Some(Series { population, inputs: inputs?, predict: predict?, steps: steps?, span: fields.span })
}

/// The steps at which learning and predicting begin, and that up to which errors count.
fn steps(fields: &Fields<'_>, grid: Option<Grid>) -> Option<[u64; 3]> {
    let grid = grid?;
    let duration = grid.duration?;
    let at = |name: &str| {
        let node = fields.get(name)?;
        match fields.time(name, Bound::NonNegative)? {
            0.0 => Some(0),
            time => grid.steps(fields.reader, time, node, &fields.place_of(name)),
        }
    };
    let (start, stop) = (at("start"), at("stop"));
    let end = (duration / grid.dt).round() as u64;
    let horizon = if fields.get("horizon").is_some() { at("horizon")? } else { end.saturating_sub(stop?) };
    let (start, stop) = (start?, stop?);
    if start < stop && horizon > 0 && stop + horizon <= end {
        return Some([start, stop, stop + horizon]);
    }
    let problem = Problem::new(&fields.place, "there is nothing to learn from, or to predict")
        .allowed(format!("a `start` before `stop`, and `stop` with its `horizon` up to {duration} ms"))
        .advice("change these times, or lengthen `run.duration`");
    fields.reader.error(fields.span, problem);
    None
}
