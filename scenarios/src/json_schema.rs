//! JSON schema: the keys and the catalogue as a schema for editors (draft 2020-12), which complete and underline with it.
//!
//! It knows names and forms; dimensions, bounds and references between sections are for [`crate::parse`] alone.

use ecs_core::model::INTEGRATORS;
use ecs_core::network::Registry;
use ecs_core::registry::{Bound, Entry, Field, Form, Kind};
use serde_json::{Map, Value, json};

use crate::keys::{Key, Layout, MODEL, Need, PLUGINS, POPULATION, SCALE, SECTIONS, Section, Shape, TRAINING};
use crate::part::main_field;
use crate::quantity::{CLIPPING, DISTRIBUTIONS};

/// The schema of scenario files that name entries of this registry.
pub fn json_schema(registry: &Registry) -> Value {
    let sections = |open: bool| -> Map<String, Value> {
        let writer = Writer { entries: registry.entries(), open };
        SECTIONS.iter().map(|section| (section.name.to_owned(), writer.section(section))).collect()
    };
    let any: Map<String, Value> =
        SECTIONS.iter().map(|section| (section.name.to_owned(), json!({}))).collect();
    let own = json!({ "anyOf": [{ "required": [MODEL.name] }, { "required": [PLUGINS.name] }] });
    let required: Vec<&str> = SECTIONS
        .iter()
        .filter(|section| section.required && section.name != POPULATION.name)
        .map(|section| section.name)
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Synfire scenario",
        "type": "object",
        "properties": any,
        "required": required,
        "additionalProperties": false,
        "allOf": [
            // Features of samples need no population.
            { "anyOf": [{ "required": [POPULATION.name] }, { "required": [TRAINING.name] }] },
            { "if": { "not": own }, "then": { "properties": sections(false) } },
            { "if": own, "then": { "properties": sections(true) } },
        ],
    })
}

struct Writer {
    entries: Vec<Entry>,
    /// Whether names may be others than those of the entries: those of models that the file brings along.
    open: bool,
}

impl Writer {
    fn section(&self, section: &Section) -> Value {
        let table = self.table(section);
        match section.layout {
            Layout::Once if section.name == SCALE.name => json!({
                "description": section.doc,
                "anyOf": [{ "type": "number", "exclusiveMinimum": 0 }, table],
            }),
            Layout::Once => table,
            Layout::Named => json!({
                "type": "object",
                "description": section.doc,
                "additionalProperties": table,
            }),
            Layout::Many => json!({ "type": "array", "description": section.doc, "items": table }),
        }
    }

    fn table(&self, section: &Section) -> Value {
        let properties: Map<String, Value> =
            section.keys.iter().map(|key| (key.name.to_owned(), self.key(key))).collect();
        let required = section.keys.iter().filter(|key| key.need == Need::Required).map(|key| key.name);
        let required: Vec<&str> = required.collect();
        let mut table = json!({
            "type": "object",
            "description": section.doc,
            "properties": properties,
            "unevaluatedProperties": false,
        });
        if section.keys.iter().any(|key| key.name == "like") {
            let with = |key| required.iter().copied().chain([key]).collect::<Vec<&str>>();
            table["anyOf"] = json!([
                { "required": with("size") },
                { "required": with("grid") },
                { "required": ["like"] },
            ]);
        } else {
            table["required"] = json!(required);
        }
        let choices = self.by_model(section);
        if !choices.is_empty() {
            table["allOf"] = Value::Array(choices);
        }
        table
    }

    /// Which fields are allowed follows from the model that is named.
    fn by_model(&self, section: &Section) -> Vec<Value> {
        let named = section.keys.iter().find_map(|key| match key.shape {
            // An operator brings no keys of its own.
            Shape::Name(kinds) if kinds != [Kind::Operator] => Some((key.name, kinds)),
            _ => None,
        });
        let Some((key, kinds)) = named else { return Vec::new() };
        let entries = self.entries.iter().filter(|entry| kinds.contains(&entry.kind));
        entries
            .map(|entry| {
                let properties = if let Kind::Stimulus | Kind::Coupling | Kind::System = entry.kind {
                    Value::Object(fields(entry.params, entry.kind == Kind::Stimulus))
                } else {
                    json!({ "params": closed(entry.params, true), "state": closed(entry.state, true) })
                };
                json!({
                    "if": { "properties": { key: { "const": entry.name } }, "required": [key] },
                    "then": { "properties": properties },
                })
            })
            .collect()
    }

