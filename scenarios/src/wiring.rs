//! Wiring: the sections `[[projection]]` and `[[stimulus]]`: what reaches neurons, through what, and how strongly.

use ecs_core::registry::{Bound, Drive, Entry, Field, Form, Kind};

use crate::diagnostic::Problem;
use crate::head::Grid;
use crate::part::{Table, WEIGHT, default_part, initialiser, part, part_of_weight};
use crate::quantity::{self, DISTRIBUTIONS, Wanted};
use crate::reader::{Fields, kind_name};
use crate::schema::{Law, Part, Projection, Receptor, Selection, Stimulus, Value};
use crate::selection::{Known, selection};
use crate::tree::{Key, Node, Tree};

/// `[[projection]]`
pub(crate) fn projection(fields: &Fields<'_>, known: &[Known], grid: Option<Grid>) -> Option<Projection> {
    fields.check(&[]);
    let reader = fields.reader;
    let select =
        |key: &str, neurons: bool| selection(reader, fields.get(key)?, known, &fields.place_of(key), neurons);
    let (from, to) = (select("from", false), select("to", true));
    let name = if fields.get("name").is_some() { fields.text("name") } else { Some(default_name(fields)) };
    let connect = fields
        .get("connect")
        .and_then(|node| part(reader, node, Kind::Connector, &fields.place_of("connect")));
    let (storage, connect_span) = (storage(fields), connect.as_ref().map(|part| part.span));
    let receptor = receptor(fields, to.as_ref(), known);
    let from_file = connect.as_ref().is_some_and(reads_a_file);
    if connect.is_some() && !from_file {
        needs(fields, &["weight", "delay"]);
    }
    let weights = receptor.as_ref().and_then(|receptor| filled(fields, "weight", &receptor.weight_unit));
    let delays = filled(fields, "delay", "ms");
    let weight = receptor.as_ref().filter(|_| matches!(weights, Some(None))).and_then(|r| weight(fields, r));
    let short_term = optional(fields, "short_term", |node, place| part(reader, node, Kind::ShortTerm, place));
    let unit = receptor.as_ref().map_or("", |receptor| &receptor.weight_unit);
    let plasticity = optional(fields, "plasticity", |node, place| {
        receptor.as_ref().and_then(|_| part_of_weight(reader, node, Kind::Plasticity, (place, unit)))
    });
    let back_propagation = back_propagation(fields, grid);
    let modulator = optional(fields, "modulator", |node, place| {
        Some((selection(reader, node, known, place, false)?, node.span))
    });
    let delay = if matches!(delays, Some(None)) { delay(fields, grid) } else { None };
    let filled_delays = matches!(delays, Some(Some(_)));
    let plasticity =
        plasticity.filter(|rule| rule.is_none() || one_delay(fields, (delay.as_ref(), filled_delays)));
    let state = receptor.as_ref().and_then(|receptor| state(fields, receptor));
    let (weights, delays) = (weights?, delays?);
    let given = |value: Option<Value>, filled: &Option<Part>, key: &str| match fields.get(key) {
        Some(_) if filled.is_some() => Some(None),
        Some(_) => value.map(Some),
        None => from_file.then_some(None),
    };
    Some(Projection {
        name: name?,
        name_span: fields.get("name").map(|node| node.span),
        from: from?,
        to: to?,
        receptor: receptor?,
        weight: given(weight, &weights, "weight")?,
        delay: given(delay, &delays, "delay")?,
        initialisers: [weights, delays],
        connect: connect?,
        state: state?,
        storage_span: fields.get("storage").map_or(connect_span?, |node| node.span),
        storage: storage?,
        short_term: short_term?,
        plasticity: plasticity?,
        back_propagation: back_propagation?,
        modulator: modulator?,
        span: fields.span,
    })
}

