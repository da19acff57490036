//! Traces: the section `[training.traces]`, and what it says in the words of a readout and of data.

use std::path::PathBuf;

use ecs_core::registry::{Bound, Kind};
use ecs_core::units::Unit;

use crate::diagnostic::Problem;
use crate::head::Grid;
use crate::part::file;
use crate::quantity::{self, Wanted};
use crate::reader::Fields;
use crate::schema::{Data, Read, Reduced, Traces};
use crate::selection::Known;
use crate::training::words;
use crate::tree::{Node, Tree};

/// Keys of `[training]` that have no meaning beside it.
const INSTEAD: [&str; 2] = ["readout", "data"];

/// Reports what stands beside `[training.traces]` and is said by it.
pub(crate) fn alone(fields: &Fields<'_>) {
    for (key, _) in fields.rows.iter().filter(|(key, _)| INSTEAD.contains(&key.name.as_str())) {
        let problem = Problem::new(
            fields.place_of(&key.name),
            format!("`{}` has no meaning beside `traces`", key.name),
        )
        .allowed("`[training.traces]`, or `[training.readout]` with `[training.data]`")
        .advice("remove one of them");
        fields.reader.error(key.span, problem);
    }
}

/// `[training.traces]`
pub(crate) fn traces(fields: &Fields<'_>, known: &[Known], grid: Option<Grid>) -> Option<Traces> {
    let of = populations(fields, known);
    let files = files(fields);
    let first = of.as_ref().and_then(|all| known[*all.first()?].entry);
    let variable = first.and_then(|entry| variable(fields, entry.state));
    let unit = first.zip(variable).map(|(entry, row)| entry.state[row].unit);
    let factor = unit.and_then(|unit| factor(fields, unit));
    let level = |name: &str| match (fields.get(name), unit) {
        (None, _) => Some(None),
        (Some(node), Some(unit)) => {
            let wanted = Wanted { unit, bound: Bound::Any };
            quantity::scalar(fields.reader, node, wanted, &fields.place_of(name)).map(Some)
        }
        (Some(_), None) => None,
    };
    let (spike, ceiling) = (level("spike"), level("ceiling"));
    let every = fields.get("every").and_then(|_| fields.time("every", Bound::Positive));
    let steps = |name: &str| match (fields.get(name), grid) {
        (None, _) => Some(0),
        (Some(node), Some(grid)) => match fields.time(name, Bound::NonNegative) {
            Some(0.0) => Some(0),
            Some(time) => grid.steps(fields.reader, time, node, &fields.place_of(name)),
            None => None,
        },
        (Some(_), None) => None,
    };
    let (after, before) = (steps("after"), steps("before"));
    let stress = match fields.get("stress") {
        Some(node) => {
            let wanted = Wanted { unit: "", bound: Bound::Positive };
            quantity::scalar(fields.reader, node, wanted, &fields.place_of("stress"))
        }
        None => Some(1.0),
    };
    let dataset = match fields.get("dataset") {
        Some(_) => fields.text("dataset"),
        None => fields.default("dataset").map(str::to_owned),
    };
    let source = if fields.get("source").is_some() { fields.text("source") } else { Some(String::new()) };
    let (of, files) = (of?, files?);
    let files_span = fields.get("file")?.span;
    if of.len() != files.len() {
        let found = format!("{} populations follow {} traces", of.len(), files.len());
        let problem = Problem::new(fields.place_of("file"), found)
            .allowed("a file for each population, in the order of `of`")
            .advice("make both lists equally long");
        fields.reader.error(files_span, problem);
        return None;
    }
    Some(Traces {
        all: of.into_iter().zip(files).collect(),
        files_span,
        variable: variable?,
        dataset: dataset?,
        factor: factor?,
        every: every?,
        spike: spike?,
        ceiling: ceiling?,
        after: after?,
        before: before?,
        stress: stress?,
        teach: fields.flag("teach")?,
        source: source?,
        span: fields.span,
    })
}

/// The populations, each of one neuron and all of them of models with the same first variables.
fn populations(fields: &Fields<'_>, known: &[Known]) -> Option<Vec<usize>> {
    let node = fields.get("of")?;
    let fits = |k: &&Known| k.entry.is_none_or(|entry| entry.kind == Kind::Neuron);
    let names: Vec<&str> = known.iter().filter(fits).map(|k| k.name.as_str()).collect();
    let of = |word: &String| {
        let found = known.iter().position(|k| k.name == *word && fits(&k));
        match found {
            None => fields.reader.unknown(
                node.span,
                &fields.place_of("of"),
                "no population of neurons is called",
                (word, &names),
            ),
            Some(k) if known[k].size.is_some_and(|size| size != 1) => {
                let found = format!("`{word}` has {} neurons", known[k].size.unwrap_or_default());
                let problem = Problem::new(fields.place_of("of"), found)
                    .allowed("populations of one neuron: each follows a trace of its own")
                    .advice("make a population for each trace");
                fields.reader.error(node.span, problem);
                return None;
            }
            Some(_) => {}
        }
        found
    };
    let all: Vec<Option<usize>> = words(fields, "of")?.iter().map(of).collect();
    all.into_iter().collect()
}

fn files(fields: &Fields<'_>) -> Option<Vec<PathBuf>> {
    let node = fields.get("file")?;
    let items = if let Tree::List(items) = &node.tree { &items[..] } else { std::slice::from_ref(node) };
    let of = |item: &Node| file(fields.reader, item, &fields.place_of("file"));
    let all: Vec<Option<PathBuf>> = items.iter().map(of).collect();
    all.into_iter().collect()
}

fn variable(fields: &Fields<'_>, state: &[ecs_core::registry::Field]) -> Option<usize> {
    let Some(node) = fields.get("variable") else { return Some(0) };
    let word = fields.text("variable")?;
    let row = state.iter().position(|field| field.name == word);
    if row.is_none() {
        let names: Vec<&str> = state.iter().map(|field| field.name).collect();
        let place = fields.place_of("variable");
        fields.reader.unknown(node.span, &place, "these neurons have no variable", (&word, &names));
    }
    row
}

/// What a number in the file is times.
fn factor(fields: &Fields<'_>, unit: &str) -> Option<f64> {
    let Some(node) = fields.get("unit") else { return Some(1.0) };
    let word = fields.text("unit")?;
    let own = Unit::parse(unit).unwrap_or(Unit::ONE);
    let found = Unit::parse(&word).ok().filter(|found| found.dimension == own.dimension);
    if found.is_none() {
        let problem = Problem::new(fields.place_of("unit"), format!("`{word}` is no unit of this variable"))
            .allowed(format!("a unit of {} such as `{unit}`", own.dimension))
            .advice("write the unit of the numbers in the files");
        fields.reader.error(node.span, problem);
    }
    found.map(|found| found.factor() / own.factor())
}

/// What it says in the words of a readout.
pub(crate) fn read(traces: &Traces, grid: Option<Grid>) -> Option<Read> {
    let grid = grid?;
    Some(Read {
        population: traces.all.first()?.0,
        variable: Some(traces.variable),
        reduce: Reduced::Each,
        reduce_span: traces.span,
        window: (0, (grid.duration? / grid.dt).round() as u64),
        span: traces.span,
    })
}

/// And of data: one sample, all of which is learned from.
pub(crate) fn data(traces: &Traces) -> Data {
    Data {
        input: None,
        file: None,
        frames: false,
        targets: None,
        samples: None,
        held_out: 0,
        source: traces.source.clone(),
        span: traces.span,
    }
}
