//! Contracts: every registered model enters by being registered, in a small smooth network whose gradient in all of the model's
//! parameters is that of differences.
//!
//! What is discontinuous stays out of the way: refractory times are zero, for they are counted in whole steps, and models that fire
//! when a condition becomes true are driven below it. Refractoriness itself is compared in `duals`.

use std::path::Path;

use differentiation::{Circuit, Neurons, Spiking};
use ecs_core::model::{
    INTEGRATORS, NeuronModel, OutputModel, ShortTermModel, Surrogate, SurrogateModel, SynapseModel,
};
use ecs_core::network::{ConnectorModel, OperatorModel, Registry};
use ecs_core::registry::{Drive, Entry};
use scenarios::assemble::keeping_plans;
use scenarios::parse;
use tests::models::every_neuron;
use tests::network::registry;

use crate::agree::{Comparison, agrees};
use crate::carried::{around, projection};
use crate::nets::{built, circuit, spiking};

const STEPS: usize = 60;
/// What central differences of some hundred steps in double precision leave.
const TOLERANCE: f64 = 2e-6;

/// Parameters that count whole steps, and are zero here.
const WHOLE_STEPS: &[&str] = &["t_ref", "refrac"];

/// Everything that is linked in, and the models that tests write as text.
fn all() -> Registry {
    let mut all = registry();
    for model in every_neuron() {
        // Those that are linked in are there.
        let _ = all.add(model);
    }
    all
}

/// How strong a synapse is by the unit of its weight.
fn strength(unit: &str) -> f64 {
    match unit {
        "pA" => 40.0,
        "mV" => 0.5,
        "mV/ms" => 0.4,
        "1" | "" => 0.05,
        _ => 0.5,
    }
}

fn quantity(x: f64, unit: &str) -> String {
    if unit.is_empty() || unit == "1" { format!("{x}") } else { format!("\"{x} {unit}\"") }
}

/// A network around neurons of a model: sources excite them, and they each other where they fire.
fn net(model: &NeuronModel, integrator: &str, fires: bool) -> String {
    let entry = &model.entry;
    let zero = |name: &&str| {
        entry.params.iter().find(|f| f.name == *name).map(|f| format!("{name} = {}", quantity(0.0, f.unit)))
    };
    let params: Vec<String> = WHOLE_STEPS.iter().filter_map(zero).collect();
    let own = if integrator == "exact" { String::new() } else { format!("integrator = \"{integrator}\"\n") };
    let (acts, unit) = match entry.input {
        "" => ("synapse = \"delta\"".to_owned(), entry.state[0].unit),
        unit => ("synapse = { exponential = { tau = \"2 ms\" } }\noutput = \"current\"".to_owned(), unit),
    };
    let weight = |share: f64| quantity(share * strength(unit), unit);
    let joined = |name: &str, from: &str, share: f64| {
        format!(
            "[[projection]]\nname = \"{name}\"\nfrom = \"{from}\"\nto = \"cells\"\n{acts}\nconnect = {{ fixed_probability = 0.6 }}\n\
             weight = {{ normal = [{}, {}] }}\ndelay = \"0.2 ms\"\n",
            weight(share),
            weight(share / 4.0)
        )
    };
    format!(
        "[scenario]\ntitle = \"one model\"\nsource = \"tests\"\nformat = 1\n[run]\nduration = \"6 ms\"\ndt = \"0.1 ms\"\nseed = 3\n\
         precision = \"f64\"\nskip_at_rest = false\n[population.input]\nsize = 10\nneuron = \"poisson\"\nparams = {{ rate = \"300 Hz\" }}\n\
         [population.cells]\nsize = 3\nneuron = \"{}\"\n{own}params = {{ {} }}\n{}{}",
        entry.name,
        params.join(", "),
        joined("in", "input", 1.0),
        if fires { joined("self", "cells", 0.5) } else { String::new() },
    )
}

/// Paths of all parameters and initial values of the neurons.
fn paths(entry: &Entry) -> Vec<String> {
    let params = entry.params.iter().map(|f| format!("population.cells.{}", f.name));
    let state = entry.state.iter().map(|f| format!("population.cells.initial.{}", f.name));
    params.chain(state).chain(["projection.in.weight".to_owned()]).collect()
}