/// The way to hold synapses.
fn storage(fields: &Fields<'_>) -> Option<Entry> {
    let name = match fields.get("storage") {
        Some(_) => fields.text("storage")?,
        None => fields.default("storage")?.to_owned(),
    };
    let span = fields.get("storage").map_or(fields.span, |node| node.span);
    fields.reader.entry(&name, &[Kind::Operator], span, &fields.place_of("storage"))
}

/// A key that may be left out: then none.
#[expect(clippy::option_option, reason = "the outer one says whether the key is in order")]
pub(crate) fn optional<T>(
    fields: &Fields<'_>,
    key: &str,
    read: impl FnOnce(&Node, &str) -> Option<T>,
) -> Option<Option<T>> {
    fields.get(key).map_or(Some(None), |node| read(node, &fields.place_of(key)).map(Some))
}

/// Refuses synapses that learn and have delays of their own.
fn one_delay(fields: &Fields<'_>, (delay, filled): (Option<&Value>, bool)) -> bool {
    let drawn = delay.is_some_and(|value| value.as_constant().is_none());
    let Some(node) = fields.get("delay").filter(|_| drawn || filled) else { return true };
    let problem =
        Problem::new(fields.place_of("delay"), "synapses that learn cannot have delays of their own")
            .allowed("one delay for all, beside `plasticity`")
            .advice("give one value such as `\"1.5 ms\"`, or divide the projection");
    fields.reader.error(node.span, problem);
    false
}

/// In steps; only where there is something that looks at spikes of the receiver.
fn back_propagation(fields: &Fields<'_>, grid: Option<Grid>) -> Option<u32> {
    let (key, place) = ("back_propagation", fields.place_of("back_propagation"));
    let Some(node) = fields.get(key) else { return Some(0) };
    if fields.get("plasticity").is_none() {
        let problem = Problem::new(&place, "these synapses do not look at spikes of their receivers")
            .allowed("`back_propagation` only beside `plasticity`")
            .advice("remove the key `back_propagation`");
        fields.reader.error(node.span, problem);
        return None;
    }
    match fields.time(key, Bound::NonNegative)? {
        0.0 => Some(0),
        time => u32::try_from(grid?.steps(fields.reader, time, node, &place)?).ok(),
    }
}

/// Reports those of `keys` that are missing.
pub(crate) fn needs(fields: &Fields<'_>, keys: &[&str]) {
    for key in keys.iter().filter(|key| fields.get(key).is_none()) {
        fields.missing(key, fields.section.key(key).doc);
    }
}

pub(crate) fn default_name(fields: &Fields<'_>) -> String {
    let text = |key: &str| fields.get(key).and_then(Node::text).unwrap_or("several").to_owned();
    format!("{} to {}", text("from"), text("to"))
}

pub(crate) fn reads_a_file(connect: &Part) -> bool {
    connect.entry.params.iter().any(|field| field.form == Form::File)
}

/// Synapse and output, the drive both have, and the unit of the weights that follows.
fn receptor(fields: &Fields<'_>, to: Option<&Selection>, known: &[Known]) -> Option<Receptor> {
    let reader = fields.reader;
    let read =
        |key: &str, kind: Kind| fields.get(key).map(|node| part(reader, node, kind, &fields.place_of(key)));
    let synapse = read("synapse", Kind::Synapse).unwrap_or_else(|| {
        default_part(reader, "delta", Kind::Synapse, fields.span, &fields.place_of("synapse"))
    });
    let output = read("output", Kind::Output);
    let synapse = synapse?;
    let (output, drive) = match (synapse.entry.drive, output) {
        (Some(drive), None) => (None, drive),
        (Some(_), Some(_)) => {
            let problem =
                Problem::new(&fields.place, format!("synapse `{}` takes no `output`", synapse.entry.name))
                    .allowed("`output` only with synapses that have a state of their own")
                    .advice("remove the key `output`");
            reader.error(fields.get("output").map_or(fields.span, |node| node.span), problem);
            return None;
        }
        (None, None) => {
            let outputs = reader.entries.iter().filter(|entry| entry.kind == Kind::Output);
            let names: Vec<&str> = outputs.map(|entry| entry.name).collect();
            let problem =
                Problem::new(&fields.place, format!("synapse `{}` needs an `output`", synapse.entry.name))
                    .allowed(names.join(", "))
                    .advice("add a line `output = ...`: how the synapse acts on the membrane");
            reader.error(synapse.span, problem);
            return None;
        }
        (None, Some(output)) => {
            let output = output?;
            let drive = output.entry.drive.unwrap_or(Drive::Current);
            (Some(output), drive)
        }
    };
    let weight_unit = weight_unit(fields, drive, targets(to?, known))?;
    Some(Receptor { synapse, output, drive, weight_unit })
}

