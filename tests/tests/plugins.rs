//! Plugins: a model of a shared library in a scenario, beside the same in text; and who may load one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use ecs_core::network::read;
use scenarios::assemble::Simulation;
use scenarios::schema::Scenario;
use scenarios::{Allow, Host, Override, load, parse};
use tests::data::root;
use tests::network::{Spike, built, raster, registry, run};

/// The example of a plugin, built.
fn library() -> &'static Path {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "-p", "adaptive_example", "--locked", "--message-format=json"]);
        let output = cargo.current_dir(root()).output().expect("cargo runs these tests");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8_lossy(&output.stdout).into_owned();
        let files = lines.lines().filter(|line| line.contains("adaptive_example"));
        let mut names = files.flat_map(|line| line.split('"')).filter(|word| !word.contains("/deps/"));
        let found = names.rfind(|word| word.ends_with(std::env::consts::DLL_SUFFIX));
        PathBuf::from(found.unwrap_or_else(|| panic!("no library among {lines}")))
    });
    &BUILT
}

/// The scenario of text models, its neurons taken from `host` under another name.
fn adex(neuron: &str, host: impl Into<Host>) -> Scenario {
    let changes = [
        format!("population.tonic.neuron=\"{neuron}\""),
        "population.tonic.params={ c_m = \"200 pF\", g_l = \"10 nS\", e_l = \"-70 mV\", v_t = \"-50 mV\", delta_t = \"2 mV\", \
         v_peak = \"0 mV\", v_r = \"-58 mV\", a = \"2 nS\", b = \"0 pA\", tau_w = \"30 ms\", i_e = \"500 pA\" }"
            .to_owned(),
        "population.tonic.state={ v = \"-70 mV\", w = \"0 pA\" }".to_owned(),
    ];
    let changes = changes.map(Override::new);
    load(&root().join("scenarios/custom_adex.toml"), host, &changes).unwrap_or_else(|e| panic!("{e}"))
}

fn with_library() -> Host {
    let mut host = Host::from(&registry());
    host.load(library()).unwrap_or_else(|e| panic!("{e}"));
    host
}

/// Spikes of a run, and the bits of the state at its end.
fn whole(scenario: &Scenario) -> (Vec<Spike>, Vec<u64>) {
    let mut simulation = built(scenario);
    let mut spikes = Vec::new();
    run(&mut simulation, scenario.run.steps, |step, population, fired| {
        spikes.extend(fired.iter().map(|neuron| (step, population, *neuron)));
    });
    let Simulation { app, populations, .. } = &mut simulation;
    let mut end = Vec::new();
    for population in populations {
        for variable in 0..2 {
            read(app.world_mut(), *population, variable, &[0], &mut end);
        }
    }
    (spikes, end.iter().map(|x: &f64| x.to_bits()).collect())
}

#[test]
fn a_model_of_a_library_gives_the_bits_of_the_same_in_text() {
    let text = whole(&adex("custom_adex", &registry()));
    let compiled = whole(&adex("adaptive", with_library()));
    assert!(text.0.len() > 50, "the neurons fire");
    assert_eq!(text, compiled);
}

fn head(rest: &str) -> String {
    format!(
        "[scenario]\ntitle = \"t\"\nsource = \"t\"\nformat = 1\n[run]\nduration = \"100 ms\"\nseed = 1\n\
         [population.ring]\nsize = 200\nneuron = \"adaptive\"\nparams = {{ i_e = {{ uniform = [\"600 pA\", \"900 pA\"] }} }}\n{rest}"
    )
}

const RING: &str = "[[projection]]\nfrom = \"ring\"\nto = \"ring\"\nsynapse = { charge = {} }\noutput = \"current\"\n\
                    connect = { ring = { sigma = 5, reach = 12 } }\nweight = \"20 pA\"\ndelay = \"1 ms\"\n";

