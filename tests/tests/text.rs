//! Text: a model written as equations runs as the compiled one does, bit for bit, alone and in a network.

use std::fs;

use ecs_core::model::{ChannelModel, INTEGRATORS, Moment, NeuronModel, SynapseModel, kept};
use ecs_core::network::Registry;
use ecs_core::registry::{Bound, Entry};
use tests::data::root;
use tests::draws::Draws;
use tests::models::{IN_TEXT, every_neuron};
use tests::network::{raster, registry, written};

/// Registered models and the same from text.
fn twins() -> Vec<(&'static NeuronModel, &'static NeuronModel)> {
    let all = every_neuron();
    let of = |model: &&'static NeuronModel| {
        let name = model.entry.name.strip_suffix(IN_TEXT)?;
        Some((*all.iter().find(|m| m.entry.name == name)?, *model))
    };
    all.iter().filter_map(of).collect()
}

#[test]
fn every_model_without_a_step_of_its_own_can_be_written_as_text() {
    let exact = registry().all::<NeuronModel>().iter().filter(|m| m.integrator == "exact").count();
    assert_eq!(twins().len(), registry().all::<NeuronModel>().len() - exact);
}

/// Parameters of one model for another that has the same names; channels may share one, which text has once.
fn by_name(from: &NeuronModel, to: &NeuronModel, params: &[f64]) -> Vec<f64> {
    let first = |name: &str| from.entry.params.iter().position(|f| f.name == name).expect("it has that name");
    to.entry.params.iter().map(|field| params[first(field.name)]).collect()
}

#[test]
fn the_text_of_a_model_takes_every_step_as_the_compiled_one_does() {
    for (compiled, text) in twins() {
        for integrator in INTEGRATORS {
            let mut draws = Draws::new(5);
            for _ in 0..200 {
                let moment = draws.moment(compiled, true);
                let step = |model: &NeuronModel| {
                    let moment =
                        Moment { params: by_name(compiled, model, &moment.params), ..moment.clone() };
                    model.inspect.step_f32(integrator.name, &moment)
                };
                let bits = |model| step(model).map(|x| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>());
                assert_eq!(bits(text), bits(compiled), "{} by {}", compiled.entry.name, integrator.name);
            }
        }
    }
}

#[test]
fn what_a_scenario_says_of_a_text_model_is_what_it_says_of_the_compiled_one() {
    for (compiled, text) in twins() {
        let rows = |model: &NeuronModel| {
            let all = model.entry.params.iter().chain(model.entry.state);
            let mut rows: Vec<_> = all.map(|f| (f.name, f.default, f.unit, f.bound)).collect();
            rows.dedup();
            rows
        };
        for row in rows(compiled) {
            assert!(rows(text).contains(&row), "{}: {row:?} of {:?}", compiled.entry.name, rows(text));
        }
        assert_eq!(text.entry.input, compiled.entry.input);
    }
}

/// Symbol, default, unit and bound of all rows.
fn rows(entry: &Entry) -> Vec<(&str, f64, &str, Bound)> {
    let all = entry.params.iter().chain(entry.state);
    all.map(|field| (field.name, field.default, field.unit, field.bound)).collect()
}

#[test]
fn a_scenario_reads_every_channel_and_synapse_as_it_is_shown() {
    let linked = registry();
    let renamed = |entry: &Entry| Entry { name: kept(&format!("{}{IN_TEXT}", entry.name)), ..*entry };
    let channels = linked.all::<ChannelModel>().iter();
    let mut blocks: Vec<String> =
        channels.map(|model| equations::show(&(model.equations)(&renamed(&model.entry)))).collect();
    let synapses = linked.all::<SynapseModel>().iter().filter_map(|model| Some((model, model.equations?)));
    blocks.extend(synapses.clone().map(|(model, of)| equations::show(&of(&renamed(&model.entry)))));
    let read = tests::models::written(&blocks.concat());
    let twin = |name: &str| format!("{name}{IN_TEXT}");
    for model in linked.all::<ChannelModel>() {
        let text = read.find::<ChannelModel>(&twin(model.entry.name)).expect("it was read");
        assert_eq!(
            (rows(&text.entry), text.entry.input),
            (rows(&model.entry), model.entry.input),
            "{}",
            text.entry.name
        );
    }
    for (model, _) in synapses {
        let text = read.find::<SynapseModel>(&twin(model.entry.name)).expect("it was read");
        let defaults: Vec<f64> = model.entry.params.iter().map(|field| field.default).collect();
        assert_eq!(rows(&text.entry), rows(&model.entry), "{}", text.entry.name);
        assert_eq!((text.linear)(&defaults), (model.linear)(&defaults), "{}", text.entry.name);
    }
}

/// A shipped scenario in which `neuron` comes from text.
fn in_text(scenario: &str, neuron: &str) -> String {
    let path = root().join(format!("scenarios/{scenario}.toml"));
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let model = Registry::find::<NeuronModel>(&registry(), neuron).expect("it is registered");
    let equations = model.inspect.equations(&format!("{neuron}{IN_TEXT}"), "");
    let named = text.replace(&format!("\"{neuron}\""), &format!("\"{neuron}{IN_TEXT}\""));
    format!("{named}\n{}", equations::show(&equations))
}

#[test]
fn a_network_of_text_neurons_fires_as_that_of_compiled_ones() {
    for (name, neuron, steps) in [("coba", "lif", 2000), ("cuba", "lif", 2000), ("cobahh", "hh_traub", 300)] {
        let compiled = raster(&tests::network::shipped(name, &[]), steps);
        assert!(compiled.len() > 100, "{name} fires");
        for threads in [1, 2] {
            let mut text = written(&in_text(name, neuron), &root()).unwrap_or_else(|e| panic!("{e}"));
            text.run.threads = threads;
            assert_eq!(raster(&text, steps), compiled, "{name}, {threads} threads");
        }
    }
}
