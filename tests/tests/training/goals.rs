//! Goals: every readout's gradient is that of differences, and what is trained is learned.

use std::ops::ControlFlow;

use scenarios::train::{Prepared, memory};

use crate::small::{desk, ready, scenario};

/// In single precision, over steps that are large enough to be seen.
const DIFFERENCE: f64 = 2e-2;

/// The slope of the loss of all samples in one weight, by the tape and by differences; outputs never fire, so that the weights
/// behind the hidden neurons act smoothly.
fn slopes(changes: &[(&str, &str)]) -> (f64, f64) {
    let desk = desk();
    // One update of plain descent at rate 1 moves a weight by its gradient.
    let mut all = vec![
        ("batch     = 7", "batch = 80"),
        ("adam = { lr = 0.02 }", "sgd = { lr = 1 }"),
        ("clip      = 5", ""),
    ];
    all.extend(changes);
    let Prepared { mut trainer, train, .. } = ready(&desk.0, &all).expect("it fits");
    let k = trainer
        .circuit
        .parameters
        .iter()
        .position(|p| p.path == "projection.out.weight")
        .expect("it is learned");
    let before = trainer.circuit.values(k).to_vec();
    trainer.epoch(&train, &mut |_| ControlFlow::Continue(())).expect("it trains");
    let gradient: Vec<f64> =
        before.iter().zip(trainer.circuit.values(k)).map(|(b, a)| f64::from(b - a)).collect();
    let at = (0..gradient.len())
        .max_by(|a, b| gradient[*a].abs().total_cmp(&gradient[*b].abs()))
        .expect("weights");
    // The hidden neurons as they were.
    let mut fresh = ready(&desk.0, &all).expect("it fits");
    let mut cost = |by: f32| {
        fresh.trainer.circuit.update(k, |w| w[at] = before[at] + by);
        fresh.trainer.evaluate(&train).expect("it is tested").loss()
    };
    let h = 0.02;
    let difference = (cost(h) - cost(-h)) / (2.0 * f64::from(h));
    (gradient[at], difference)
}

#[test]
fn the_gradient_of_every_readout_is_that_of_differences() {
    for reduce in ["max", "mean", "sum", "last", "each"] {
        let readout = format!("of = \"output\"\nreduce = \"{reduce}\"\nstart = \"5 ms\"\nstop = \"28 ms\"");
        let (gradient, difference) = slopes(&[("of = \"output\"", &readout)]);
        let error = (gradient - difference).abs() / difference.abs();
        assert!(difference.abs() > 1e-4 && error < DIFFERENCE, "{reduce}: {gradient} against {difference}");
    }
}

#[test]
fn penalties_on_voltages_and_weights_are_part_of_the_gradient() {
    for (of, kind) in
        [("population.output.v", "{ mean_square = 3 }"), ("projection.out.weight", "{ mean_square = 3 }")]
    {
        let table = format!("[[training.regulariser]]\nof = \"{of}\"\nkind = {kind}\n\n[training.readout]");
        let (with, difference) = slopes(&[("[training.readout]", &table)]);
        let (without, _) = slopes(&[]);
        assert!((with - without).abs() > 1e-4, "{of}: {with}, {without}");
        // The cost of a pass has no penalties on parameters.
        if of.starts_with("population") {
            assert!((with - difference).abs() < DIFFERENCE * difference.abs(), "{with} against {difference}");
        }
    }
}

#[test]
fn a_small_network_learns_left_from_right() {
    let desk = desk();
    let Prepared { mut trainer, train, held_out, .. } = ready(&desk.0, &[]).expect("it fits");
    let before = trainer.evaluate(&train).expect("it is tested").loss();
    for _ in 0..12 {
        trainer.epoch(&train, &mut |_| ControlFlow::Continue(())).expect("it trains");
    }
    let after = trainer.evaluate(&train).expect("it is tested");
    assert!(after.loss() < 0.5 * before, "{before} to {}", after.loss());
    let held_out = trainer.evaluate(&held_out.expect("some are held out")).expect("it is tested");
    assert!(held_out.value("accuracy") > Some(0.8), "{held_out:?}");
}

#[test]
fn transforms_keep_signs_bounds_and_frozen_entries() {
    let desk = desk();
    for (kind, keeps) in [
        ("\"signed\"", (|a: f32, b: f32| a * b >= 0.0) as fn(f32, f32) -> bool),
        ("{ bounds = { lower = -0.5, upper = 0.5 } }", |_, b| (-0.5..=0.5).contains(&b)),
    ] {
        let table = format!(
            "[[training.transform]]\nof = \"projection.in.weight\"\nkind = {kind}\n\n[training.readout]"
        );
        let Prepared { mut trainer, train, .. } =
            ready(&desk.0, &[("[training.readout]", &table)]).expect("it fits");
        let before = trainer.circuit.values(0).to_vec();
        trainer.epoch(&train, &mut |_| ControlFlow::Continue(())).expect("it trains");
        let after = trainer.circuit.values(0);
        assert!(before.iter().zip(after).all(|(a, b)| keeps(*a, *b)), "{kind}");
        assert!(before.iter().zip(after).any(|(a, b)| a != b), "{kind}: something is learned");
    }
}

/// What an estimate may be off by: it knows no allocator, and no graph.
const NEAR: f64 = 2.0;

#[test]
fn the_estimate_of_memory_is_near_what_is_held() {
    let desk = desk();
    for (size, batch) in [(8, 7), (900, 64)] {
        let (size_of, batch_of) = (format!("size   = {size}"), format!("batch     = {batch}"));
        let changes = [("size   = 8", size_of.as_str()), ("batch     = 7", batch_of.as_str())];
        let scenario = scenario(&desk.0, &changes).expect("it is right");
        let training = scenario.training.as_ref().expect("it has the section");
        let held = ready(&desk.0, &changes).expect("it fits").trainer.bytes() as f64;
        let said = memory::bytes(&scenario, training, f64::from(14 * size), 1);
        assert!(said > held / NEAR && said < held * NEAR, "{size} neurons: {said} against {held}");
    }
}
