//! Show: a model as the text that defines it in a scenario, whoever wrote it and in whatever language. Read again, the text
//! gives the same graphs.

mod dimensions;
pub(crate) mod formula;
mod model;
pub(crate) mod naming;
mod pool;
mod print;
mod recognise;
pub(crate) mod sheet;
pub(crate) mod unit;

use std::fmt::Write;

use ecs_core::model::Row;
use ecs_core::registry::Bound;

use formula::Id;
pub use model::Model;
use sheet::{Line, Sheet};

/// The block `[model.NAME]` of a scenario. A model that states its own step cannot be defined by text; then a comment says so,
/// and the derivative is shown.
pub fn show<'a>(model: impl Into<Model<'a>>) -> String {
    let model = model.into();
    let sheet = Sheet::of(model);
    let mut text = notes(&sheet);
    let name = key(model.name());
    push(&mut text, format_args!("[model.{name}]"));
    match model {
        Model::Neuron(neuron) => {
            push(&mut text, format_args!("input = {}", quoted(unit_or_one(&neuron.input))));
        }
        Model::Channel(_) => push(&mut text, format_args!("kind = \"channel\"")),
        Model::Synapse(_) => push(&mut text, format_args!("kind = \"synapse\"")),
        Model::ShortTerm(_) => push(&mut text, format_args!("kind = \"short_term\"")),
        Model::Plasticity(_) => push(&mut text, format_args!("kind = \"plasticity\"")),
    }
    // A channel without gates has no lines.
    if !sheet.lines.is_empty() {
        push(&mut text, format_args!("equations = '''"));
        sheet.lines.iter().for_each(|line| push(&mut text, format_args!("{}", equation(&sheet, line))));
        push(&mut text, format_args!("'''"));
    }
    statements(&mut text, &sheet);
    table(&mut text, &format!("[model.{name}.parameters]"), &distinct(model.params().iter()), true);
    table(&mut text, &format!("[model.{name}.initial]"), &distinct(model.initial().into_iter()), false);
    text
}

/// What is said in one line each.
fn statements(text: &mut String, sheet: &Sheet<'_>) {
    let some = |statements: String| Some(statements).filter(|statements| !statements.is_empty());
    let output = sheet.output.map(|id| sheet.body(id));
    let pairs = match sheet.model {
        Model::Neuron(_) => vec![
            ("threshold", sheet.condition.map(|id| sheet.body(id))),
            ("reset", some(event(sheet, "reset"))),
            ("refractory", sheet.refractory.map(|id| sheet.body(id))),
        ],
        Model::Channel(_) => vec![("current", output)],
        Model::Synapse(_) => vec![("on_pre", some(additions(sheet))), ("value", output)],
        Model::ShortTerm(_) => vec![("on_pre", some(event(sheet, "on_pre")))],
        Model::Plasticity(_) => vec![
            ("on_pre", some(event(sheet, "on_pre"))),
            ("on_post", some(event(sheet, "on_post"))),
            ("on_modulator", some(additions(sheet))),
            ("between", some(event(sheet, "between"))),
            ("on_step", some(event(sheet, "on_step"))),
            ("seen", sheet.seen.map(|id| sheet.body(id))),
        ],
    };
    for (word, value) in pairs {
        if let Some(value) = value {
            push(text, format_args!("{word} = {}", quoted(&value)));
        }
    }
    // Without a reset a spike is taken to be a crossing, with one whatever is above the threshold.
    if let Model::Neuron(neuron) = sheet.model
        && neuron.condition.is_some()
        && neuron.edge != sheet.event("reset").is_empty()
    {
        push(text, format_args!("edge = {}", neuron.edge));
    }
}

/// The first of the rows of each name: channels may share a parameter.
pub(crate) fn distinct<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<&'a Row> {
    let mut all: Vec<&Row> = Vec::new();
    for row in rows {
        if all.iter().all(|other| other.name != row.name) {
            all.push(row);
        }
    }
    all
}

/// The first line of a model's documentation.
pub(crate) fn headline(doc: &str) -> &str {
    let line = doc.lines().next().unwrap_or_default();
    line.strip_prefix("//!").unwrap_or(line).trim()
}

/// What white noise number `k` of so many is called.
pub(crate) fn noise_name(k: usize, of: usize) -> String {
    if of == 1 { "xi".to_owned() } else { format!("xi_{}", k + 1) }
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.write_fmt(line).expect("a string takes all text");
    text.push('\n');
}

