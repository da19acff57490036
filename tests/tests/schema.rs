//! Schema: a valid scenario holds what it says, in typed form, and the JSON schema for editors agrees with the reader.

mod made_up;

use std::fs;
use std::path::{Path, PathBuf};

use ecs_core::registry::Drive;
use made_up::registry;
use scenarios::schema::{Law, Members, Observable, Pick, Precision, Scenario, Storage};
use scenarios::{Override, json_schema, parse};
use serde_json::Value;

fn messages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("messages")
}

fn read(case: &str) -> String {
    fs::read_to_string(messages().join(case)).expect("the case is there")
}

fn valid(changes: &[&str]) -> Scenario {
    let changes: Vec<Override> = changes.iter().map(|text| Override::new(*text)).collect();
    let read = parse(&read("valid.toml"), "valid.toml", &messages(), &registry(), &changes);
    read.unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn quantities_are_numbers_in_the_units_of_their_fields() {
    let scenario = valid(&[]);
    assert_eq!((scenario.run.duration, scenario.run.dt, scenario.run.steps), (1000.0, 0.1, 10_000));
    assert_eq!((scenario.run.seed, scenario.run.precision), (12_345, Precision::F64));
    let [exc, inh, noise, replay] = scenario.populations.as_slice() else { panic!("four populations") };
    assert_eq!(exc.neuron.param("tau_m").number().law, Law::Normal { mean: 20.0, sd: 2.0 });
    assert_eq!(exc.neuron.param("tau_m").number().min, 5.0);
    assert_eq!(exc.state("v").law, Law::Uniform { low: 0.0, high: 20.0 });
    assert_eq!(
        exc.silenced,
        [Pick::Range { start: 0, end: 5 }, Pick::Range { start: 7, end: 8 }, Pick::Share(0.01)]
    );
    assert_eq!((inh.size, inh.neuron.number("t_ref"), inh.neuron.number("tau_m")), (20, 1.0, 20.0));
    assert_eq!(
        (inh.neuron.number("v_th"), inh.storage),
        (20.0, Storage::Entities),
        "a default, and that of the run"
    );
    assert_eq!((noise.neuron.number("rate"), noise.storage), (8.0, Storage::Packed));
    assert_eq!(replay.neuron.param("times").list(), [10.0, 200.0]);
}

#[test]
fn weights_take_the_unit_that_the_drive_gives_them() {
    let scenario = valid(&[]);
    let [jump, conductance, current] = scenario.projections.as_slice() else { panic!("three projections") };
    assert_eq!((jump.receptor.drive, jump.receptor.weight_unit.as_str()), (Drive::Jump, "mV"));
    assert_eq!(jump.to.members.len(), 2, "`*` selects neurons and no sources");
    assert_eq!(jump.delay.expect("given").min, 0.1, "draws stay at one step or above");
    assert_eq!(conductance.receptor.weight_unit, "pA/mV");
    assert_eq!(conductance.weight.and_then(|weight| weight.as_constant()), Some(3.0));
    assert!(conductance.connect.flag("self_connections"));
    assert_eq!(conductance.receptor.output.as_ref().expect("given").number("e"), -80.0);
    assert_eq!(conductance.to.members[2], Members { population: 1, pick: Pick::Share(0.5) });
    assert_eq!(current.receptor.synapse.number("tau"), 5.0, "the main field alone");
    assert!(current.weight.is_none(), "the file gives it");
    assert_eq!(current.connect.param("file").file(), Some(&messages().join("edges.csv")));
    let [poisson, dc] = scenario.stimuli.as_slice() else { panic!("two stimuli") };
    assert_eq!(poisson.kind.number("rate"), 20_000.0);
    assert!(poisson.by_spikes.is_some());
    assert_eq!(dc.kind.param("amplitude").number().law, Law::Uniform { low: 100.0, high: 200.0 });
    assert_eq!(scenario.records[0].what, [Observable::Spikes, Observable::Variable("v".to_owned())]);
    assert_eq!((scenario.clamps[0].v, scenario.silences[0].during.stop), (-70.0, 400.0));
    assert_eq!((scenario.expects[0].within, scenario.expects[0].reference), ((0.0, 45.0), Some(37.0)));
}

#[test]
fn overrides_replace_what_the_file_says() {
    let changes = [
        "population.exc.size=90",
        "projection.0.weight=0.2 mV",
        "run.threads = 2",
        "population.noise.params={rate=\"1 kHz\"}",
    ];
    let scenario = valid(&changes);
    assert_eq!(scenario.populations[0].size, 90);
    assert_eq!(scenario.projections[0].weight.and_then(|weight| weight.as_constant()), Some(0.2));
    assert_eq!(scenario.run.threads, 2);
    assert_eq!(scenario.populations[2].neuron.number("rate"), 1000.0);
}

/// The words of JSON schema that ours uses, but for `pattern`. True where the value is valid.
fn accepts(schema: &Value, value: &Value) -> bool {
    let table = value.as_object();
    let named = |key: &str| schema[key].as_object().into_iter().flatten();
    let all = |key: &str| schema[key].as_array().into_iter().flatten();
    let type_fits = schema["type"].as_str().is_none_or(|name| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("type `{other}` is not known to this test"),
    });
    let count = |key: &str| schema[key].as_u64();
    let length = value.as_array().map(Vec::len).or(table.map(serde_json::Map::len)).unwrap_or(0) as u64;
    let limits = |key: &str, fits: fn(f64, f64) -> bool| {
        schema[key].as_f64().zip(value.as_f64()).is_none_or(|(limit, number)| fits(number, limit))
    };
    type_fits
        && (schema["const"].is_null() || schema["const"] == *value)
        && (schema["enum"].is_null() || all("enum").any(|word| word == value))
        && all("required").all(|key| value.get(key.as_str().unwrap_or("")).is_some())
        && named("properties").all(|(key, inner)| value.get(key).is_none_or(|value| accepts(inner, value)))
        && value.as_array().is_none_or(|items| {
            schema["items"].is_null() || items.iter().all(|item| accepts(&schema["items"], item))
        })
        && (schema["not"].is_null() || !accepts(&schema["not"], value))
        && (schema["anyOf"].is_null() || all("anyOf").any(|inner| accepts(inner, value)))
        && all("allOf").all(|inner| !accepts(&inner["if"], value) || accepts(&inner["then"], value))
        && table.is_none_or(|table| table.iter().all(|(key, value)| known(schema, table, (key, value))))
        && ["minItems", "minProperties"].iter().all(|key| count(key).is_none_or(|least| length >= least))
        && ["maxItems", "maxProperties"].iter().all(|key| count(key).is_none_or(|most| length <= most))
        && limits("minimum", |number, limit| number >= limit)
        && limits("exclusiveMinimum", |number, limit| number > limit)
        && limits("maximum", |number, limit| number <= limit)
}

