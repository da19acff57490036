//! Data that are damaged or do not fit are refused with words that help.

use std::fs;

use crate::small::{SAMPLES, desk, idx, ready, refused};

#[test]
fn a_file_that_is_cut_short_says_how_much_of_it_is_there() {
    let desk = desk();
    let path = desk.0.join("images-idx3-ubyte");
    let whole = fs::read(&path).expect("it is there");
    fs::write(&path, &whole[..whole.len() - 100]).expect("the folder is ours");
    let found = refused(&desk.0, &[]);
    assert!(found.contains("IDX array: 1052 bytes of values instead of 1152"), "{found}");
    assert!(found.contains("file     = \"images-idx3-ubyte\""), "the line is shown: {found}");
}

#[test]
fn a_file_that_is_not_there_says_where_it_is_looked_for_and_where_to_get_it() {
    let desk = desk();
    let found = refused(
        &desk.0,
        &[("images-idx3", "pictures-idx3"), ("held_out = 16", "source = \"https://example.org\"")],
    );
    for part in ["there is no file `pictures-idx3-ubyte`", "SYNFIRE_DATA", "get it from: https://example.org"]
    {
        assert!(found.contains(part), "{part}: {found}");
    }
}

#[test]
fn images_that_do_not_fit_the_population_are_refused() {
    let desk = desk();
    let found = refused(&desk.0, &[("size   = 12", "size   = 13")]);
    assert!(found.contains("frames of 12 places; 13, one for each neuron, are allowed"), "{found}");
}

#[test]
fn classes_without_a_neuron_are_refused() {
    let desk = desk();
    let labels: Vec<u8> = (0..SAMPLES).map(|k| if k == 5 { 2 } else { 0 }).collect();
    fs::write(desk.0.join("labels-idx1-ubyte"), idx(&[SAMPLES as u32], &labels)).expect("the folder is ours");
    let found = refused(&desk.0, &[]);
    assert!(
        found.contains("target 5 is class 2; the readout has 2 neurons, which stand for the classes 0 to 1"),
        "{found}"
    );
}

#[test]
fn samples_and_targets_of_different_numbers_are_refused_unless_it_is_said_how_many_to_take() {
    let desk = desk();
    let labels = vec![0; SAMPLES + 4];
    fs::write(desk.0.join("labels-idx1-ubyte"), idx(&[SAMPLES as u32 + 4], &labels))
        .expect("the folder is ours");
    let found = refused(&desk.0, &[]);
    assert!(found.contains("there are 96 samples and 100 targets"), "{found}");
    ready(&desk.0, &[("held_out = 16", "samples = 96")]).expect("the first 96 are taken");
    let found = refused(&desk.0, &[("held_out = 16", "samples = 97")]);
    assert!(found.contains("97 samples are asked for of 96 with 100 targets; 1 to 96 are there"), "{found}");
    let found = refused(&desk.0, &[("held_out = 16", "samples = 20\nheld_out = 20")]);
    assert!(found.contains("20 samples are held out of 20; fewer are allowed"), "{found}");
}

#[test]
fn what_cannot_be_learned_is_named_at_its_place() {
    let desk = desk();
    let found = refused(&desk.0, &[("clip      = 5", "learn = \"projection.inn.weight\"")]);
    assert!(found.contains("`projection.inn.weight` is nothing that can be learned"), "{found}");
    let found = refused(
        &desk.0,
        &[(
            "[training.readout]",
            "[[training.transform]]\nof = \"population.hidden.tau_m\"\nkind = \"softplus\"\n\n[training.readout]",
        )],
    );
    assert!(
        found.contains("`population.hidden.tau_m` is not learned; this is: projection.in.weight"),
        "{found}"
    );
}
