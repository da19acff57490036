//! The same bits: from any number of threads, and from a checkpoint after any update.

use std::ops::ControlFlow;

use scenarios::train::Prepared;
use training::checkpoint::Tensors;

use crate::small::{desk, ready};

/// Parameters, and what the optimiser remembers, as bits.
fn bits(prepared: &Prepared) -> Vec<(String, Vec<u32>)> {
    let tensors = prepared.trainer.checkpoint().tensors;
    tensors.into_iter().map(|(name, _, x)| (name, x.iter().map(|x| x.to_bits()).collect())).collect()
}

fn epochs(prepared: &mut Prepared, count: usize) {
    let Prepared { trainer, train, .. } = prepared;
    for _ in 0..count {
        let pass = trainer.epoch(train, &mut |_| ControlFlow::Continue(())).expect("it trains");
        assert!(pass.is_some());
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let desk = desk();
    let [one, two, three] = ["1", "2", "3"].map(|n| {
        let mut prepared = ready(&desk.0, &[("threads  = 1", &format!("threads  = {n}"))]).expect("it fits");
        epochs(&mut prepared, 2);
        let held_out = prepared.held_out.take().expect("samples are held out");
        let tested = prepared.trainer.evaluate(&held_out).expect("it is tested");
        (bits(&prepared), tested.cost.to_bits(), tested.metrics)
    });
    assert_eq!(one, two);
    assert_eq!(one, three);
}

#[test]
fn training_goes_on_from_a_checkpoint_to_the_same_bits() {
    let desk = desk();
    let extra: &[(&str, &str)] = &[(
        "clip      = 5",
        "clip = 5\nlearn = [\"projection.*.weight\", \"population.hidden.tau_m\", \"projection.in.tau\"]\n\
         schedule = { exponential = { gamma = 0.9 } }\n[[training.transform]]\nof = \"population.hidden.tau_m\"\n\
         kind = { softplus = { lower = 1 } }",
    )];
    let mut whole = ready(&desk.0, extra).expect("it fits");
    epochs(&mut whole, 4);

    // Interrupted in the second epoch after its fifth update, and again at the end of the third.
    let mut first = ready(&desk.0, extra).expect("it fits");
    epochs(&mut first, 1);
    let Prepared { trainer, train, .. } = &mut first;
    let stop = |batch| if batch == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let pass = trainer.epoch(train, &mut |now| stop(now.batch)).expect("it trains");
    assert!(pass.is_none(), "it was stopped");
    let file = desk.0.join("checkpoint.safetensors");
    trainer.checkpoint().write(&file).expect("the disk has room");

    let mut second = ready(&desk.0, extra).expect("it fits");
    second
        .trainer
        .resume(&Tensors::read(&file).expect("it was just written"))
        .expect("it is the same training");
    epochs(&mut second, 2);
    second.trainer.checkpoint().write(&file).expect("the disk has room");
    assert_ne!(bits(&second), bits(&whole), "there is something left to learn");

    let mut third = ready(&desk.0, extra).expect("it fits");
    third
        .trainer
        .resume(&Tensors::read(&file).expect("it was just written"))
        .expect("it is the same training");
    epochs(&mut third, 1);
    assert_eq!(bits(&third), bits(&whole));
    assert_eq!(third.trainer.step, whole.trainer.step);
}

#[test]
fn another_seed_of_training_gives_other_weights_and_the_same_gives_the_same() {
    let desk = desk();
    let [a, b, c] = ["seed = 1", "seed = 1", "seed = 2"].map(|seed| {
        let mut prepared = ready(&desk.0, &[("clip      = 5", seed)]).expect("it fits");
        epochs(&mut prepared, 1);
        bits(&prepared)
    });
    assert_eq!(a, b);
    assert_ne!(a, c);
}

#[test]
fn a_checkpoint_of_another_training_is_refused() {
    let desk = desk();
    let prepared = ready(&desk.0, &[]).expect("it fits");
    let from = prepared.trainer.checkpoint();
    let refuse = |changes: &[(&str, &str)]| {
        let mut other = ready(&desk.0, changes).expect("it fits");
        other.trainer.resume(&from).expect_err("it is of another training")
    };
    let found = refuse(&[("batch     = 7", "batch = 8")]);
    assert_eq!(found, "its `batch` is `7`, and here it is `8`; training goes on only as it began");
    let found = refuse(&[("adam = { lr = 0.02 }", "sgd = { lr = 0.1 }")]);
    assert!(found.contains("its `optimiser` is `adam`"), "{found}");
    let found = refuse(&[("size   = 8", "size   = 9")]);
    assert!(
        found.contains("its `projection.in.weight` has the shape [12, 8]; this network has [12, 9]"),
        "{found}"
    );
    let found = refuse(&[("clip      = 5", "learn = [\"population.hidden.tau_m\"]")]);
    assert!(found.contains("it has no `population.hidden.tau_m`; it is of a network that learns"), "{found}");
}
