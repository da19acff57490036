//! Training: the section `[training]` and the tables in it.

use std::path::PathBuf;

use ecs_core::registry::{Bound, Kind};

use crate::diagnostic::{Problem, Span};
use crate::head::Grid;
use crate::lessons::{Done, material, reads_alike};
use crate::part::{default_part, file, part};
use crate::quantity::{self, Wanted};
use crate::reader::Fields;
use crate::schema::{Data, Expected, Material, Named, Part, Read, Reduced, Training};
use crate::selection::Known;
use crate::traces;
use crate::tree::{Node, Tree};
use crate::wiring::needs;

/// What is read of a population that is no state variable.
const SPIKES: &str = "spikes";

/// `[training]`
pub(crate) fn training(
    fields: &Fields<'_>,
    (known, task): (&[Known], Done<'_>),
    grid: Option<Grid>,
) -> Option<Training> {
    fields.check(&[]);
    let follows = fields.get("traces").is_some();
    match (follows, fields.get("task").is_some()) {
        (true, _) => traces::alone(fields),
        (false, true) => needs(fields, &["readout"]),
        (false, false) => needs(fields, &["readout", "data"]),
    }
    let (epochs, batch) = (fields.count("epochs"), size(fields, "batch"));
    let learn = words(fields, "learn");
    let method = one(fields, "method", Kind::Method);
    let optimiser = one(fields, "optimiser", Kind::Optimiser);
    let schedules = parts(fields, "schedule", Kind::Schedule);
    let loss = one(fields, "loss", Kind::Loss);
    let metrics = parts(fields, "metric", Kind::Metric);
    let surrogate = one(fields, "surrogate", Kind::Surrogate);
    let unit = known.iter().filter_map(|k| k.entry).find(|e| e.kind == Kind::Neuron);
    let unit = unit.and_then(|e| e.state.first()).map_or("", |v| v.unit);
    let scale = positive(fields, "scale", unit);
    let clip = positive(fields, "clip", "");
    let (through_reset, graded) = (fields.flag("through_reset"), fields.flag("graded"));
    let (segment, truncate, seed) =
        (optional(fields, "segment"), optional(fields, "truncate"), optional(fields, "seed"));
    let traces = fields.table("traces").map(|fields| traces::traces(&fields, known, grid));
    let (readout, data) = match &traces {
        Some(traces) => (
            traces.as_ref().and_then(|traces| traces::read(traces, grid)),
            traces.as_ref().map(|traces| Material::Data(traces::data(traces))),
        ),
        None => {
            let readout = fields.table("readout").and_then(|fields| readout(&fields, known, grid));
            let data = material(fields, (known, task), epochs);
            (readout.filter(|readout| data.is_none() || reads_alike(fields, readout, task)), data)
        }
    };
    if follows && traces.is_none() {
        return None;
    }
    let named = |key: &str, kind: Kind| {
        let tables = fields.tables(key)?;
        let all: Vec<Option<Named>> = tables.iter().map(|fields| about(fields, kind)).collect();
        all.into_iter().collect::<Option<Vec<Named>>>()
    };
    let dropout =
        fields.tables("dropout").map(|all| all.iter().map(|f| dropout(f, known)).collect::<Vec<_>>());
    let dropout = dropout.and_then(|all| all.into_iter().collect::<Option<Vec<(usize, f64)>>>());
    let regularisers = named("regulariser", Kind::Regulariser);
    let transforms = named("transform", Kind::Transform);
    let expects = fields.tables("expect").map(|tables| tables.iter().map(expected).collect::<Vec<_>>());
    let expects = expects.and_then(|all| all.into_iter().collect::<Option<Vec<_>>>());
    Some(Training {
        epochs: epochs?,
        batch: batch?,
        learn_span: fields.get("learn").map_or(fields.span, |node| node.span),
        learn: learn?,
        method: method?,
        optimiser: optimiser?,
        schedules: schedules?,
        loss: loss?,
        metrics: metrics?,
        surrogate: surrogate?,
        scale: scale?,
        through_reset: through_reset?,
        graded: graded?,
        clip: clip?,
        segment: segment?.map(|n| n as usize),
        truncate: truncate?.map(|n| n as usize),
        back_spans: ["segment", "truncate"].map(|key| fields.get(key).map(|node| node.span)),
        seed: seed?,
        readout: readout?,
        data: data?,
        traces: traces.flatten(),
        regularisers: regularisers?,
        dropout: dropout?,
        dropout_span: fields.get("dropout").map(|node| node.span),
        transforms: transforms?,
        expects: expects?,
        span: fields.span,
    })
}

pub(crate) fn size(fields: &Fields<'_>, name: &str) -> Option<usize> {
    fields.count(name).and_then(|n| usize::try_from(n).ok())
}

/// A whole number that may be left out.
#[expect(clippy::option_option, reason = "the outer one says whether the key is in order")]
pub(crate) fn optional(fields: &Fields<'_>, name: &str) -> Option<Option<u64>> {
    if fields.get(name).is_none() { Some(None) } else { fields.count(name).map(Some) }
}

/// A quantity above zero that may be left out.
#[expect(clippy::option_option, reason = "the outer one says whether the key is in order")]
fn positive(fields: &Fields<'_>, name: &str, unit: &str) -> Option<Option<f64>> {
    let Some(node) = fields.get(name) else { return Some(None) };
    let wanted = Wanted { unit, bound: Bound::Positive };
    quantity::scalar(fields.reader, node, wanted, &fields.place_of(name)).map(Some)
}

/// One text or a list of them.
pub(crate) fn words(fields: &Fields<'_>, name: &str) -> Option<Vec<String>> {
    let Some(node) = fields.get(name) else { return Some(vec![fields.default(name)?.to_owned()]) };
    let single = std::slice::from_ref(node);
    let items = if let Tree::List(items) = &node.tree { items.as_slice() } else { single };
    let text = |item: &Node| {
        if item.text().is_none() {
            fields.reader.wrong_form(
                item,
                &fields.place_of(name),
                "a path such as projection.NAME.weight",
                "write it between quotation marks",
            );
        }
        item.text().map(str::to_owned)
    };
    let all: Vec<Option<String>> = items.iter().map(text).collect();
    all.into_iter().collect()
}

/// A registered thing, or the default.
pub(crate) fn one(fields: &Fields<'_>, name: &str, kind: Kind) -> Option<Part> {
    let place = fields.place_of(name);
    match fields.get(name) {
        Some(node) => part(fields.reader, node, kind, &place),
        None => default_part(fields.reader, fields.default(name)?, kind, fields.span, &place),
    }
}

/// None, one or several.
pub(crate) fn parts(fields: &Fields<'_>, name: &str, kind: Kind) -> Option<Vec<Part>> {
    let Some(node) = fields.get(name) else { return Some(Vec::new()) };
    let single = std::slice::from_ref(node);
    let items = if let Tree::List(items) = &node.tree { items.as_slice() } else { single };
    let all: Vec<Option<Part>> =
        items.iter().map(|item| part(fields.reader, item, kind, &fields.place_of(name))).collect();
    all.into_iter().collect()
}

/// A population of some kind, by its name.
pub(crate) fn population(fields: &Fields<'_>, name: &str, known: &[Known], kind: Kind) -> Option<usize> {
    let word = fields.text(name)?;
    let fits = |k: &&Known| k.entry.is_none_or(|entry| entry.kind == kind);
    let found = known.iter().position(|k| k.name == word && fits(&k));
    if found.is_none() {
        let names: Vec<&str> = known.iter().filter(fits).map(|k| k.name.as_str()).collect();
        let what =
            if kind == Kind::Source { "no source is called" } else { "no population of neurons is called" };
        fields.reader.unknown(fields.get(name)?.span, &fields.place_of(name), what, (&word, &names));
    }
    found
}

fn readout(fields: &Fields<'_>, known: &[Known], grid: Option<Grid>) -> Option<Read> {
    let of = population(fields, "of", known, Kind::Neuron);
    let entry = of.and_then(|of| known[of].entry);
    let variable = entry.and_then(|entry| {
        let Some(word) = fields.get("variable").map(|_| fields.text("variable")) else {
            return Some(Some(0));
        };
        let word = word?;
        let row = entry.state.iter().position(|field| field.name == word);
        if row.is_none() && word != SPIKES {
            let names: Vec<&str> = entry.state.iter().map(|field| field.name).chain([SPIKES]).collect();
            let span = fields.get("variable")?.span;
            fields.reader.unknown(
                span,
                &fields.place_of("variable"),
                "these neurons have no variable",
                (&word, &names),
            );
            return None;
        }
        Some(row)
    });
    let all = [Reduced::Max, Reduced::Mean, Reduced::Sum, Reduced::Last, Reduced::Each];
    let reduce = fields.choice("reduce").map(|at| all[at]);
    if variable == Some(None) {
        for key in ["reduce", "start", "stop"] {
            let Some(node) = fields.get(key) else { continue };
            let problem = Problem::new(fields.place_of(key), "spikes are counted over the whole trial")
                .allowed("this key with a state variable")
                .advice("remove the key");
            fields.reader.error(node.span, problem);
        }
    }
    let window = window(fields, grid);
    Some(Read {
        population: of?,
        variable: variable?,
        reduce: reduce?,
        reduce_span: fields.get("reduce").map_or(fields.span, |node| node.span),
        window: window?,
        span: fields.span,
    })
}

/// Steps that count.
fn window(fields: &Fields<'_>, grid: Option<Grid>) -> Option<(u64, u64)> {
    let grid = grid?;
    let duration = grid.duration?;
    let end = (duration / grid.dt).round() as u64;
    let at = |name: &str, none: u64| {
        let Some(node) = fields.get(name) else { return Some(none) };
        match fields.time(name, Bound::NonNegative)? {
            0.0 => Some(0),
            time => grid.steps(fields.reader, time, node, &fields.place_of(name)),
        }
    };
    let (start, stop) = (at("start", 0)?, at("stop", end)?);
    if start < stop && stop <= end {
        return Some((start, stop));
    }
    let span = fields.get("stop").or(fields.get("start")).map_or(fields.span, |node| node.span);
    let problem =
        Problem::new(&fields.place, "the time that is read is empty, or goes past the end of a trial")
            .allowed(format!("a `start` before `stop`, and both up to {duration} ms"))
            .advice("change `start` or `stop`, or lengthen `run.duration`");
    fields.reader.error(span, problem);
    None
}

/// `[training.data]`; samples that are `encoded` need a source that makes spikes of them.
pub(crate) fn data(fields: &Fields<'_>, known: &[Known], encoded: bool) -> Option<Data> {
    let sources = || (0..).zip(known).filter(|(_, k)| k.entry.is_some_and(|e| e.kind == Kind::Source));
    let path = |name: &str| -> Option<Option<(PathBuf, Span)>> {
        let Some(node) = fields.get(name) else { return Some(None) };
        file(fields.reader, node, &fields.place_of(name)).map(|path| Some((path, node.span)))
    };
    let (samples_file, targets) = (path("file"), path("targets"));
    let input = match fields.get("input") {
        Some(_) => population(fields, "input", known, Kind::Source).map(Some),
        None if fields.get("file").is_none() || !encoded => Some(None),
        None => match (sources().next(), sources().count()) {
            (Some((k, _)), 1) => Some(Some(k)),
            (_, n) => {
                let problem = Problem::new(
                    &fields.place,
                    format!("this network has {n} sources, and `input` names none"),
                )
                .allowed("the name of the source that is shown the samples")
                .advice("add a line `input = \"...\"`");
                fields.reader.error(fields.span, problem);
                None
            }
        },
    };
    if samples_file == Some(None) && targets == Some(None) {
        let problem = Problem::new(&fields.place, "neither `file` nor `targets` is given")
            .allowed("samples, targets, or both")
            .advice("add a line `file = \"...\"`");
        fields.reader.error(fields.span, problem);
    }
    let (samples, held_out) = (optional(fields, "samples"), size(fields, "held_out"));
    let source = if fields.get("source").is_some() { fields.text("source") } else { Some(String::new()) };
    Some(Data {
        input: input?,
        file: samples_file?,
        frames: fields.flag("frames")?,
        targets: targets?,
        samples: samples?.map(|n| n as usize),
        held_out: held_out?,
        source: source?,
        span: fields.span,
    })
}

/// `[[training.dropout]]`
fn dropout(fields: &Fields<'_>, known: &[Known]) -> Option<(usize, f64)> {
    let word = fields.text("of")?;
    let found = known.iter().position(|one| one.name == word);
    if found.is_none() {
        let names: Vec<&str> = known.iter().map(|one| one.name.as_str()).collect();
        let span = fields.get("of")?.span;
        fields.reader.unknown(span, &fields.place_of("of"), "no population is called", (&word, &names));
    }
    let (node, place) = (fields.get("rate")?, fields.place_of("rate"));
    let rate = quantity::scalar(fields.reader, node, Wanted { unit: "", bound: Bound::Fraction }, &place)?;
    if rate == 1.0 {
        let problem = Problem::new(place, "`1` leaves nobody").allowed("0 to below 1").advice("lower it");
        fields.reader.error(node.span, problem);
        return None;
    }
    Some((found?, rate))
}

fn about(fields: &Fields<'_>, kind: Kind) -> Option<Named> {
    let of = fields.text("of");
    let part = fields.get("kind").and_then(|node| part(fields.reader, node, kind, &fields.place_of("kind")));
    Some(Named { of: of?, kind: part?, span: fields.get("of")?.span })
}

pub(crate) fn expected(fields: &Fields<'_>) -> Option<Expected> {
    let held_out = fields.choice("of").map(|at| at == 0);
    let what = fields.text("what");
    let wanted = Wanted { unit: "", bound: Bound::Any };
    let within = fields.get("within").and_then(|node| crate::observe::pair(fields, node, wanted));
    let reference = match fields.get("reference") {
        Some(node) => quantity::scalar(fields.reader, node, wanted, &fields.place_of("reference")).map(Some),
        None => Some(None),
    };
    let source = if fields.get("source").is_some() { fields.text("source").map(Some) } else { Some(None) };
    Some(Expected {
        held_out: held_out?,
        what: what?,
        within: within?,
        reference: reference?,
        source: source?,
        span: fields.span,
    })
}
