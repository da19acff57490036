//! Decoders: what each makes of counts, first spikes and variables, worked out by hand; and the ports that each refuses.

use ecs_core::control::{Decoder, DecoderModel, DecoderPlan, Domain, Seen};
use ecs_core::network::Registry;
use ecs_core::training::Plan;
use environments as _;

/// Rounding of a few operations.
const ROUNDING: f64 = 1e-12;
/// Length of a tick, in ms.
const TICK: f64 = 20.0;

struct Case {
    name: &'static str,
    domain: Domain,
    groups: usize,
    numbers: Vec<(&'static str, f64)>,
    weights: Vec<f64>,
}

fn case(name: &'static str, domain: Domain, groups: usize) -> Case {
    Case { name, domain, groups, numbers: Vec::new(), weights: Vec::new() }
}

fn box_of(width: usize) -> Domain {
    Domain::Continuous { low: vec![f64::NEG_INFINITY; width], high: vec![f64::INFINITY; width] }
}

impl Case {
    fn with(mut self, name: &'static str, value: f64) -> Self {
        self.numbers.push((name, value));
        self
    }

    fn weights(mut self, weights: &[f64]) -> Self {
        self.weights = weights.to_vec();
        self
    }

    fn build(&self) -> Result<Box<dyn Decoder>, String> {
        let registry = Registry::linked().expect("names are unique");
        let model = registry.find::<DecoderModel>(self.name).expect("it is registered");
        let rows = model.entry.params;
        let mut given = self
            .numbers
            .iter()
            .fold(Plan::defaults(rows), |plan, (name, value)| plan.with(rows, name, *value));
        if !self.weights.is_empty() {
            given.lists = vec![("weights", self.weights.clone())];
        }
        let width = match &self.domain {
            Domain::Continuous { low, .. } => low.len(),
            Domain::Discrete(choices) => choices.len(),
            Domain::Binary(n) => *n,
        };
        (model.build)(&DecoderPlan {
            given,
            groups: self.groups,
            width,
            domain: self.domain.clone(),
            interval: TICK,
        })
    }