pub(crate) fn targets(to: &Selection, known: &[Known]) -> Vec<Entry> {
    to.members.iter().filter_map(|members| known[members.population].entry).collect()
}

/// The unit of weights into these neurons; reports neurons that differ in it. Neurons that are unknown are reported elsewhere.
pub(crate) fn weight_unit(fields: &Fields<'_>, drive: Drive, targets: Vec<Entry>) -> Option<String> {
    let unit = |entry: &Entry| {
        let v = entry.state.first().map_or("", |field| field.unit);
        match drive {
            Drive::Jump => v.to_owned(),
            Drive::Current => entry.input.to_owned(),
            Drive::Conductance if v.is_empty() => entry.input.to_owned(),
            Drive::Conductance => format!("{}/{v}", if entry.input.is_empty() { "1" } else { entry.input }),
        }
    };
    same_for_all(fields, &targets, "weights", unit)
}

pub(crate) fn same_for_all(
    fields: &Fields<'_>,
    targets: &[Entry],
    what: &str,
    unit: impl Fn(&Entry) -> String,
) -> Option<String> {
    let first = unit(targets.first()?);
    let Some(other) = targets.iter().find(|entry| unit(entry) != first) else { return Some(first) };
    let found = format!(
        "neurons `{}` and `{}` take {what} in different units, `{first}` and `{}`",
        targets[0].name,
        other.name,
        unit(other)
    );
    let problem = Problem::new(&fields.place, found)
        .allowed("neurons with the same unit")
        .advice("split this section, one for each neuron model");
    fields.reader.error(fields.get("to").map_or(fields.span, |node| node.span), problem);
    None
}

/// The initialiser that a key names for values in `unit`, where it names one. Delays take those that go by distance.
#[expect(clippy::option_option, reason = "the outer one says whether the key is in order")]
fn filled(fields: &Fields<'_>, key: &str, unit: &str) -> Option<Option<Part>> {
    let (reader, place) = (fields.reader, fields.place_of(key));
    let Some(Node { tree: Tree::Table(rows), .. }) = fields.get(key) else { return Some(None) };
    let [row] = rows.as_slice() else { return Some(None) };
    let by_value = |entry: &Entry| entry.params.iter().any(|field| field.unit.contains("value"));
    let fits = |entry: &&Entry| entry.kind == Kind::Initialiser && (key == "weight" || by_value(entry));
    if let Some(entry) = reader.entries.iter().filter(fits).find(|entry| entry.name == row.0.name) {
        return initialiser(reader, *entry, row, unit, &place).map(Some);
    }
    let laws = DISTRIBUTIONS.iter().map(|(name, _)| *name);
    let names: Vec<&str> = laws.chain(reader.entries.iter().filter(fits).map(|entry| entry.name)).collect();
    if names.contains(&row.0.name.as_str()) {
        return Some(None);
    }
    reader.unknown(row.0.span, &place, "unknown distribution", (&row.0.name, &names));
    None
}

fn weight(fields: &Fields<'_>, receptor: &Receptor) -> Option<Value> {
    let wanted = Wanted { unit: &receptor.weight_unit, bound: Bound::Any };
    quantity::value(fields.reader, fields.get("weight")?, wanted, &fields.place_of("weight"))
}

