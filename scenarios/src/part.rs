//! Part: a registered thing that a scenario names, and the fields it sets.
//!
//! Three ways of writing: `"delta"`, `{ exponential = { tau = "5 ms" } }`, and, for the main field, `{ fixed_indegree = 100 }`.

use std::path::{Component, Path, PathBuf};

use ecs_core::model::kept;
use ecs_core::registry::{Entry, Field, Form, Kind};

use crate::diagnostic::{Problem, Span};
use crate::quantity::{self, DISTRIBUTIONS, Wanted};
use crate::reader::{Reader, kind_name};
use crate::schema::{Content, Part, Setting, Value};
use crate::tree::{Key, Node, Tree, shorten};

/// Stands in units of fields for the unit of the projection's weights.
pub(crate) const WEIGHT: &str = "weight";

/// Fields that a scenario may set, and where it does.
pub(crate) struct Table<'a> {
    /// Whose fields these are, such as "neuron `lif`".
    pub owner: String,
    pub fields: &'a [Field],
    /// Keys given.
    pub rows: Vec<&'a (Key, Node)>,
    /// Where a missing field is reported.
    pub span: Span,
    pub place: String,
    /// Whether numbers may be distributions.
    pub spread: bool,
    /// How a missing field is written, with `FIELD` for its name.
    pub write: String,
}

impl Table<'_> {
    /// All fields in the order of the table: from the file, or else their defaults.
    pub fn read(&self, reader: &Reader<'_>) -> Option<Vec<Setting>> {
        self.read_in(reader, &str::to_owned)
    }

    /// The same, with the unit that `unit` makes of the table's.
    pub fn read_in(&self, reader: &Reader<'_>, unit: &dyn Fn(&str) -> String) -> Option<Vec<Setting>> {
        let names: Vec<&str> = self.fields.iter().map(|field| field.name).collect();
        let mut good = true;
        for (key, _) in self.rows.iter().filter(|(key, _)| !names.contains(&key.name.as_str())) {
            let found = format!("{} has no", self.owner);
            reader.unknown(key.span, &self.place, &found, (&key.name, &names));
            good = false;
        }
        let settings: Vec<_> = self.fields.iter().map(|field| self.setting(reader, field, unit)).collect();
        let settings = settings.into_iter().collect::<Option<_>>()?;
        good.then_some(settings)
    }

    fn setting(&self, reader: &Reader<'_>, field: &Field, unit: &dyn Fn(&str) -> String) -> Option<Setting> {
        let given = self.rows.iter().find(|(key, _)| key.name == field.name);
        let (content, span) = match given {
            Some((_, node)) => {
                let place = format!("{}.{}", self.place, field.name);
                let wanted = Wanted { unit: &unit(field.unit), bound: field.bound };
                (content(reader, node, (field.form, self.spread), (wanted, &place))?, Some(node.span))
            }
            None => (self.default(reader, field)?, None),
        };
        Some(Setting { field: *field, content, span })
    }

    /// A field whose default is NaN has none.
    fn default(&self, reader: &Reader<'_>, field: &Field) -> Option<Content> {
        if field.default.is_nan() {
            let found = format!("{} needs `{}`", self.owner, field.name);
            let advice = format!("write `{}`", self.write.replace("FIELD", field.name));
            let problem = Problem::new(&self.place, found).allowed(field.doc).advice(advice);
            reader.error(self.span, problem);
            return None;
        }
        Some(match field.form {
            Form::Number => Content::Number(Value::constant(field.default)),
            Form::List => Content::List(Vec::new()),
            Form::File | Form::Frames => Content::File(None),
            Form::Text => Content::Text(String::new()),
        })
    }
}

