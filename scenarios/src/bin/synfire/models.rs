//! `synfire models`: what a scenario can name, from the models' own tables and files.

use std::fmt::Write;

use ecs_core::model::{ChannelModel, NeuronModel, PlasticityModel, ShortTermModel, SynapseModel};
use ecs_core::network::Registry;
use ecs_core::registry::{Bound, Entry, Field, Form, Kind};
use tables::nearest;

use crate::arguments::Models;
use crate::{console, exit, run};

/// Runs the command.
pub fn models(arguments: &Models) -> u8 {
    let registry = match &arguments.scenario {
        Some(path) => run::load_scenario(path, &arguments.plugins, &[]).map(|scenario| scenario.registry),
        None => run::host(&arguments.plugins).map(|host| host.registry),
    };
    registry.and_then(|registry| print(arguments, &registry)).map_or_else(|code| code, |()| exit::OK)
}

fn print(arguments: &Models, registry: &Registry) -> Result<(), u8> {
    let all = registry.entries();
    let Some(name) = arguments.show.as_ref().or(arguments.name.as_ref()) else {
        console::out(&list(&all));
        return Ok(());
    };
    let found: Vec<&Entry> = all.iter().filter(|e| e.name == name).collect();
    if found.is_empty() {
        let hint = nearest(name, all.iter().map(|e| e.name))
            .map_or(String::new(), |n| format!("; did you mean `{n}`?"));
        console::err(&format!("error: nothing is named `{name}`{hint}; `synfire models` lists all\n"));
        return Err(exit::WRONG);
    }
    let shown = |entry: &&Entry| match arguments.show {
        Some(_) => equations(registry, entry).unwrap_or_else(|| details(entry)),
        None => details(entry),
    };
    found.iter().for_each(|entry| console::out(&shown(entry)));
    Ok(())
}

/// A model as text and as LaTeX, if it has equations.
fn equations(registry: &Registry, entry: &Entry) -> Option<String> {
    match entry.kind {
        Kind::Neuron => {
            let model = registry.of::<NeuronModel>(entry).inspect.equations(entry.name, entry.doc);
            Some(printed((&model).into()))
        }
        Kind::Channel => {
            let model = (registry.of::<ChannelModel>(entry).equations)(entry);
            Some(printed((&model).into()))
        }
        Kind::Synapse => {
            let model = registry.of::<SynapseModel>(entry).equations?(entry);
            Some(printed((&model).into()))
        }
        Kind::ShortTerm => {
            let rule = (registry.of::<ShortTermModel>(entry).equations)(entry);
            Some(printed((&rule).into()))
        }
        Kind::Plasticity => {
            let rule = (registry.of::<PlasticityModel>(entry).equations)(entry);
            Some(printed((&rule).into()))
        }
        _ => None,
    }
}

fn printed(model: equations::Model<'_>) -> String {
    format!("{}\n{}\n", equations::show(model), equations::latex(model))
}

/// The documentation at the head of a model's file, or what the entry says itself.
fn documentation(entry: &Entry) -> String {
    let head: Vec<&str> = entry.doc.lines().map_while(|l| l.strip_prefix("//!")).collect();
    match head.is_empty() {
        true => entry.doc.to_string(),
        false => head
            .iter()
            .map(|l| l.strip_prefix(' ').unwrap_or(l))
            .filter(|l| !l.starts_with("```"))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

fn list(all: &[Entry]) -> String {
    let mut text = String::new();
    let mut last = None;
    for entry in all {
        if last != Some(entry.kind) {
            writeln!(text, "{}{}", if last.is_some() { "\n" } else { "" }, entry.kind.plural())
                .expect("a string takes all text");
            last = Some(entry.kind);
        }
        let documentation = documentation(entry);
        let first = documentation.lines().next().unwrap_or_default();
        let of_kind = all.iter().filter(|other| other.kind == entry.kind);
        let width = of_kind.map(|other| other.name.len()).max().unwrap_or(0).max(22);
        writeln!(text, "  {:<width$} {first}", entry.name).expect("a string takes all text");
    }
    text + "\n`synfire models NAME` describes one, `synfire models --show NAME` prints its equations.\n"
}

fn details(entry: &Entry) -> String {
    let mut text =
        format!("{} ({})\n\n{}\n", entry.name, entry.kind.plural(), documentation(entry).trim_end());
    rows(&mut text, "parameters", entry.params);
    rows(&mut text, "state, with initial values", entry.state);
    if !entry.input.is_empty() {
        let what = if entry.kind == Kind::Coupling { "reads" } else { "input current in" };
        writeln!(text, "\n{what} {}", entry.input).expect("a string takes all text");
    }
    text + "\n"
}

/// The words a field may be.
fn words(bound: Bound) -> String {
    let Bound::Words(words) = bound else { return String::new() };
    words.join(" | ")
}

fn rows(text: &mut String, title: &str, fields: &[Field]) {
    if fields.is_empty() {
        return;
    }
    writeln!(text, "\n{title}").expect("a string takes all text");
    let mut shown: Vec<&str> = Vec::new();
    for field in fields {
        // Channels may share a parameter; it is one in a scenario.
        if shown.contains(&field.name) {
            continue;
        }
        shown.push(field.name);
        let value = match field.form {
            Form::Number if matches!(field.bound, Bound::Words(_)) => words(field.bound),
            Form::Number if field.default.is_nan() => "must be given".to_string(),
            Form::Number if field.default.is_infinite() => "no bound".to_string(),
            Form::Number => format!("{} {}", field.default, field.unit),
            Form::List => format!("list, {}", field.unit),
            Form::File | Form::Frames => "file".to_string(),
            Form::Text => "text".to_string(),
        };
        writeln!(text, "  {:<18} {value:<16} {}", field.name, field.doc).expect("a string takes all text");
    }
}
