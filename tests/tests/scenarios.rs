//! Scenarios: what every shipped scenario keeps: its own expectations, the same spikes however it is run, and its estimate.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;

use recording::{Population, Run, RunFolder};
use scenarios::assemble::assemble;
use scenarios::behaviour::{self, behaviour};
use scenarios::estimate::estimate;
use scenarios::json_schema;
use scenarios::outcome::measure;
use scenarios::simulate::{Ending, close, simulate};
use tests::data::root;
use tests::network::{all_names, built, raster, registry, shipped, shipped_names};
use tests::skipped;

/// Steps in which every network has fired hundreds of spikes and all its delays have passed many times.
const STEPS: u64 = 400;

/// Steps in which a closed loop has gone through several ticks as well.
const LOOP_STEPS: u64 = 8000;

fn steps(name: &str) -> u64 {
    if shipped(name, &[]).env.is_some() { LOOP_STEPS } else { STEPS }
}

#[test]
fn every_scenario_ends_as_it_expects() {
    for name in shipped_names() {
        let scenario = shipped(&name, &[]);
        let path = std::env::temp_dir().join(format!("synfire_expect_{name}_{}", std::process::id()));
        let folder = RunFolder::create(&path, true).expect("a temporary folder");
        let mut simulation =
            assemble(&scenario, Some(&folder), &mut |_, _, _| ()).unwrap_or_else(|e| panic!("{e}"));
        let ended = simulate(&mut simulation, scenario.run.steps, &AtomicBool::new(false), &mut |_| ());
        assert_eq!(ended.ending, Ending::Finished, "{name}");
        close(&mut simulation).expect("the disk has room");
        let named =
            |p: &scenarios::schema::Population| Population { name: p.name.clone(), ..Population::default() };
        let run = Run {
            biological_s: scenario.run.duration / 1e3,
            populations: scenario.populations.iter().map(named).collect(),
            behaviour: behaviour(simulation.app.world_mut(), &scenario),
            ..Run::default()
        };
        let mut found = measure(&scenario, &path, &run).unwrap_or_else(|e| panic!("{name}: {e}"));
        found.extend(behaviour::measure(&scenario, &run));
        fs::remove_dir_all(&path).expect("the folder is ours");
        assert!(!found.is_empty(), "{name} expects nothing of itself");
        for one in found {
            println!(
                "{name}: {} of {} is {:?}, allowed {} to {}",
                one.what, one.of, one.value, one.low, one.high
            );
            assert!(one.passed, "{name}: {one:?}");
        }
    }
}

/// Whether its neurons are joined; alone they need not fire soon, and nothing about them is drawn.
fn is_network(name: &str) -> bool {
    !shipped(name, &[]).projections.is_empty()
}

#[test]
fn every_scenario_gives_the_same_spikes_with_one_thread_and_with_two() {
    for name in shipped_names() {
        let [one, two] =
            [1, 2].map(|n| raster(&shipped(&name, &[&format!("run.threads={n}")]), steps(&name)));
        let least = if is_network(&name) { 500 } else { 0 };
        assert!(one.len() >= least, "{name}: {} spikes", one.len());
        assert!(one == two, "{name}: {} spikes with one thread, {} with two", one.len(), two.len());
    }
}

#[test]
fn every_scenario_gives_the_same_spikes_from_entities_and_from_packed_columns() {
    for name in shipped_names() {
        let [entities, packed] = ["entities", "packed"]
            .map(|s| raster(&shipped(&name, &[&format!("run.storage={s}")]), steps(&name)));
        assert!(entities == packed, "{name}: {} spikes of entities, {} packed", entities.len(), packed.len());
    }
}

#[test]
fn every_scenario_gives_the_same_spikes_whether_neurons_at_rest_are_skipped_or_not() {
    for name in shipped_names() {
        let [skipped, not] = ["true", "false"]
            .map(|skip| raster(&shipped(&name, &[&format!("run.skip_at_rest={skip}")]), steps(&name)));
        assert!(skipped == not, "{name}: {} spikes skipping, {} advancing all", skipped.len(), not.len());
    }
}

#[test]
fn another_seed_gives_other_spikes() {
    for name in shipped_names().iter().filter(|name| is_network(name)) {
        let [one, two] = [1, 2].map(|n| raster(&shipped(name, &[&format!("run.seed={n}")]), steps(name)));
        assert!(one != two, "{name}: the seed changes nothing");
    }
}

/// Standard deviations of the number of synapses, which is binomial or certain.
const DEVIATIONS: f64 = 5.0;

#[test]
fn every_scenario_gets_as_many_synapses_as_estimated() {
    for name in shipped_names() {
        let scenario = shipped(&name, &[]);
        let expected = estimate(&scenario).unwrap_or_else(|e| panic!("{e}")).synapses;
        let found = built(&scenario).synapses() as f64;
        println!("{name}: {found} synapses, {expected} estimated");
        assert!(
            (found - expected).abs() <= DEVIATIONS * expected.sqrt(),
            "{name}: {found}, estimated {expected}"
        );
    }
}

/// Reads a schema and documents, and answers with the complaint about each, or null. The schema itself is checked once.
const VALIDATOR: &str = "
import json, sys, jsonschema
schema, documents = json.load(sys.stdin)
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
validator = kind(schema)
json.dump([next((e.message for e in validator.iter_errors(d)), None) for d in documents], sys.stdout)";

/// What a JSON schema validator says of each scenario; `None` where none is at hand.
fn complaints(schema: &serde_json::Value, scenarios: &[toml::Table]) -> Option<Vec<Option<String>>> {
    let python = |code: &str| {
        let mut command = Command::new("python3");
        command.args(["-c", code]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn()
    };
    let there = python("import jsonschema").and_then(std::process::Child::wait_with_output);
    if !there.is_ok_and(|o| o.status.success()) {
        skipped("python3 has no module jsonschema");
        return None;
    }
    let mut child = python(VALIDATOR).expect("it was started before");
    let both = serde_json::json!([schema, scenarios]).to_string();
    child.stdin.take().expect("it is piped").write_all(both.as_bytes()).expect("it reads all");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("it answers with a list"))
}

#[test]
fn every_scenario_satisfies_the_schema_for_editors() {
    let read = |name: &str| -> toml::Table {
        let text =
            fs::read_to_string(root().join("scenarios").join(format!("{name}.toml"))).expect("it is shipped");
        text.parse().unwrap_or_else(|e| panic!("{name}: {e}"))
    };
    let names = all_names();
    let mut all: Vec<toml::Table> = names.iter().map(|name| read(name)).collect();
    let mut wrong = read("coba");
    wrong.insert("populaton".into(), toml::Value::Integer(1));
    all.push(wrong);
    let Some(mut answers) = complaints(&json_schema(&registry()), &all) else { return };
    assert!(answers.pop().flatten().is_some(), "an unknown section is refused");
    for (name, answer) in names.iter().zip(answers) {
        assert_eq!(answer, None, "{name}");
    }
}
