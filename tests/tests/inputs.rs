//! Inputs: the example in the head of each stimulus and each encoder is read, built and run; and mistakes in it are explained as
//! agreed.
//!
//! `SYNFIRE_BLESS=1 cargo test -p tests --test inputs` writes the texts of `inputs.txt` anew: read the difference like code.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use ecs_core::network::read;
use ecs_core::registry::{Entry, Kind};
use scenarios::assemble::assemble;
use scenarios::diagnostic::Diagnostics;
use tests::data::root;
use tests::network::{built, registry, run, written};

const STEPS: u64 = 700;
/// What stands around each example: shards of unequal size under three threads.
const HEAD: &str = r#"
[scenario]
title  = "case"
source = "this project"
format = 1

[run]
duration = "70 ms"
seed     = 1

[population.cells]
size   = 41
neuron = "lif"
"#;

/// Inputs that came with examples; those before them are in the shipped scenarios.
const WITH_EXAMPLES: [&str; 18] = [
    "delta_encoder",
    "gauss_encoder",
    "inhomogeneous_poisson",
    "latency_encoder",
    "one_hot_encoder",
    "ou_process",
    "poisson_encoder",
    "ramp",
    "regular_encoder",
    "replay_encoder",
    "section",
    "sinusoidal",
    "sinusoidal_poisson",
    "spike",
    "square",
    "timed_array",
    "weighted_phase_encoder",
    "wiener_process",
];

/// A folder with the data file that an example names: two frames for 41 neurons.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("synfire_inputs_{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    let row = |scale: u32| (0..41).map(|k| (scale * k).to_string()).collect::<Vec<_>>().join(",");
    let header = (0..41).map(|k| format!("n{k}")).collect::<Vec<_>>().join(",");
    fs::write(folder.join("frames.csv"), format!("{header}\n{}\n{}\n", row(1), row(2)))
        .expect("there is room");
    fs::write(folder.join("narrow.csv"), "a,b\n1,2\n").expect("there is room");
    fs::write(folder.join("damaged.npy"), "no array").expect("there is room");
    folder
});

/// The example in the head of a file, if it has one.
fn example(entry: &Entry) -> Option<String> {
    let head = entry.doc.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let lines = head.skip_while(|line| *line != "```toml").skip(1).take_while(|line| *line != "```");
    let text = lines.collect::<Vec<_>>().join("\n");
    (!text.is_empty()).then_some(text)
}

fn inputs() -> Vec<(Entry, String)> {
    let input = |entry: &Entry| [Kind::Stimulus, Kind::Source].contains(&entry.kind);
    let all = registry().entries().into_iter().filter(input);
    all.filter_map(|entry| Some((entry, example(&entry)?))).collect()
}

/// The scenario of an example; a source drives the cells.
fn scenario(text: &str) -> String {
    let named = text.lines().find_map(|line| line.strip_prefix("[population.")?.strip_suffix(']'));
    let wires = |name: &str| {
        format!(
            "\n[[projection]]\nfrom = \"{name}\"\nto = \"cells\"\nconnect = \"all_to_all\"\nweight = \"6 mV\"\ndelay = \"0.1 ms\"\n"
        )
    };
    format!("{HEAD}\n{text}\n{}", named.map(wires).unwrap_or_default())
}

/// Every spike and every voltage, as bits.
fn history(text: &str, threads: usize) -> Vec<u64> {
    let text = text.replace("[run]", &format!("[run]\nthreads = {threads}"));
    let mut simulation = built(&written(&text, &FOLDER).unwrap_or_else(|e| panic!("{e}")));
    let (mut seen, mut values) = (Vec::new(), Vec::new());
    let neurons: Vec<u32> = (0..41).collect();
    for _ in 0..STEPS {
        run(&mut simulation, 1, |_, population, fired| {
            seen.extend(fired.iter().map(|k| (population as u64) << 32 | u64::from(*k)));
        });
        let cells = simulation.populations[0];
        read(simulation.app.world_mut(), cells, 0, &neurons, &mut values);
        seen.extend(values.iter().map(|v| v.to_bits()));
    }
    seen
}

