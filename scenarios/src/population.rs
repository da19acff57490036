//! Population: the sections `[population.NAME]`, and `like`, which fills one from another.

use ecs_core::model::INTEGRATORS;
use ecs_core::registry::{Bound, Kind};

use crate::diagnostic::{Problem, Span};
use crate::head::storage;
use crate::keys::{MOST_NEURONS, POPULATION};
use crate::part::Table;
use crate::place::{grid_size, place};
use crate::quantity::{self, Wanted};
use crate::reader::{Fields, Reader, kind_name};
use crate::schema::{Part, Pick, Population, Setting, Storage};
use crate::selection::{Known, read_pick};
use crate::tree::{Key, Node, Tree, shorten};

/// A chain of `like` longer than this is a mistake, or an attack.
const LONGEST_CHAIN: usize = 8;

type Rows = Vec<(Key, Node)>;

/// Reads all populations; the second list serves the selections, also where a population has errors.
pub(crate) fn populations(
    reader: &Reader<'_>,
    rows: &Rows,
    run: (Storage, f64),
) -> (Vec<Option<Population>>, Vec<Known>) {
    rows.iter()
        .map(|(key, node)| {
            let place = format!("population.{}", shorten(&key.name));
            check_name(reader, key, &place);
            let (merged, complete) = like(reader, rows, (key, node), &place);
            let span = key.span;
            let fields = Fields { reader, section: &POPULATION, place, span, rows: &merged, complete };
            let entry = fields.get("neuron").and_then(Node::text).and_then(|name| {
                let kinds = [Kind::Neuron, Kind::Source];
                reader.entries.iter().find(|entry| entry.name == name && kinds.contains(&entry.kind))
            });
            let known = Known { name: key.name.clone(), size: size(&fields, run.1), entry: entry.copied() };
            (population(&fields, &key.name, run), known)
        })
        .unzip()
}

/// The size, if it is one; [`population`] reports it if not.
fn size(fields: &Fields<'_>, scale: f64) -> Option<usize> {
    let (size, scale) = match fields.get("size") {
        Some(Node { tree: Tree::Integer(size), .. }) => (u64::try_from(*size).ok()?, scale),
        Some(_) => return None,
        // A grid has the neurons it says.
        None => (grid_size(fields.get("grid")?, channels(fields)?)?, 1.0),
    };
    let size = usize::try_from(size).ok().filter(|size| (1..=MOST_NEURONS).contains(&(*size as u64)));
    size.map(|size| scaled(size, scale))
}

/// Neurons at each place, if that is a count; [`place`] reports it if not.
fn channels(fields: &Fields<'_>) -> Option<u64> {
    match fields.get("channels") {
        None => Some(1),
        Some(Node { tree: Tree::Integer(count), .. }) => {
            u64::try_from(*count).ok().filter(|count| *count > 0)
        }
        Some(_) => None,
    }
}

/// So many neurons, but never none.
fn scaled(size: usize, scale: f64) -> usize {
    if scale == 1.0 { size } else { ((size as f64 * scale).round() as usize).max(1) }
}

/// Names go into selections, paths of overrides and names of files.
fn check_name(reader: &Reader<'_>, key: &Key, place: &str) {
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if key.name.is_empty() || key.name.chars().count() > 100 || !key.name.chars().all(plain) {
        let problem =
            Problem::new(place, format!("`{}` cannot be the name of a population", shorten(&key.name)))
                .allowed("letters, digits, `_` and `-`, at most 100 of them")
                .advice("rename the population");
        reader.error(key.span, problem);
    }
}

/// The rows of a population and those it takes from others, and whether all of these were found.
fn like(reader: &Reader<'_>, all: &Rows, start: (&Key, &Node), place: &str) -> (Rows, bool) {
    let mut rows = table(reader, start.1, place).clone();
    let mut chain = vec![start.0.name.as_str()];
    let mut next = rows.iter().find(|(key, _)| key.name == "like").map(|(_, node)| node.clone());
    while let Some(node) = next.take() {
        let place = format!("population.{}.like", shorten(chain[chain.len() - 1]));
        let Some(name) = node.text() else {
            reader.wrong_form(&node, &place, "the name of a population", "write it between quotation marks");
            return (rows, false);
        };
        let Some((key, other)) = all.iter().find(|(key, _)| key.name == name) else {
            let names = all.iter().map(|(key, _)| key.name.as_str()).filter(|name| *name != start.0.name);
            let names: Vec<&str> = names.collect();
            reader.unknown(node.span, &place, "unknown population", (name, &names));
            return (rows, false);
        };
        if chain.contains(&key.name.as_str()) || chain.len() > LONGEST_CHAIN {
            let problem = Problem::new(place, format!("`like = \"{name}\"` comes back to where it started"))
                .allowed("a population that is not like this one")
                .advice("give one of them in full");
            reader.error(node.span, problem);
            return (rows, false);
        }
        chain.push(&key.name);
        let Tree::Table(other) = &other.tree else { return (rows, false) };
        next = other.iter().find(|(key, _)| key.name == "like").map(|(_, node)| node.clone());
        inherit(&mut rows, other);
    }
    (rows, true)
}

fn table<'a>(reader: &Reader<'_>, node: &'a Node, place: &str) -> &'a Rows {
    static EMPTY: Rows = Vec::new();
    if let Tree::Table(rows) = &node.tree {
        return rows;
    }
    reader.wrong_form(node, place, "a table", "write `[population.NAME]` and its keys below");
    &EMPTY
}