#[test]
fn every_neuron_by_every_integrator_is_differentiated() {
    let registry = all();
    let surrogate =
        Surrogate::new(registry.find::<SurrogateModel>("sigmoid").expect("it is registered"), &[]);
    let mut compared = 0;
    for model in every_neuron() {
        for info in INTEGRATORS {
            let Some(parts) = model.inspect.parts(info.name, false) else { continue };
            let fires = parts.outputs.iter().any(|(name, _)| name == "condition");
            let what = format!("{} by {}", model.entry.name, info.name);
            let text = net(model, info.name, fires);
            let scenario = parse(&text, "contract.toml", Path::new("."), &registry, &[])
                .unwrap_or_else(|e| panic!("{what}: {e}"));
            let mut simulation =
                keeping_plans(&scenario, &mut |_, _, _| ()).unwrap_or_else(|e| panic!("{what}: {e}"));
            let first = &model.entry.state[0];
            let wide = first.unit == "mV";
            // Wide enough that neurons which peak far above rest fire by something.
            let scale = if wide { 60.0 } else { 0.5 };
            let spiking = Spiking { surrogate, scale, smooth: true, through_reset: true };
            let mut circuit =
                Circuit::new(simulation.app.world_mut(), &paths(&model.entry), &|_: &Neurons<f64>| spiking)
                    .unwrap_or_else(|e| panic!("{what}: {e}"));
            let around = (first.default, if wide { 10.0 } else { 1.0 });
            let of = Comparison { steps: STEPS, segment: None, around, tolerance: TOLERANCE, matters: None };
            agrees(&what, &mut circuit, of);
            compared += 1;
        }
    }
    assert!(compared > 30, "{compared} were compared");
}

/// Compares the gradient of what stands at `paths`.
fn compare(what: &str, text: &str, paths: &[String]) {
    let mut simulation = built(text);
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let mut circuit = circuit::<f64>(&mut simulation, &paths, spiking(&registry(), "sigmoid", true));
    let of = Comparison {
        steps: STEPS,
        segment: Some(9),
        around: (-60.0, 10.0),
        tolerance: TOLERANCE,
        matters: None,
    };
    agrees(what, &mut circuit, of);
}

fn joined(name: &str, ends: (&str, &str), how: &str) -> String {
    let (from, to) = ends;
    format!("\n[[projection]]\nname = \"{name}\"\nfrom = \"{from}\"\nto = \"{to}\"\n{how}\n")
}

#[test]
fn every_synapse_with_every_output_is_differentiated() {
    let registry = registry();
    for synapse in registry.all::<SynapseModel>() {
        let jumps = synapse.entry.drive == Some(Drive::Jump);
        let outputs = registry.all::<OutputModel>().iter().map(|output| Some(*output));
        for output in if jumps { vec![None] } else { outputs.collect() } {
            let (acts, weight) = match output {
                None => (String::new(), "0.5 mV"),
                Some(output) => {
                    let current = output.entry.drive == Some(Drive::Current);
                    (format!("output = \"{}\"\n", output.entry.name), if current { "60 pA" } else { "2 nS" })
                }
            };
            let how = format!(
                "synapse = \"{}\"\n{acts}connect = {{ fixed_probability = 0.6 }}\nweight = \"{weight}\"\ndelay = \"1 ms\"",
                synapse.entry.name
            );
            let text = around("f64", &(joined("in", ("input", "a"), &how) + &joined("on", ("a", "b"), &how)));
            let mut paths = vec!["projection.in.weight".to_owned(), "projection.on.weight".to_owned()];
            paths.push("population.a.tau_m".to_owned());
            if let Some(output) = output {
                let fields = synapse.entry.params.iter().chain(output.entry.params);
                paths.extend(fields.map(|f| format!("projection.on.{}", f.name)));
                paths.extend(synapse.entry.state.iter().map(|f| format!("projection.on.initial.{}", f.name)));
            }
            compare(
                &format!("{} {output:?}", synapse.entry.name, output = output.map(|o| o.entry.name)),
                &text,
                &paths,
            );
        }
    }
}

/// A rule's projections: one stored and one drawn anew.
fn short_term(model: &ShortTermModel) -> (String, Vec<String>) {
    let entry = &model.entry;
    // Facilitation is off by default, and a time constant of nothing has no gradient.
    let off = entry.params.iter().filter(|f| f.default == 0.0);
    let on: Vec<String> = off.map(|f| format!("{} = {}", f.name, quantity(30.0, f.unit))).collect();
    let how = |storage: &str| {
        format!(
            "connect = {{ fixed_probability = 0.6 }}\nweight = {{ normal = [\"80 pA\", \"20 pA\"] }}\ndelay = \"1 ms\"\n\
             storage = \"{storage}\"\nshort_term = {{ {} = {{ {} }} }}",
            entry.name,
            on.join(", ")
        )
    };
    let text = projection("in", ("input", "a"), &how("stored"))
        + &projection("on", ("a", "b"), &how("just_in_time"));
    let of = |p: &str| {
        entry.params.iter().map(|f| format!("projection.{p}.short_term.{}", f.name)).collect::<Vec<_>>()
    };
    let mut paths = [of("in"), of("on")].concat();
    paths.extend(["projection.in.weight", "population.a.tau_m", "population.a.v_th"].map(str::to_owned));
    (around("f64", &text), paths)
}