#[test]
fn every_new_input_has_an_example() {
    let mut found: Vec<&str> = inputs().iter().map(|(entry, _)| entry.name).collect();
    found.sort_unstable();
    assert_eq!(found, WITH_EXAMPLES);
}

#[test]
fn examples_act_and_give_the_same_bits_for_one_two_and_three_threads() {
    let quiet = history(HEAD, 1);
    for (entry, example) in inputs() {
        let text = scenario(&example);
        let one = history(&text, 1);
        assert!(one != quiet, "{}: it acts", entry.name);
        for threads in [2, 3] {
            assert!(one == history(&text, threads), "{}: {threads} threads", entry.name);
        }
    }
}

/// A mistake in the example of an input: what is written instead of what.
const MISTAKES: [(&str, &str, &str); 23] = [
    ("section", r#"["10 ms", "20 ms", "5 ms"]"#, r#"["10 ms", "20 ms"]"#),
    ("section", r#""20 ms""#, r#""0 ms""#),
    ("spike", r#"["1 ms"]"#, r#"["15 ms"]"#),
    ("ramp", r#""60 ms""#, r#""10 ms""#),
    ("ramp", r#"final   = "500 pA""#, ""),
    ("sinusoidal", r#""10 Hz""#, r#""10 ms""#),
    ("square", "0.25", "1.25"),
    ("wiener_process", r#""300 pA""#, r#"{ uniform = ["-1 pA", "1 pA"] }"#),
    ("ou_process", r#""5 ms""#, r#""0 ms""#),
    ("timed_array", "frames.csv", "narrow.csv"),
    ("timed_array", "frames.csv", "damaged.npy"),
    ("inhomogeneous_poisson", r#""20 ms", "30 ms""#, r#""30 ms", "20 ms""#),
    ("sinusoidal_poisson", r#""10 kHz""#, r#"{ uniform = ["1 kHz", "2 kHz"] }"#),
    ("poisson_encoder", "[0, 0.2, 0.9, 1]", "[0, 0.2, 0.9]"),
    ("poisson_encoder", "200 Hz", "20 kHz"),
    ("latency_encoder", r#"frame = "5 ms", "#, ""),
    ("delta_encoder", "size   = 2", "size   = 3"),
    ("weighted_phase_encoder", "num_phase = 8", "num_phase = 99"),
    ("one_hot_encoder", "values = [2, 0, 1], ", ""),
    ("gauss_encoder", "size   = 20", "size   = 1"),
    ("regular_encoder", "200 Hz", "20 kHz"),
    ("replay_encoder", "[0, 1, 1]", "[0, 1, 2]"),
    ("replay_encoder", r#""13 ms"]"#, "]"),
];

/// What a user reads, with the folder of the data files left out.
fn message(text: &str) -> String {
    let explained = |found: Diagnostics| found.to_string().replace(&format!("{}/", FOLDER.display()), "");
    match written(text, &FOLDER) {
        Err(found) => explained(found),
        Ok(scenario) => match assemble(&scenario, None, &mut |_, _, _| ()) {
            Err(found) => explained(found),
            Ok(_) => "nothing is wrong".into(),
        },
    }
}

#[test]
fn each_mistake_is_explained_as_agreed() {
    let inputs = inputs();
    let mut found = String::new();
    for (name, right, wrong) in MISTAKES {
        let (_, example) = inputs.iter().find(|(entry, _)| entry.name == name).expect("it has an example");
        assert!(example.contains(right), "{name}: no `{right}` in\n{example}");
        let message = message(&scenario(&example.replacen(right, wrong, 1)));
        assert!(message != "nothing is wrong", "{name}: `{wrong}` is accepted");
        found += &format!("{name}: `{right}` -> `{wrong}`\n\n{message}\n\n");
    }
    let golden = root().join("tests/tests/inputs.txt");
    if std::env::var_os("SYNFIRE_BLESS").is_some() {
        fs::write(&golden, &found).expect("the file can be written");
    }
    assert_eq!(fs::read_to_string(&golden).unwrap_or_default(), found);
}