fn content(
    reader: &Reader<'_>,
    node: &Node,
    form: (Form, bool),
    (wanted, place): (Wanted<'_>, &str),
) -> Option<Content> {
    let (form, spread) = form;
    match form {
        Form::Number if spread => quantity::value(reader, node, wanted, place).map(Content::Number),
        Form::Number => {
            quantity::scalar(reader, node, wanted, place).map(Value::constant).map(Content::Number)
        }
        Form::List => {
            let Tree::List(items) = &node.tree else {
                reader.wrong_form(node, place, "a list", "write the values between brackets: `[..., ...]`");
                return None;
            };
            let numbers = items
                .iter()
                .enumerate()
                .map(|(at, item)| quantity::scalar(reader, item, wanted, &format!("{place}.{at}")));
            let numbers: Vec<Option<f64>> = numbers.collect();
            numbers.into_iter().collect::<Option<_>>().map(Content::List)
        }
        Form::File | Form::Frames => file(reader, node, place).map(Some).map(Content::File),
        Form::Text => {
            let text = node.text();
            if text.is_none() {
                reader.wrong_form(node, place, "a text", "write it between quotation marks");
            }
            text.map(|text| Content::Text(text.to_owned()))
        }
    }
}

/// A path inside the folder of the scenario: a scenario from elsewhere must not reach into the rest of the disk.
pub(crate) fn file(reader: &Reader<'_>, node: &Node, place: &str) -> Option<PathBuf> {
    let Some(text) = node.text().filter(|text| !text.is_empty()) else {
        reader.wrong_form(node, place, "the path of a file", "write it between quotation marks");
        return None;
    };
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    let joined = reader.base.join(text);
    if Path::new(text).components().all(plain) && !text.contains('\0') && !leads_out(&joined, reader.base) {
        return Some(joined);
    }
    let problem = Problem::new(place, format!("`{}` leads out of the folder of the scenario", shorten(text)))
        .allowed("a relative path without `..`")
        .advice("move or copy the file beside the scenario");
    reader.error(node.span, problem);
    None
}

/// Whether links on the way lead elsewhere; a file that does not exist leads nowhere.
fn leads_out(path: &Path, base: &Path) -> bool {
    let base = if base.as_os_str().is_empty() { Path::new(".") } else { base };
    match (path.canonicalize(), base.canonicalize()) {
        (Ok(path), Ok(base)) => !path.starts_with(base),
        _ => false,
    }
}

/// Reads a name, or a table with one name and its fields.
pub(crate) fn part(reader: &Reader<'_>, node: &Node, kind: Kind, place: &str) -> Option<Part> {
    part_of_weight(reader, node, kind, (place, ""))
}

/// The same for a kind whose fields may be in the unit of the projection's weights, which is given.
pub(crate) fn part_of_weight(
    reader: &Reader<'_>,
    node: &Node,
    kind: Kind,
    (place, weight): (&str, &str),
) -> Option<Part> {
    part_in(reader, node, kind, (place, (WEIGHT, weight)))
}

/// The same for a kind whose fields are in a unit that depends on the context: the word that stands for it, and the unit.
pub(crate) fn part_in(
    reader: &Reader<'_>,
    node: &Node,
    kind: Kind,
    (place, unit): (&str, (&str, &str)),
) -> Option<Part> {
    match &node.tree {
        Tree::Text(name) => {
            let entry = reader.entry(name, &[kind], node.span, place)?;
            complete(reader, entry, Vec::new(), node.span, (format!("{place}.{name}"), unit))
        }
        Tree::Table(rows) if rows.len() == 1 => {
            let (key, inner) = &rows[0];
            let entry = reader.entry(&key.name, &[kind], key.span, place)?;
            let place = format!("{place}.{}", key.name);
            let main = main_row(&entry, inner);
            let rows = match (&main, &inner.tree) {
                (Some(row), _) => vec![row],
                (None, Tree::Table(rows)) => rows.iter().collect(),
                (None, _) => {
                    let allowed = format!("`\"{}\"`, which has no parameters", entry.name);
                    reader.wrong_form(inner, &place, &allowed, "write the name alone");
                    return None;
                }
            };
            complete(reader, entry, rows, key.span, (place, unit))
        }
        _ => {
            let allowed = format!("the name of a {0}, or `{{ NAME = {{ ... }} }}`", kind_name(kind));
            reader.wrong_form(node, place, &allowed, "name exactly one");
            None
        }
    }
}

/// An entry with all its defaults.
pub(crate) fn default_part(
    reader: &Reader<'_>,
    name: &str,
    kind: Kind,
    span: Span,
    place: &str,
) -> Option<Part> {
    let entry = reader.entry(name, &[kind], span, place)?;
    complete(reader, entry, Vec::new(), span, (format!("{place}.{name}"), (WEIGHT, "")))
}

/// Reads an initialiser, for values in `unit`: a table with its name, and its fields or the main one alone.
pub(crate) fn initialiser(
    reader: &Reader<'_>,
    entry: Entry,
    row: &(Key, Node),
    unit: &str,
    place: &str,
) -> Option<Part> {
    let (key, inner) = row;
    let place = format!("{place}.{}", key.name);
    let main = main_row(&entry, inner);
    let rows = match (&main, &inner.tree) {
        (Some(row), _) => vec![row],
        (None, Tree::Table(rows)) => rows.iter().collect(),
        (None, _) => Vec::new(),
    };
    let owner = format!("{} `{}`", kind_name(entry.kind), entry.name);
    let write = format!("{{ {} = {{ FIELD = ... }} }}", entry.name);
    let table = Table { owner, fields: entry.params, rows, span: key.span, place, spread: false, write };
    let params = table.read_in(reader, &|known| known.replace("weight", unit).replace("value", unit))?;
    Some(Part { entry, params, span: key.span })
}

fn complete(
    reader: &Reader<'_>,
    entry: Entry,
    rows: Vec<&(Key, Node)>,
    span: Span,
    (place, (word, known)): (String, (&str, &str)),
) -> Option<Part> {
    let owner = format!("{} `{}`", kind_name(entry.kind), entry.name);
    let write = format!("{{ {} = {{ FIELD = ... }} }}", entry.name);
    let in_context = |field: &Field| match field.unit.contains(word) {
        true => Field { unit: kept(&field.unit.replace(word, known)), ..*field },
        false => *field,
    };
    let fields: Vec<Field> = entry.params.iter().map(in_context).collect();
    let table = Table { owner, fields: &fields, rows, span, place, spread: false, write };
    Some(Part { entry, params: table.read(reader)?, span })
}

/// A value that stands for the main field; a table does only where it is a distribution.
fn main_row(entry: &Entry, node: &Node) -> Option<(Key, Node)> {
    let field = main_field(entry)?;
    if let Tree::Table(rows) = &node.tree {
        let own = |name: &str| entry.params.iter().any(|field| field.name == name);
        let drawn = |name: &str| DISTRIBUTIONS.iter().any(|(known, _)| *known == name) && !own(name);
        if !(rows.len() == 1 && drawn(&rows[0].0.name)) {
            return None;
        }
    }
    Some((Key { name: field.name.to_owned(), span: node.span }, node.clone()))
}

/// The field that a single value sets: a file that must be given, the only number, or else the first field.
pub(crate) fn main_field(entry: &Entry) -> Option<&'static Field> {
    let file = entry.params.first().filter(|field| field.form == Form::File && field.default.is_nan());
    if file.is_some() {
        return file;
    }
    let mut numbers = entry.params.iter().filter(|field| field.form == Form::Number);
    match (numbers.next(), numbers.next()) {
        (Some(only), None) => Some(only),
        _ => entry.params.first(),
    }
}
