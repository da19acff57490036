//! The scenarios that are shipped and trained reach what they expect of themselves.

use std::ops::ControlFlow;

use scenarios::train::{Prepared, fit, prepare, results};
use tests::data::shared;
use tests::network::{shipped, trained_names};
use training::trainer::Epoch;

/// Trainings that take minutes: a piece of each is run here, and what they expect is for `synfire train`.
const LONG: [(&str, &[&str]); 4] = [
    ("dms_spiking", &["training.epochs=1", "training.task.trials=64", "training.task.held_out=16"]),
    ("evidence_eprop", &["training.epochs=1", "training.task.trials=16", "training.task.held_out=8"]),
    ("fashion_conv", &["training.epochs=1", "training.data.samples=320", "training.data.held_out=64"]),
    ("fit_neuron", &["training.epochs=2"]),
];

#[test]
fn every_trained_scenario_ends_as_it_expects() {
    // The folder of the shared data, which tests find beside the workspace.
    let Some(data) = shared("fashion-mnist/train-labels-idx1-ubyte.gz") else { return };
    let folder = data.ancestors().nth(2).expect("the file lies in a folder of the shared data");
    for name in trained_names() {
        let long = LONG.iter().find(|(long, _)| *long == name);
        let changes: Vec<&str> = long.iter().flat_map(|(_, changes)| *changes).copied().collect();
        let scenario = shipped(&name, &[&["run.threads=2"], &changes[..]].concat());
        let Some(training) = scenario.training.as_ref() else {
            let fit = scenario.fit.as_ref().expect("it has the section");
            let made = fit::fit(&scenario, fit, &[folder.to_path_buf()], &|_, _, _| ());
            let made = made.unwrap_or_else(|e| panic!("{e}"));
            as_expected(&name, results::expectations(&fit.expects, &made.epoch));
            continue;
        };
        let data = scenarios::train::samples_in(&scenario, training, &[folder.to_path_buf()]);
        let data = data.unwrap_or_else(|e| panic!("{e}"));
        let mut prepared =
            prepare(&scenario, training, data, &mut |_, _, _| ()).unwrap_or_else(|e| panic!("{e}"));
        let Prepared { trainer, train, held_out, .. } = &mut prepared;
        let mut last = Epoch::default();
        for _ in 0..training.epochs {
            let pass = trainer.epoch(train, &mut |_| ControlFlow::Continue(())).expect("it trains");
            last.train = pass.expect("nobody stops it");
        }
        last.held_out = held_out.as_ref().map(|data| trainer.evaluate(data).expect("it is tested"));
        match long {
            Some(_) => {
                assert!(last.train.cost.is_finite() && last.train.spikes.iter().sum::<u64>() > 0, "{name}")
            }
            None => as_expected(&name, results::expectations(&training.expects, &last)),
        }
    }
}

fn as_expected(name: &str, found: Vec<recording::Expectation>) {
    assert!(!found.is_empty(), "{name} expects nothing of itself");
    for one in found {
        assert!(one.passed, "{name}: {one:?}");
    }
}