/// Copies what is not given. Single parameters are copied too, as long as the model is the same.
fn inherit(rows: &mut Rows, other: &Rows) {
    let text = |rows: &Rows, name: &str| {
        rows.iter().find(|(key, _)| key.name == name).and_then(|(_, node)| node.text().map(str::to_owned))
    };
    let own = text(rows, "neuron");
    let same = own.is_none() || own == text(other, "neuron") || text(other, "neuron").is_none();
    let has = |name: &str| rows.iter().any(|(key, _)| key.name == name);
    // A place of its own takes that of the other.
    let (grid, positions) = (has("grid"), has("positions"));
    let replaced = |name: &str| match name {
        "size" | "positions" => grid,
        "grid" | "channels" => positions,
        _ => name == "like",
    };
    for (key, node) in other.iter().filter(|(key, _)| !replaced(&key.name)) {
        let of_model = matches!(key.name.as_str(), "params" | "state");
        match rows.iter_mut().find(|(mine, _)| mine.name == key.name) {
            _ if of_model && !same => {}
            None => rows.push((key.clone(), node.clone())),
            Some((_, Node { tree: Tree::Table(mine), .. })) if of_model => {
                let Tree::Table(theirs) = &node.tree else { continue };
                let new = |(key, _): &&(Key, Node)| !mine.iter().any(|(known, _)| known.name == key.name);
                let added: Rows = theirs.iter().filter(new).cloned().collect();
                mine.extend(added);
            }
            Some(_) => {}
        }
    }
}

fn population(fields: &Fields<'_>, name: &str, (run, scale): (Storage, f64)) -> Option<Population> {
    fields.check(&[]);
    let size = match fields.get("size") {
        Some(_) => fields.count("size").and_then(|size| usize::try_from(size).ok()),
        None => None,
    };
    let size = size.map(|size| scaled(size, scale)).or_else(|| self::size(fields, scale));
    if fields.get("size").is_none() && fields.get("grid").is_none() && fields.complete {
        fields.missing("size", "Number of neurons.");
    }
    let place = place(fields, size);
    let mean_rate = match fields.get("mean_rate") {
        Some(node) => {
            let wanted = Wanted { unit: "Hz", bound: Bound::NonNegative };
            quantity::scalar(fields.reader, node, wanted, &fields.place_of("mean_rate")).map(Some)
        }
        None => Some(None),
    };
    let neuron = neuron(fields);
    let storage = if fields.get("storage").is_some() { storage(fields) } else { Some(run) };
    let (integrator, silenced) = (integrator(fields), silenced(fields, size));
    let (neuron, state) = neuron?;
    Some(Population {
        name: name.to_owned(),
        size: size?,
        neuron,
        state,
        storage: storage?,
        integrator: integrator?,
        mean_rate: mean_rate?,
        place: place?,
        silenced: silenced?,
        span: fields.span,
        size_span: fields.get("size").or(fields.get("grid"))?.span,
    })
}

fn neuron(fields: &Fields<'_>) -> Option<(Part, Vec<Setting>)> {
    let node = fields.get("neuron")?;
    let name = fields.text("neuron")?;
    let place = fields.place_of("neuron");
    let entry = fields.reader.entry(&name, &[Kind::Neuron, Kind::Source], node.span, &place)?;
    let owner = format!("{} `{}`", kind_name(entry.kind), entry.name);
    let read = |key: &str, table: &[ecs_core::registry::Field]| {
        let rows = match fields.get(key) {
            None => Vec::new(),
            Some(Node { tree: Tree::Table(rows), .. }) => rows.iter().collect(),
            Some(other) => {
                let advice = format!("write `{key} = {{ NAME = VALUE }}`");
                fields.reader.wrong_form(other, &fields.place_of(key), "a table", &advice);
                return None;
            }
        };
        let (owner, place) = (owner.clone(), fields.place_of(key));
        let write = format!("{key} = {{ FIELD = ... }}");
        Table { owner, fields: table, rows, span: node.span, place, spread: true, write }.read(fields.reader)
    };
    let (params, state) = (read("params", entry.params), read("state", entry.state));
    Some((Part { entry, params: params?, span: node.span }, state?))
}

#[expect(
    clippy::option_option,
    reason = "the outer one says whether the key is in order, the inner one whether it is there"
)]
fn integrator(fields: &Fields<'_>) -> Option<Option<String>> {
    let Some(node) = fields.get("integrator") else { return Some(None) };
    let name = fields.text("integrator")?;
    let known: Vec<&str> = INTEGRATORS.iter().map(|i| i.name).collect();
    if !known.contains(&name.as_str()) {
        fields.reader.unknown(
            node.span,
            &fields.place_of("integrator"),
            "unknown integrator",
            (&name, &known),
        );
        return None;
    }
    Some(Some(name))
}

fn silenced(fields: &Fields<'_>, size: Option<usize>) -> Option<Vec<Pick>> {
    let Some(node) = fields.get("silenced") else { return Some(Vec::new()) };
    let place = fields.place_of("silenced");
    let texts: Option<Vec<(&str, Span)>> = match &node.tree {
        Tree::List(items) => items.iter().map(|item| Some((item.text()?, item.span))).collect(),
        _ => None,
    };
    let Some(texts) = texts else {
        let allowed = "a list of texts such as `[\"0..100\", \"10%\"]`";
        fields.reader.wrong_form(node, &place, allowed, "write them between brackets and quotation marks");
        return None;
    };
    let picks: Vec<_> = texts.into_iter().map(|text| read_pick(fields.reader, text, size, &place)).collect();
    picks.into_iter().collect()
}