    fn refused(&self) -> String {
        self.build().err().unwrap_or_else(|| panic!("`{}` takes what it cannot", self.name))
    }
}

/// Shows a tick of groups of one neuron each.
fn shown(decoder: &mut dyn Decoder, counts: &[u32], action: &mut [f64]) {
    let first: Vec<u32> = counts.iter().map(|n| if *n > 0 { 0 } else { u32::MAX }).collect();
    let sizes = vec![1; counts.len()];
    decoder.decode(&Seen { counts, first: &first, state: &[], sizes: &sizes, interval: TICK }, action);
}

fn close(found: &[f64], right: &[f64]) {
    let apart = found.iter().zip(right).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(found.len() == right.len() && apart < ROUNDING, "{found:?}, not {right:?}");
}

/// The names that sources of decoder files give this test by: each decoder, against numbers worked out by hand.
#[test]
fn decoders_do_as_they_say() {
    threshold_events();
    potentials();
    argmax();
    first_spikes();
    linear_readouts();
    vectors();
}

fn threshold_events() {
    let mut decoder =
        case("threshold_event", Domain::Binary(3), 3).with("spikes", 2.0).build().expect("it fits");
    let mut action = [1.0; 3];
    shown(&mut *decoder, &[1, 2, 3], &mut action);
    assert_eq!(action, [0.0, 1.0, 1.0]);
    shown(&mut *decoder, &[0, 0, 0], &mut action);
    assert_eq!(action, [0.0; 3], "an event does not last");
}

fn potentials() {
    let mut decoder = case("membrane_potential", box_of(2), 2)
        .with("gain", 0.5)
        .with("offset", 10.0)
        .build()
        .expect("it fits");
    let mut action = [0.0; 2];
    let (none, sizes) = ([0; 2], [3; 2]);
    let state = [-60.0, -50.0];
    decoder.decode(
        &Seen { counts: &none, first: &[u32::MAX; 2], state: &state, sizes: &sizes, interval: TICK },
        &mut action,
    );
    close(&action, &[-20.0, -15.0]);
}

fn argmax() {
    let mut decoder = case("argmax_count", Domain::Discrete(vec![3]), 3).build().expect("it fits");
    let mut action = [0.0];
    let mut see = |counts: [u32; 3], sizes: [u32; 3]| {
        decoder.decode(
            &Seen { counts: &counts, first: &[0; 3], state: &[], sizes: &sizes, interval: TICK },
            &mut action,
        );
        action[0]
    };
    assert!(see([1, 5, 2], [1; 3]) == 1.0);
    assert!(see([0, 0, 0], [1; 3]) == 1.0, "a tick without a spike changes nothing");
    assert!(see([4, 4, 4], [1; 3]) == 1.0, "of equals the one chosen before");
    assert!(see([4, 3, 4], [1; 3]) == 0.0, "else the first of equals");
    assert!(see([8, 0, 3], [4, 1, 1]) == 2.0, "spikes per neuron: 2, 0 and 3");
}

fn first_spikes() {
    let mut decoder = case("first_to_spike", Domain::Discrete(vec![3]), 3).build().expect("it fits");
    let mut action = [0.0];
    let mut see = |first: [u32; 3]| {
        decoder.decode(
            &Seen { counts: &[9, 1, 1], first: &first, state: &[], sizes: &[1; 3], interval: TICK },
            &mut action,
        );
        action[0]
    };
    assert!(see([30, 12, 40]) == 1.0);
    assert!(see([u32::MAX; 3]) == 1.0, "without a spike the one chosen before");
    assert!(see([30, 7, 7]) == 1.0, "of equals the first");
    assert!(see([u32::MAX, u32::MAX, 199]) == 2.0);
}

fn linear_readouts() {
    // A spike in 20 ms is 50 Hz.
    let mut decoder =
        case("weighted_count", box_of(2), 2).with("gain", 0.1).with("offset", -1.0).build().expect("it fits");
    let mut action = [0.0; 2];
    shown(&mut *decoder, &[1, 2], &mut action);
    close(&action, &[4.0, 9.0]);
    let mut decoder = case("weighted_count", box_of(2), 4).with("gain", 0.02).build().expect("it fits");
    shown(&mut *decoder, &[3, 1, 0, 4], &mut action);
    close(&action, &[2.0, -4.0]);
    let mut decoder = case("weighted_count", box_of(2), 3)
        .weights(&[1.0, 2.0, 3.0, 0.0, -1.0, 0.5])
        .build()
        .expect("it fits");
    shown(&mut *decoder, &[1, 0, 2], &mut action);
    close(&action, &[350.0, 50.0]);
    // A group of 20 neurons: 4 spikes are 10 Hz each; smoothed by 50 ms they come by 1 - e^(-20/50) of the way, and are forgotten.
    let mut decoder = case("weighted_count", box_of(1), 1).with("tau", 50.0).build().expect("it fits");
    let see = |decoder: &mut dyn Decoder, count: u32| {
        let mut action = [0.0];
        decoder.decode(
            &Seen { counts: &[count], first: &[0], state: &[], sizes: &[20], interval: TICK },
            &mut action,
        );
        action
    };
    let share = 1.0 - (-20.0_f64 / 50.0).exp();
    close(&see(&mut *decoder, 4), &[10.0 * share]);
    close(&see(&mut *decoder, 0), &[10.0 * share * (1.0 - share)]);
    decoder.reset();
    close(&see(&mut *decoder, 4), &[10.0 * share]);
}

fn vectors() {
    let mut decoder = case("population_vector", box_of(2), 4).with("gain", 2.0).build().expect("it fits");
    let mut action = [7.0; 2];
    shown(&mut *decoder, &[0; 4], &mut action);
    assert_eq!(action, [7.0; 2], "a tick without a spike changes nothing");
    // Right, up, left, down: (3 - 1, 4 - 2) of 10 spikes, twice.
    shown(&mut *decoder, &[3, 4, 1, 2], &mut action);
    close(&action, &[0.4, 0.4]);
    let mut decoder = case("population_vector", box_of(1), 8).build().expect("it fits");
    shown(&mut *decoder, &[0, 0, 0, 5, 0, 0, 0, 0], &mut action[..1]);
    close(&action[..1], &[0.75 * std::f64::consts::PI]);
}

#[test]
fn ports_that_do_not_fit_are_refused() {
    let choice = |n| Domain::Discrete(vec![n]);
    let cases = [
        (case("argmax_count", choice(3), 2), "2 groups of neurons choose among 3 actions"),
        (case("argmax_count", box_of(1), 1), "the port is no single choice"),
        (case("argmax_count", Domain::Discrete(vec![2, 2]), 2), "the port is no single choice"),
        (case("first_to_spike", choice(3), 2), "no single choice among 2 actions"),
        (case("threshold_event", Domain::Binary(2), 3), "3 groups of neurons for 2 places"),
        (case("membrane_potential", box_of(2), 1), "1 groups of neurons for 2 places"),
        (case("weighted_count", box_of(2), 3), "or give `weights`"),
        (case("weighted_count", box_of(2), 3).weights(&[1.0; 5]), "`weights` has 5 numbers; 6 are allowed"),
        (case("population_vector", box_of(2), 2), "2 groups point in directions"),
        (case("population_vector", box_of(3), 8), "8 groups point in directions, for 3 places"),
    ];
    for (case, right) in cases {
        let found = case.refused();
        assert!(found.contains(right), "`{}`: {found}", case.name);
    }
}