/// Initial synaptic state. Its units are told in terms of the weight's.
fn state(fields: &Fields<'_>, receptor: &Receptor) -> Option<Vec<(usize, Value)>> {
    let Some(node) = fields.get("state") else { return Some(Vec::new()) };
    let place = fields.place_of("state");
    let Tree::Table(rows) = &node.tree else {
        fields.reader.wrong_form(node, &place, "a table", "write `state = { NAME = VALUE }`");
        return None;
    };
    let entry = &receptor.synapse.entry;
    let names: Vec<&str> = entry.state.iter().map(|field| field.name).collect();
    let one = |(key, node): &(Key, Node)| {
        let Some(row) = names.iter().position(|name| *name == key.name) else {
            let found = format!("synapse `{}` has no", entry.name);
            fields.reader.unknown(key.span, &place, &found, (&key.name, &names));
            return None;
        };
        let unit = entry.state[row].unit.replace(WEIGHT, &receptor.weight_unit);
        let wanted = Wanted { unit: &unit, bound: Bound::Any };
        Some((row, quantity::value(fields.reader, node, wanted, &format!("{place}.{}", key.name))?))
    };
    let values: Vec<_> = rows.iter().map(one).collect();
    values.into_iter().collect()
}

/// Constants must lie on the grid; draws are rounded to it, and those below one step are raised to it.
pub(crate) fn delay(fields: &Fields<'_>, grid: Option<Grid>) -> Option<Value> {
    let (node, place, reader) = (fields.get("delay")?, fields.place_of("delay"), fields.reader);
    let value = quantity::value(reader, node, Wanted { unit: "ms", bound: Bound::Any }, &place)?;
    let grid = grid?;
    match value.law {
        Law::Constant(delay) => {
            grid.steps(reader, delay, node, &place)?;
            Some(value)
        }
        Law::TruncatedNormal { .. } => {
            grid.at_least_dt(reader, value.min, node.span, &place)?;
            Some(value)
        }
        Law::Uniform { low, .. } => {
            grid.at_least_dt(reader, low.max(value.min), node.span, &place)?;
            Some(value)
        }
        Law::Normal { .. } | Law::LogNormal { .. } => {
            let limit = if value.min.is_finite() { value.min } else { value.max };
            grid.at_least_dt(reader, limit, node.span, &place)?;
            Some(Value { min: value.min.max(grid.dt), ..value })
        }
    }
}

/// `[[stimulus]]`: one that has a drive acts by itself, the others send spikes through a synapse.
pub(crate) fn stimulus(fields: &Fields<'_>, known: &[Known]) -> Option<Stimulus> {
    let reader = fields.reader;
    let entry = fields.get("kind").and_then(|node| {
        reader.entry(&fields.text("kind")?, &[Kind::Stimulus], node.span, &fields.place_of("kind"))
    });
    let to = fields.get("to").and_then(|node| selection(reader, node, known, &fields.place_of("to"), true));
    let Some(entry) = entry else {
        // Without the stimulus, nobody knows which keys are its own.
        for required in fields.section.keys.iter().filter(|key| ["kind", "to"].contains(&key.name)) {
            if fields.get(required.name).is_none() {
                fields.missing(required.name, required.doc);
            }
        }
        return None;
    };
    let own: Vec<&str> = entry.params.iter().map(|field| field.name).collect();
    fields.check(&own);
    let kind = stimulus_part(fields, entry, to.as_ref(), known);
    let by_spikes = if entry.drive.is_some() {
        acts_alone(fields, &entry)
    } else {
        by_spikes(fields, to.as_ref(), known)
    };
    let (by_spikes, kind) = (by_spikes?, kind?);
    let mean = fields.flag("as_current")?;
    let has_mean = |receptor: &Receptor| {
        receptor.drive == Drive::Current && entry.params.iter().any(|field| field.name == "rate")
    };
    if mean && !by_spikes.as_ref().is_some_and(|(receptor, _)| has_mean(receptor)) {
        let found = format!("stimulus `{}` makes no spikes here that have a mean current", entry.name);
        let problem = Problem::new(&fields.place, found)
            .allowed("`as_current` with a stimulus of a `rate` whose synapse has `output = \"current\"`")
            .advice("remove the key `as_current`");
        reader.error(fields.get("as_current").map_or(fields.span, |node| node.span), problem);
        return None;
    }
    Some(Stimulus { to: to?, kind, by_spikes, mean, span: fields.span })
}