/// What the text does not say, as comments.
fn notes(sheet: &Sheet<'_>) -> String {
    let model = sheet.model;
    let notes = [
        (!headline(model.doc()).is_empty(), headline(model.doc())),
        (model.states_its_step(), "states its own step, which no text can say: this is its derivative alone"),
        (
            !sheet.ordered,
            match model {
                Model::Neuron(_) => {
                    "the reset changes all variables at once, which no order of statements does"
                }
                _ => "a spike changes all variables at once, which no order of statements does",
            },
        ),
    ];
    let wanted = notes.iter().filter(|(wanted, _)| *wanted);
    wanted.map(|(_, note)| format!("# {}\n", one_line(note))).collect()
}

fn equation(sheet: &Sheet<'_>, line: &Line) -> String {
    match line {
        Line::Definition(id) => {
            let name = sheet.naming.name(*id).expect("definitions have names");
            format!("{name} = {} : {}", sheet.body(*id), sheet.unit(*id))
        }
        Line::Derivative { row, body, noise } => {
            let state = &sheet.model.state()[*row];
            let held = if sheet.model.is_held(*row) { " (unless refractory)" } else { "" };
            let doc = one_line(&state.doc);
            let doc = if doc.is_empty() { doc } else { format!("  # {doc}") };
            let unit = unit_or_one(&state.unit);
            format!("d{}/dt = {} : {unit}{held}{doc}", state.name, with_noise(sheet, *body, noise))
        }
        Line::Declaration { row } => {
            let state = &sheet.model.state()[*row];
            let doc = one_line(&state.doc);
            let doc = if doc.is_empty() { doc } else { format!("  # {doc}") };
            format!("{} : {}{doc}", state.name, unit_or_one(&state.unit))
        }
    }
}

fn with_noise(sheet: &Sheet<'_>, body: Id, noise: &[(usize, Id)]) -> String {
    let count = sheet.model.noise().len();
    let terms = noise.iter().map(|(j, id)| sheet.noise_term(*id, &noise_name(*j, count)));
    let nothing = sheet.formulas.literal(sheet.formulas.inside(body)) == Some(0.0);
    let base = Some(sheet.body(body)).filter(|_| !nothing || noise.is_empty());
    base.into_iter().chain(terms).collect::<Vec<_>>().join(" + ")
}

fn event(sheet: &Sheet<'_>, key: &str) -> String {
    let statements = sheet.event(key).iter().map(|(name, id)| match sheet.change(name, *id) {
        Some((sign, by)) => format!("{name} {sign} {}", sheet.body(by)),
        None => format!("{name} = {}", sheet.body(*id)),
    });
    statements.collect::<Vec<_>>().join("; ")
}

fn additions(sheet: &Sheet<'_>) -> String {
    let statements = sheet.arrive.iter().map(|(name, id)| {
        let (sign, by) = sheet.signed(*id);
        format!("{name} {sign}= {}", sheet.body(by))
    });
    statements.collect::<Vec<_>>().join("; ")
}

/// Rows as quantities, what they are behind them.
fn table(text: &mut String, head: &str, rows: &[&Row], parameters: bool) {
    if rows.is_empty() {
        return;
    }
    push(text, format_args!("\n{head}"));
    let pair = |row: &&Row| {
        let bound =
            bound(row).filter(|_| parameters).map_or(String::new(), |word| format!(", bound = \"{word}\""));
        let value = match row.default.is_finite() {
            false => format!("{{ unit = {}{bound} }}", quoted(unit_or_one(&row.unit))),
            true if bound.is_empty() => value(row),
            true => format!("{{ value = {}{bound} }}", value(row)),
        };
        format!("{} = {value}", key(&row.name))
    };
    let pairs: Vec<String> = rows.iter().map(pair).collect();
    let width = pairs.iter().map(|pair| pair.chars().count()).max().unwrap_or(0);
    for (row, pair) in rows.iter().zip(pairs) {
        let comment = if parameters { about(row) } else { one_line(&row.doc) };
        let line = if comment.is_empty() { pair } else { format!("{pair:width$}  # {comment}") };
        push(text, format_args!("{line}"));
    }
}

/// What a parameter is.
fn about(row: &Row) -> String {
    let missing = if row.default.is_finite() { "" } else { "must be given" };
    let doc = one_line(&row.doc);
    [doc.as_str(), missing].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The word for what a parameter may be, where it may not be anything.
fn bound(row: &Row) -> Option<&'static str> {
    match row.bound {
        Bound::Any | Bound::Words(_) => None,
        Bound::Positive => Some("positive"),
        Bound::NonNegative => Some("non_negative"),
        Bound::Fraction => Some("fraction"),
    }
}

fn value(row: &Row) -> String {
    match row.unit.as_str() {
        "" => unit::decimal(row.default),
        unit => quoted(&format!("{} {unit}", unit::decimal(row.default))),
    }
}

fn unit_or_one(unit: &str) -> &str {
    if unit.is_empty() { "1" } else { unit }
}

fn key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(plain) { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    let escaped = one_line(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// Text that can stand in a comment of TOML, also inside the equations.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").replace("'''", "\"")
}