    fn key(&self, key: &Key) -> Value {
        let mut schema = self.shape(key.shape);
        schema["description"] = json!(key.doc);
        if let Need::Default(text) = key.need {
            schema["default"] = match key.shape {
                Shape::Flag => json!(text == "true"),
                Shape::Count { .. } => json!(text.parse::<u64>().unwrap_or_default()),
                _ => json!(text),
            };
        }
        schema
    }

    fn shape(&self, shape: Shape) -> Value {
        match shape {
            Shape::Text => json!({ "type": "string" }),
            Shape::Flag => json!({ "type": "boolean" }),
            Shape::Count { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
            Shape::Counts => {
                json!({ "type": "array", "items": { "type": "integer", "minimum": 1 }, "minItems": 1, "maxItems": 3 })
            }
            Shape::Lengths => json!({ "type": "array", "items": quantity(), "minItems": 1, "maxItems": 3 }),
            Shape::Time => quantity(),
            Shape::Choice(words) => json!({ "enum": words }),
            Shape::Integrator => json!({ "enum": INTEGRATORS.iter().map(|i| i.name).collect::<Vec<_>>() }),
            Shape::List => json!({ "type": "array", "minItems": 1 }),
            Shape::Selection | Shape::Words => one_or_list(&json!({ "type": "string" })),
            Shape::Libraries => {
                let named = json!({ "type": "object", "required": ["path"] });
                json!({ "type": "array", "items": { "anyOf": [{ "type": "string" }, named] } })
            }
            Shape::Picks => json!({ "type": "array", "items": { "type": "string" } }),
            Shape::Name(kinds) => self.named(kinds),
            Shape::Part(kind) => self.part(kind),
            Shape::Parts(kind) => one_or_list(&self.part(kind)),
            Shape::Table(section) | Shape::Tables(section) => self.section(section),
            Shape::Settings | Shape::Quantities => json!({ "type": "object" }),
            Shape::Value => {
                json!({ "anyOf": [quantity(), { "type": "number" }, distribution(), matrix()] })
            }
            Shape::Filling => json!({ "anyOf": [
                quantity(),
                { "type": "number" },
                distribution(),
                self.filling(),
                matrix(),
            ] }),
            Shape::Quantity => json!({ "anyOf": [quantity(), { "type": "number" }, matrix()] }),
            Shape::Formula => json!({ "anyOf": [{ "type": "string" }, { "type": "number" }] }),
            Shape::Drawn => {
                json!({ "anyOf": [quantity(), { "type": "number" }, { "type": "object", "minProperties": 1, "maxProperties": 1 }] })
            }
            Shape::Interval => json!({ "anyOf": [{
                "type": "array",
                "items": { "anyOf": [quantity(), { "type": "number" }] },
                "minItems": 2,
                "maxItems": 2,
            }, matrix()] }),
        }
    }

    fn names(&self, kinds: &[Kind]) -> Vec<&str> {
        let entries = self.entries.iter().filter(|entry| kinds.contains(&entry.kind));
        entries.map(|entry| entry.name).collect()
    }

    /// The name of an entry of these kinds.
    fn named(&self, kinds: &[Kind]) -> Value {
        let known = json!({ "enum": self.names(kinds) });
        if self.open { json!({ "anyOf": [known, { "type": "string" }] }) } else { known }
    }

    /// A table with the name of an initialiser and its fields.
    fn filling(&self) -> Value {
        let entries = self.entries.iter().filter(|entry| entry.kind == Kind::Initialiser);
        let named = |entry: &Entry| (entry.name.to_owned(), with_fields(entry));
        json!({
            "type": "object",
            "properties": entries.map(named).collect::<Map<String, Value>>(),
            "additionalProperties": false,
            "minProperties": 1,
            "maxProperties": 1,
        })
    }

    fn part(&self, kind: Kind) -> Value {
        let entries = self.entries.iter().filter(|entry| entry.kind == kind);
        let properties: Map<String, Value> =
            entries.map(|entry| (entry.name.to_owned(), with_fields(entry))).collect();
        json!({ "anyOf": [
            self.named(&[kind]),
            {
                "type": "object",
                "properties": properties,
                "additionalProperties": self.open,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ] })
    }
}

/// What stands behind the name of an entry: all its fields, or the main one alone.
fn with_fields(entry: &Entry) -> Value {
    let mut forms = vec![closed(entry.params, false)];
    forms.extend(main_field(entry).map(|main| field(main, false)));
    json!({ "anyOf": forms, "description": first_sentence(entry.doc) })
}

fn closed(table: &[Field], spread: bool) -> Value {
    json!({ "type": "object", "properties": fields(table, spread), "additionalProperties": false })
}

fn fields(table: &[Field], spread: bool) -> Map<String, Value> {
    table.iter().map(|row| (row.name.to_owned(), field(row, spread))).collect()
}

fn field(row: &Field, spread: bool) -> Value {
    let number = if row.unit.is_empty() { bare(row.bound) } else { quantity() };
    if let Bound::Words(words) = row.bound {
        return json!({ "enum": words, "description": row.doc, "default": words[0] });
    }
    let mut schema = match row.form {
        Form::Number if spread => json!({ "anyOf": [number, distribution(), matrix()] }),
        Form::Number => json!({ "anyOf": [number, matrix()] }),
        Form::List => json!({ "type": "array", "items": number }),
        Form::File | Form::Frames | Form::Text => json!({ "type": "string" }),
    };
    let unit = if row.unit.is_empty() { "bare number" } else { row.unit };
    schema["description"] = match row.form {
        Form::Number | Form::List => json!(format!("{} ({unit})", row.doc)),
        Form::File | Form::Frames | Form::Text => json!(row.doc),
    };
    if row.form == Form::Number && row.default.is_finite() {
        let unit = row.unit;
        schema["default"] =
            if unit.is_empty() { json!(row.default) } else { json!(format!("{} {unit}", row.default)) };
    }
    schema
}

/// A bare number may be a share in per cent; a fraction may be a yes or no.
fn bare(bound: Bound) -> Value {
    let number = match bound {
        Bound::Any | Bound::Words(_) => json!({ "type": "number" }),
        Bound::Positive => json!({ "type": "number", "exclusiveMinimum": 0 }),
        Bound::NonNegative => json!({ "type": "number", "minimum": 0 }),
        Bound::Fraction => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
    };
    let mut forms = vec![number, json!({ "type": "string" })];
    if bound == Bound::Fraction {
        forms.push(json!({ "type": "boolean" }));
    }
    json!({ "anyOf": forms })
}

fn quantity() -> Value {
    json!({ "type": "string", "pattern": "^\\s*[+-]?[0-9_.]+([eE][+-]?[0-9]+)?\\s*\\S+\\s*$" })
}

/// A row for each receiver, a column for each sender.
fn matrix() -> Value {
    json!({ "type": "array", "items": { "type": "array" }, "minItems": 1 })
}

fn one_or_list(item: &Value) -> Value {
    json!({ "anyOf": [item, { "type": "array", "items": item }] })
}

fn distribution() -> Value {
    let number = json!({ "anyOf": [quantity(), { "type": "number" }] });
    let forms = DISTRIBUTIONS.iter().map(|(name, parts)| {
        let keys = parts
            .iter()
            .chain(CLIPPING.iter().filter(|key| !parts.contains(key)))
            .map(|key| ((*key).to_owned(), number.clone()));
        let table = json!({
            "type": "object",
            "properties": keys.collect::<Map<_, _>>(),
            "required": parts,
            "additionalProperties": false,
        });
        let list =
            json!({ "type": "array", "items": number, "minItems": parts.len(), "maxItems": parts.len() });
        let mut forms = vec![list, table];
        if parts.len() == 1 {
            forms.push(number.clone());
        }
        ((*name).to_owned(), json!({ "anyOf": forms }))
    });
    json!({
        "type": "object",
        "properties": forms.collect::<Map<_, _>>(),
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    })
}

fn first_sentence(doc: &str) -> String {
    doc.trim().lines().next().unwrap_or("").trim().to_owned()
}