/// `[[system]]`: something that happens in every step.
pub(crate) fn system(fields: &Fields<'_>) -> Option<Part> {
    let Some(node) = fields.get("kind") else {
        fields.check(&[]);
        return None;
    };
    let entry =
        fields.reader.entry(&fields.text("kind")?, &[Kind::System], node.span, &fields.place_of("kind"))?;
    let own: Vec<&str> = entry.params.iter().map(|field| field.name).collect();
    fields.check(&own);
    let rows = fields.rows.iter().filter(|(key, _)| own.contains(&key.name.as_str())).collect();
    let (owner, place) = (format!("system `{}`", entry.name), fields.place.clone());
    let (span, write) = (node.span, "FIELD = ...".to_owned());
    let params =
        Table { owner, fields: entry.params, rows, span, place, spread: false, write }.read(fields.reader)?;
    Some(Part { entry, params, span })
}

/// Fields in the unit `input` take that of the neurons.
fn stimulus_part(fields: &Fields<'_>, entry: Entry, to: Option<&Selection>, known: &[Known]) -> Option<Part> {
    let targets = to.map(|to| targets(to, known)).unwrap_or_default();
    let wants_input = entry.params.iter().any(|field| field.unit == "input");
    if wants_input {
        same_for_all(fields, &targets, "input", |entry| entry.input.to_owned())?;
    }
    let input = targets.first().map_or("", |entry| entry.input);
    let resolve =
        |field: &Field| Field { unit: if field.unit == "input" { input } else { field.unit }, ..*field };
    let table: Vec<Field> = entry.params.iter().map(resolve).collect();
    let own = |name: &str| table.iter().any(|field| field.name == name);
    let rows = fields.rows.iter().filter(|(key, _)| own(&key.name)).collect();
    let (owner, place) = (format!("{} `{}`", kind_name(entry.kind), entry.name), fields.place.clone());
    let span = fields.get("kind")?.span;
    let write = "FIELD = ...".to_owned();
    let params =
        Table { owner, fields: &table, rows, span, place, spread: true, write }.read(fields.reader)?;
    Some(Part { entry, params, span })
}

#[expect(clippy::option_option, reason = "the outer one says whether the keys are in order")]
fn acts_alone(fields: &Fields<'_>, entry: &Entry) -> Option<Option<(Receptor, Value)>> {
    let own = |name: &str| entry.params.iter().any(|field| field.name == name);
    let given = ["weight", "synapse", "output"].into_iter().filter(|key| !own(key));
    let mut good = true;
    for (key, node) in given.filter_map(|key| Some((key, fields.get(key)?))) {
        let found = format!("stimulus `{}` sends no spikes and takes no `{key}`", entry.name);
        let names: Vec<&str> = entry.params.iter().map(|field| field.name).collect();
        let problem = Problem::new(&fields.place, found)
            .allowed(format!("to, kind, {}", names.join(", ")))
            .advice(format!("remove the key `{key}`"));
        fields.reader.error(node.span, problem);
        good = false;
    }
    good.then_some(None)
}

#[expect(clippy::option_option, reason = "the outer one says whether the keys are in order")]
fn by_spikes(
    fields: &Fields<'_>,
    to: Option<&Selection>,
    known: &[Known],
) -> Option<Option<(Receptor, Value)>> {
    if fields.get("weight").is_none() {
        fields.missing("weight", fields.section.key("weight").doc);
    }
    let receptor = receptor(fields, to, known)?;
    let weight = weight(fields, &receptor)?;
    Some(Some((receptor, weight)))
}
