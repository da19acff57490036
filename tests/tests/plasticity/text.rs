//! Rules of plasticity as text: each written by hand, and each as it is shown, does what the compiled one does, bit for bit.

use ecs_core::model::{PlasticityModel, ShortTermModel, kept};
use ecs_core::network::{Registered, Registry};
use ecs_core::registry::{Bound, Entry};
use equations::show;
use tests::models::written;
use tests::network::registry;

use crate::synapses_of::{Case, rule};

const BY_HAND: &str = include_str!("rules.toml");

/// Registered rules and the same from text.
fn twins<M: Registered>(read: &Registry) -> Vec<(&'static M, &'static M)> {
    let linked = registry();
    let twin = |model: &&'static M| {
        let name = format!("{}_text", model.entry().name);
        (*model, read.find::<M>(&name).unwrap_or_else(|| panic!("`{name}` is not written")))
    };
    linked.all::<M>().iter().map(twin).collect()
}

/// Every rule as it is shown, read again. `tsodyks` changes variables at once that each other's change needs, which no order of
/// statements does; its text says so.
fn shown() -> Registry {
    let linked = registry();
    let renamed = |entry: &Entry| Entry { name: kept(&format!("{}_text", entry.name)), ..*entry };
    let long = linked.all::<PlasticityModel>().iter();
    let mut blocks: Vec<String> =
        long.map(|model| show(&(model.equations)(&renamed(&model.entry)))).collect();
    let short = linked.all::<ShortTermModel>().iter();
    blocks.extend(short.map(|model| show(&(model.equations)(&renamed(&model.entry)))));
    assert_eq!(blocks.iter().filter(|block| block.contains("no order of statements")).count(), 1);
    written(&blocks.concat())
}

/// Weights of every synapse and what was delivered, in both precisions.
fn learnt(
    case: &Case,
    model: &PlasticityModel,
    params: &[f64],
    bounds: &[u32],
    kept: usize,
) -> [Vec<u64>; 4] {
    let bits = |all: Vec<f64>| all.into_iter().map(f64::to_bits).collect();
    let [a, b] = case.learnt(model, params, bounds, kept);
    let [c, d] = case.learnt_in((model.single)(params), bounds, kept);
    [a, b, c, d].map(bits)
}

#[test]
fn a_rule_written_by_hand_learns_as_the_compiled_one_bit_for_bit() {
    learns_as_compiled(&written(BY_HAND));
}

#[test]
fn a_rule_read_as_it_is_shown_learns_as_the_compiled_one_bit_for_bit() {
    learns_as_compiled(&shown());
}

fn learns_as_compiled(read: &Registry) {
    let case = Case::random(9, 50, 4000);
    let all = twins::<PlasticityModel>(read);
    assert!(all.len() >= 10);
    for (compiled, text) in all {
        let name = compiled.entry.name;
        let needed = compiled.entry.params.iter().filter(|field| field.default.is_nan());
        let given: Vec<(&str, f64)> = needed.map(|field| (field.name, 1.0)).collect();
        let (_, params) = rule(name, &given);
        for (bounds, kept) in [(&[0, 50][..], 4096), (&[0, 50], 4), (&[0, 20, 50], 16)] {
            let right = learnt(&case, compiled, &params, bounds, kept);
            assert!(right[0].iter().any(|w| f64::from_bits(*w) != case.weight), "{name} learns");
            assert_eq!(learnt(&case, text, &params, bounds, kept), right, "{name}, {kept} kept");
        }
    }
}

#[test]
fn a_scenario_says_the_same_of_a_rule_in_text() {
    fn rows<M: Registered>(model: &M) -> Vec<(&'static str, u64, &'static str, Bound)> {
        let entry = model.entry();
        entry.params.iter().map(|row| (row.name, row.default.to_bits(), row.unit, row.bound)).collect()
    }
    let read = written(BY_HAND);
    for (compiled, text) in twins::<PlasticityModel>(&read) {
        assert_eq!(rows(text), rows(compiled), "{}", compiled.entry.name);
        assert_eq!((text.modulated, text.follows), (compiled.modulated, compiled.follows));
    }
    twins::<ShortTermModel>(&read)
        .iter()
        .for_each(|(compiled, text)| assert_eq!(rows(*text), rows(*compiled)));
}

#[test]
fn a_short_term_rule_in_text_gives_the_same_gains_bit_for_bit() {
    let by_hand = twins::<ShortTermModel>(&written(BY_HAND));
    let shown = twins::<ShortTermModel>(&shown());
    assert!(by_hand.len() >= 4);
    let ordered = shown.into_iter().filter(|(model, _)| model.entry.name != "tsodyks");
    for (compiled, text) in by_hand.into_iter().chain(ordered) {
        for facilitation in [0.0, 300.0] {
            let mut params: Vec<f64> = compiled.entry.params.iter().map(|field| field.default).collect();
            if let Some(at) = compiled.entry.params.iter().position(|field| field.name == "tau_fac") {
                params[at] = facilitation;
            }
            let start = |model: &ShortTermModel| -> Vec<f64> {
                model.entry.state.iter().map(|field| field.default).collect()
            };
            let [mut right, mut found] = [start(compiled), start(text)];
            for elapsed in [0.0, 5.0, 0.1, 37.0, 0.1, 900.0, 0.0, 12.5] {
                let gains = [(compiled, &mut right), (text, &mut found)]
                    .map(|(model, state)| (model.spike)(&params, state, elapsed).to_bits());
                assert_eq!(gains[0], gains[1], "{} after {elapsed} ms", compiled.entry.name);
                assert!(f64::from_bits(gains[0]) > 0.0);
                assert_eq!(found, right, "{}", compiled.entry.name);
            }
        }
    }
}
