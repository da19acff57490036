//! Coupling: the section `[[coupling]]`: who hears what of whom all the time.

use ecs_core::model::CouplingModel;
use ecs_core::registry::{Bound, Drive, Entry, Field, Kind};

use crate::diagnostic::Problem;
use crate::head::Grid;
use crate::part::{Table, file, part};
use crate::quantity::{self, Wanted};
use crate::reader::Fields;
use crate::schema::{Coupling, Part, Value};
use crate::selection::{Known, selection};
use crate::tree::Tree;
use crate::wiring::{default_name, delay, needs, reads_a_file, same_for_all, targets, weight_unit};

/// `[[coupling]]`
pub(crate) fn coupling(fields: &Fields<'_>, known: &[Known], grid: Option<Grid>) -> Option<Coupling> {
    let reader = fields.reader;
    let select = |key: &str| selection(reader, fields.get(key)?, known, &fields.place_of(key), true);
    let (from, to) = (select("from"), select("to"));
    let name = if fields.get("name").is_some() { fields.text("name") } else { Some(default_name(fields)) };
    let kind = kind(fields);
    let connect = fields
        .get("connect")
        .and_then(|node| part(reader, node, Kind::Connector, &fields.place_of("connect")));
    let from_file = connect.as_ref().is_some_and(reads_a_file);
    if connect.is_some() && !from_file {
        needs(fields, &["weight"]);
    }
    let symmetric = fields.flag("symmetric");
    let senders = match fields.get("senders") {
        Some(node) => file(reader, node, &fields.place_of("senders")).map(|path| Some((path, node.span))),
        None => Some(None),
    };
    let (from, to, kind) = (from?, to?, kind?);
    let state = state(fields, &kind.entry);
    let ends = Ends { senders: targets(&from, known), receivers: targets(&to, known) };
    let variable = ends.variable(fields)?;
    let weight_unit = ends.weight_unit(fields, &kind.entry, &variable)?;
    let weight = match fields.get("weight") {
        Some(node) => {
            let wanted = Wanted { unit: &weight_unit, bound: Bound::Any };
            Some(quantity::value(reader, node, wanted, &fields.place_of("weight"))?)
        }
        None if from_file => None,
        None => return None,
    };
    let delay: Option<Value> = match fields.get("delay") {
        Some(_) => Some(delay(fields, grid)?),
        None => None,
    };
    Some(Coupling {
        name: name?,
        from,
        to,
        kind,
        state: state?,
        variable,
        senders: senders?,
        connect: connect?,
        weight_unit,
        weight,
        delay,
        symmetric: symmetric?,
        span: fields.span,
    })
}

/// The coupling and its parameters, which stand beside the keys of the section.
fn kind(fields: &Fields<'_>) -> Option<Part> {
    let Some(node) = fields.get("kind") else {
        fields.check(&[]);
        return None;
    };
    let entry =
        fields.reader.entry(&fields.text("kind")?, &[Kind::Coupling], node.span, &fields.place_of("kind"))?;
    let own: Vec<&str> = entry.params.iter().map(|field| field.name).collect();
    fields.check(&own);
    let rows = fields.rows.iter().filter(|(key, _)| own.contains(&key.name.as_str())).collect();
    let (owner, place) = (format!("coupling `{}`", entry.name), fields.place.clone());
    let (span, write) = (node.span, "FIELD = ...".to_owned());
    let params =
        Table { owner, fields: entry.params, rows, span, place, spread: false, write }.read(fields.reader)?;
    Some(Part { entry, params, span })
}

/// The state that senders begin with: all of it, or none.
fn state(fields: &Fields<'_>, entry: &Entry) -> Option<Vec<f64>> {
    let Some(node) = fields.get("state") else { return Some(Vec::new()) };
    let place = fields.place_of("state");
    let Tree::Table(rows) = &node.tree else {
        fields.reader.wrong_form(node, &place, "a table", "write `state = { NAME = VALUE }`");
        return None;
    };
    let needed: Vec<Field> = entry.state.iter().map(|row| Field { default: f64::NAN, ..*row }).collect();
    let (owner, span) = (format!("coupling `{}`", entry.name), node.span);
    let write = "state = { FIELD = ... }".to_owned();
    let rows = rows.iter().collect();
    let read =
        Table { owner, fields: &needed, rows, span, place, spread: false, write }.read(fields.reader)?;
    Some(read.iter().map(|setting| setting.number().centre()).collect())
}

/// The models at both ends.
struct Ends {
    senders: Vec<Entry>,
    receivers: Vec<Entry>,
}

impl Ends {
    /// The variable that is read: the one that is named, or the first of the senders.
    fn variable(&self, fields: &Fields<'_>) -> Option<String> {
        let first = self.senders.first()?;
        let variable = match fields.get("variable") {
            Some(_) => fields.text("variable")?,
            None => first.state.first()?.name.to_owned(),
        };
        let span = fields.get("variable").map_or(fields.span, |node| node.span);
        for sender in &self.senders {
            let names: Vec<&str> = sender.state.iter().map(|field| field.name).collect();
            if !names.contains(&variable.as_str()) {
                let found = format!("neuron `{}` has no", sender.name);
                fields.reader.unknown(span, &fields.place_of("variable"), &found, (&variable, &names));
                return None;
            }
        }
        Some(variable)
    }

    /// The unit of weights, after a look at whether the coupling makes sense between these variables.
    fn weight_unit(&self, fields: &Fields<'_>, entry: &Entry, variable: &str) -> Option<String> {
        let unit = |sender: &Entry| {
            let row = sender.state.iter().find(|field| field.name == variable);
            row.map_or("", |field| field.unit).to_owned()
        };
        let read = same_for_all(fields, &self.senders, &format!("`{variable}`"), unit)?;
        let conducts = entry.drive == Some(Drive::Conductance);
        let wanted = match CouplingModel::reads(entry) {
            Some(unit) => Some(unit),
            // What a conductance draws together has to be alike.
            None if conducts => self.receivers.first().map(|r| r.state.first().map_or("", |row| row.unit)),
            None => None,
        };
        if let Some(wanted) = wanted.filter(|wanted| bare(wanted) != bare(&read)) {
            let found = format!(
                "coupling `{}` reads {}, and `{variable}` is {}",
                entry.name,
                shown(wanted),
                shown(&read)
            );
            let problem = Problem::new(&fields.place, found)
                .allowed("a variable in that unit")
                .advice("name it with `variable = ...`, or choose another `kind`");
            fields.reader.error(fields.get("variable").map_or(fields.span, |node| node.span), problem);
            return None;
        }
        let unit = weight_unit(fields, entry.drive?, self.receivers.clone())?;
        let per_variable = !conducts && CouplingModel::reads(entry).is_none();
        Some(if per_variable { per(&unit, &read) } else { unit })
    }
}

fn bare(unit: &str) -> &str {
    if unit == "1" { "" } else { unit }
}

fn shown(unit: &str) -> String {
    if bare(unit).is_empty() { "a bare number".to_owned() } else { format!("in {unit}") }
}

/// `unit` divided by `divisor`.
fn per(unit: &str, divisor: &str) -> String {
    let swapped = divisor.replace('/', "\0").replace(['*', '·'], "/").replace('\0', "*");
    match (bare(unit), bare(&swapped)) {
        (unit, "") => unit.to_owned(),
        ("", divisor) => format!("1/{divisor}"),
        (unit, divisor) => format!("{unit}/{divisor}"),
    }
}