#[test]
fn models_rules_synapses_and_systems_of_a_library_work_together_in_a_scenario() {
    let spikes = |rest: &str| {
        let scenario = parse(&head(rest), "ring.toml", Path::new(""), with_library(), &[]);
        raster(&scenario.unwrap_or_else(|e| panic!("{e}")), 1000)
    };
    let (alone, joined) = (spikes(""), spikes(RING));
    assert!(!alone.is_empty() && joined.len() > alone.len(), "{} and {} spikes", alone.len(), joined.len());
    let calmed =
        spikes(&format!("{RING}[[system]]\nkind = \"settle\"\nlevel = \"300 pA\"\ntau = \"5 ms\"\n"));
    assert!(calmed.len() < joined.len(), "{} instead of {} spikes", calmed.len(), joined.len());
}

#[test]
fn a_scenario_alone_never_loads_a_library() {
    let folder = library().parent().expect("it lies in a folder");
    let file = library().file_name().and_then(|name| name.to_str()).expect("its name is text");
    let text = |path: &str| head(&format!("[plugins]\nlibraries = [\"{path}\"]\n"));
    let read = |path: &str, allow: Allow| {
        let host = Host { allow, ..Host::from(&registry()) };
        parse(&text(path), "p.toml", folder, host, &[]).map_err(|e| e.to_string())
    };
    let inside = format!("./{file}");
    let refused = read(&inside, Allow::Nothing).expect_err("nobody allowed it");
    assert!(refused.contains("is code, which a scenario alone does not run"), "{refused}");
    let sha256 = libraries::sha256_of(library()).unwrap_or_else(|e| panic!("{e}"));
    assert!(refused.contains(&sha256), "the message says what to allow: {refused}");
    read(&inside, Allow::These(vec!["0".repeat(64)])).expect_err("another file was allowed");
    read(file, Allow::Everything).expect_err("a bare name is never looked up");
    let scenario = read(&inside, Allow::These(vec![sha256])).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(scenario.libraries.len(), 1);
}

#[test]
fn a_name_that_two_doors_bring_is_refused_with_both_origins() {
    let mut host = with_library();
    let copy =
        std::env::temp_dir().join(format!("twice-{}{}", std::process::id(), std::env::consts::DLL_SUFFIX));
    std::fs::copy(library(), &copy).expect("the folder for temporary files can be written");
    let refused = host.load(&copy).expect_err("its names are taken");
    std::fs::remove_file(&copy).expect("it was just written");
    let both =
        [library(), copy.as_path()].map(|path| path.file_name().and_then(|n| n.to_str()).unwrap_or_default());
    assert!(refused.contains("two neurons are named `adaptive`"), "{refused}");
    assert!(both.iter().all(|name| refused.contains(name)), "{refused}");
}

/// A population connected by a rule of the library, with what `more` says of its synapses.
fn by_the_ring(more: &str) -> Scenario {
    let text = format!(
        r#"
[scenario]
title = "a ring"
source = "this project"
format = 1
[run]
duration = "1 ms"
seed = 1
[population.cells]
size = 100
neuron = "lif"
[[projection]]
from = "cells"
to = "cells"
connect = {{ ring = {{ sigma = 3, reach = 5 }} }}
weight = "0.1 mV"
delay = "1 ms"
{more}
"#
    );
    parse(&text, "case.toml", Path::new("."), with_library(), &[]).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn synapses_of_a_library_refuse_what_they_cannot_do() {
    let refused = |more: &str| {
        let made = scenarios::assemble::assemble(&by_the_ring(more), None, &mut |_, _, _| ());
        made.err().expect(more).to_string()
    };
    built(&by_the_ring(""));
    let found = refused("plasticity = { stdp = { w_max = \"1 mV\" } }");
    assert!(found.contains("the synapses of connection rule `ring` cannot learn"), "{found}");
    let found = refused("short_term = \"stp\"");
    assert!(found.contains("connection rule `ring` give every spike its full strength"), "{found}");
}