#[test]
fn every_rule_of_short_term_plasticity_is_differentiated() {
    for model in registry().all::<ShortTermModel>() {
        let (text, paths) = short_term(model);
        compare(model.entry.name, &text, &paths);
    }
}

#[test]
fn every_way_to_hold_synapses_is_differentiated() {
    for operator in registry().all::<OperatorModel>() {
        let name = operator.entry.name;
        let how = |connect: &str| {
            format!(
                "connect = {connect}\nweight = {{ normal = [\"60 pA\", \"20 pA\"] }}\ndelay = \"1 ms\"\nstorage = \"{name}\""
            )
        };
        let text = around(
            "f64",
            &(projection("in", ("input", "a"), &how("{ fixed_probability = 0.5 }"))
                + &projection("on", ("a", "b"), &how("{ fixed_outdegree = 3 }"))),
        );
        let weights = |p: &str| match name {
            "just_in_time" => {
                vec![format!("projection.{p}.weight.mean"), format!("projection.{p}.weight.sd")]
            }
            _ => vec![format!("projection.{p}.weight")],
        };
        let mut paths = [weights("in"), weights("on")].concat();
        paths.extend(["population.a.tau_m", "projection.on.tau"].map(str::to_owned));
        compare(name, &text, &paths);
    }
}

/// Rules that need arguments, with some; `None` of those that read a file, whose synapses are stored like all others.
const ARGUMENTS: &[(&str, Option<&str>)] = &[
    ("matrix", None),
    ("table", None),
    ("gaussian", Some("\"1 mm\"")),
    ("distance", Some("\"2 mm\"")),
    ("fixed_outdegree", Some("3")),
    ("fixed_indegree", Some("3")),
    ("fixed_total", Some("30")),
    ("fixed_probability", Some("0.4")),
    ("scale_free", Some("2")),
    ("scale_free_dual", Some("{ m1 = 2, m2 = 1, p = 0.5 }")),
    ("power_law", Some("{ m = 2, p = 0.5 }")),
    ("small_world", Some("{ k = 4, p = 0.3 }")),
    ("grid_n", Some("{ n = 2 }")),
    ("convolution", Some("{ kernel = 3, padding = 1 }")),
    ("transposed_convolution", Some("{ kernel = 3, padding = 1, groups = 2 }")),
    ("sum_pool", Some("{ kernel = 3, stride = 1, padding = 1 }")),
    ("average_pool", Some("{ kernel = 3, stride = 1, padding = 1 }")),
];

/// How a rule's synapses differ, what of them is learned, and the places they join: those that share weights have one delay and channels,
/// and those that pool one weight.
fn differing(connector: &ConnectorModel) -> (String, &'static [&'static str], &'static str) {
    let shared = connector.entry.origin.contains("`layers`");
    let pools = connector.entry.name.ends_with("pool");
    let weight = if pools { "\"60 pA\"" } else { "{ normal = [\"60 pA\", \"20 pA\"] }" };
    let delay = if shared { "\"1 ms\"" } else { "{ uniform = [\"0.5 ms\", \"2 ms\"] }" };
    let learned: &[&str] = if pools { &[] } else { &["projection.self.weight"] };
    let channels = if shared { "channels = 2" } else { "" };
    (format!("weight = {weight}\ndelay = {delay}"), learned, channels)
}

#[test]
fn every_rule_of_connection_is_differentiated() {
    for connector in registry().all::<ConnectorModel>() {
        let name = connector.entry.name;
        let connect = match ARGUMENTS.iter().find(|(known, _)| *known == name) {
            Some((_, None)) => continue,
            Some((_, Some(argument))) => format!("{{ {name} = {argument} }}"),
            None => format!("\"{name}\""),
        };
        let (values, learned, channels) = differing(connector);
        let how = format!("connect = {connect}\n{values}");
        // Some rules go by places.
        let places = format!("grid = [3, 4]\nextent = [\"3 mm\", \"4 mm\"]\n{channels}");
        let text = around("f64", &projection("self", ("a", "a"), &how)).replace("size   = 12", &places);
        let paths = [learned, &["projection.self.tau", "population.a.tau_m"]].concat();
        compare(name, &text, &paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
    }
}