/// Whether a key may stand in a table, by `additionalProperties` and `unevaluatedProperties`.
fn known(schema: &Value, table: &serde_json::Map<String, Value>, row: (&String, &Value)) -> bool {
    let (key, value) = row;
    let whole = Value::Object(table.clone());
    let branches =
        schema["allOf"].as_array().into_iter().flatten().filter(|inner| accepts(&inner["if"], &whole));
    let evaluated = branches.into_iter().any(|inner| inner["then"]["properties"].get(key).is_some());
    if schema["properties"].get(key).is_some() {
        return true;
    }
    match (&schema["additionalProperties"], &schema["unevaluatedProperties"]) {
        (Value::Bool(open), _) => *open,
        (Value::Object(_), _) => accepts(&schema["additionalProperties"], value),
        (_, Value::Bool(open)) => *open || evaluated,
        _ => true,
    }
}

fn as_json(text: &str) -> Value {
    let table: toml::Table = text.parse().expect("a TOML text");
    serde_json::to_value(table).expect("TOML is JSON, but for dates")
}

#[test]
fn the_json_schema_accepts_what_the_reader_accepts() {
    let schema = json_schema(&registry());
    for case in ["valid.toml", "warning_first.toml", "warning_unheard.toml"] {
        assert!(accepts(&schema, &as_json(&read(case))), "{case}");
    }
}

#[test]
fn the_json_schema_refuses_unknown_names_and_forms() {
    let schema = json_schema(&registry());
    for case in [
        "section_missing.toml",
        "section_layout.toml",
        "source_missing.toml",
        "key_unknown.toml",
        "count_zero.toml",
        "choice_unknown.toml",
        "neuron_unknown.toml",
        "parameter_unknown.toml",
        "state_unknown.toml",
        "connect_unknown.toml",
        "connect_two_rules.toml",
        "probability_above_one.toml",
        "stimulus_key_unknown.toml",
        "distribution_unknown.toml",
    ] {
        assert!(!accepts(&schema, &as_json(&read(case))), "{case}");
    }
}
