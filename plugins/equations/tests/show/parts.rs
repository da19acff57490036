//! Parts: channels and synapses, of which neurons and projections are made.

use channels as _;
use ecs_core::model::{ChannelEquations, ChannelModel, SynapseEquations, SynapseModel};
use ecs_core::number::Num;
use ecs_core::registry::Drive;
use equations::{ModelText, channel, show, synapse};
use synapses as _;

use crate::parameters;
use crate::read::{assert_channel_reads_back, assert_synapse_reads_back, read};

/// Every registered channel.
pub fn channels() -> Vec<ChannelEquations> {
    let mut all: Vec<&ChannelModel> = inventory::iter::<ChannelModel>.into_iter().collect();
    all.sort_by_key(|model| model.entry.name);
    all.iter().map(|model| (model.equations)(&model.entry)).collect()
}

/// Every registered synapse that has equations.
pub fn synapses() -> Vec<SynapseEquations> {
    let all = inventory::iter::<SynapseModel>.into_iter();
    all.filter_map(|model| Some(model.equations?(&model.entry))).collect()
}

#[test]
fn every_registered_channel_reads_back() {
    assert!(channels().len() >= 6, "the channels of `channels` are registered");
    channels().iter().for_each(assert_channel_reads_back);
}

#[test]
fn every_registered_synapse_that_has_state_reads_back() {
    assert!(synapses().len() >= 3, "the synapses of `synapses` are registered");
    for model in inventory::iter::<SynapseModel> {
        let Some(equations) = model.equations else {
            assert_eq!(model.entry.drive, Some(Drive::Jump), "{}", model.entry.name);
            continue;
        };
        let again = assert_synapse_reads_back(&equations(&model.entry));
        let params: Vec<f64> = model.entry.params.iter().map(|field| field.default * 1.25).collect();
        assert_eq!((model.linear)(&params), again.linear(&params), "{}", model.entry.name);
    }
}

/// A synapse from text, with parameters `name=quantity`.
fn synapse_of(equations: &str, on_pre: &str, rows: &[&str]) -> SynapseEquations {
    let parameters = parameters(rows);
    let text = ModelText {
        name: "made",
        equations,
        on_pre: Some(on_pre),
        value: Some("g - 0.5*h*ms"),
        parameters: &parameters,
        ..ModelText::default()
    };
    synapse(&text).unwrap_or_else(|errors| panic!("{equations}: {errors:#?}"))
}

#[test]
fn synapses_in_any_unit_read_back() {
    let lines = "dg/dt = h - rate*g : weight\ndh/dt = -(h*rate/3) - g/tau**2 : weight*Hz";
    let rows = ["rate=40 Hz", "tau=3 ms"];
    // What both statements share depends on the weight, so that no line of the equations may say it.
    for on_pre in ["g += w", "h -= w/tau", "g += w*rate*tau*2 + w; h -= w*rate*tau*2/tau; g -= w/3"] {
        assert_synapse_reads_back(&synapse_of(lines, on_pre, &rows));
    }
}

#[test]
fn a_channel_in_another_unit_gives_the_same_current() {
    let rows = parameters(&["g_x=3 uS", "e_x=-0.08 V"]);
    let text = ModelText { current: Some("g_x*(v - e_x)"), parameters: &rows, ..ModelText::default() };
    let whole = channel(&text).expect("it is a channel");
    assert_channel_reads_back(&whole);
    let larger = ChannelEquations { unit: "nA".to_owned(), ..whole };
    let again = read(&show(&larger), channel);
    let value = |name: &str| Num(if name == "v" { -65.0_f64 } else { 0.5 });
    let current = |channel: &ChannelEquations| channel.current.evaluate(value)[0].0;
    assert_eq!((current(&again), &*again.unit), (current(&larger) * 1000.0, "pA"));
}

/// A channel and a synapse as a scenario defines them.
const SHOWN: [(&str, &str); 2] = [("k_hh", include_str!("k_hh.toml")), ("alpha", include_str!("alpha.toml"))];

#[test]
fn parts_are_shown_as_people_would_write_them() {
    for (name, golden) in SHOWN {
        let channel = channels().into_iter().find(|model| model.name == name).map(|model| show(&model));
        let synapse = synapses().into_iter().find(|model| model.name == name).map(|model| show(&model));
        assert_eq!(channel.or(synapse).expect("it is registered"), golden);
    }
}
