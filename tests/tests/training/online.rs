//! Online: networks that learn while a trial runs, from a scenario: the same bits from any number of threads and after any
//! interruption, the gradient of the way back where theory says so, and clear words where a rule cannot follow.

use std::ops::ControlFlow;

use scenarios::train::Prepared;
use training::checkpoint::Tensors;

use crate::small::{desk, ready, refused};

/// Changes of the text that let it be learned online.
const READ: (&str, &str) = ("of = \"output\"\n", "of = \"output\"\nreduce = \"each\"\nstart = \"20 ms\"\n");
/// Cells without threshold.
const OUTPUT: (&str, &str) = (
    "neuron = \"lif\"\nparams = { e_l = \"0 mV\", v_th = \"1000 mV\", tau_m = \"10 ms\", c_m = \"10 pF\" }",
    "neuron = \"leaky\"",
);
const LEAKY: (&str, &str) = (
    "[population.pixels]",
    "[model.leaky]\nequations = \"dv/dt = (r*i - v) / tau_m : mV\"\nparameters = { tau_m = \"10 ms\", r = \"1 GOhm\" }\n\n\
     [population.pixels]",
);
const E_PROP: &str = "method = \"e_prop\"";

fn changes<'a>(training: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[READ, OUTPUT, LEAKY, ("clip      = 5", training)], more].concat()
}

/// Everything of a training, as bits.
fn bits(prepared: &Prepared) -> Vec<(String, Vec<u32>)> {
    let tensors = prepared.trainer.checkpoint().tensors;
    tensors.into_iter().map(|(name, _, x)| (name, x.iter().map(|x| x.to_bits()).collect())).collect()
}

fn epoch(prepared: &mut Prepared) -> f64 {
    let Prepared { trainer, train, .. } = prepared;
    let pass = trainer.epoch(train, &mut |_| ControlFlow::Continue(())).expect("it trains");
    pass.expect("nobody stops it").loss()
}

#[test]
fn each_online_method_learns_which_half_is_the_stronger() {
    for method in
        ["\"e_prop\"", "{ e_prop = { feedback = \"random\", sd = 1 } }", "\"d_rtrl\"", "\"es_d_rtrl\""]
    {
        let desk = desk();
        let mut prepared = ready(&desk.0, &changes(&format!("method = {method}"), &[])).expect("it fits");
        (0..12).for_each(|_| {
            epoch(&mut prepared);
        });
        let held_out = prepared.held_out.take().expect("samples are held out");
        let accuracy = prepared.trainer.evaluate(&held_out).expect("it is tested").value("accuracy");
        assert!(accuracy >= Some(0.8), "{method}: {accuracy:?}, where chance gives 0.5");
    }
}

#[test]
fn updates_of_a_layer_without_recurrence_are_those_of_the_way_back() {
    let desk = desk();
    let regulariser =
        "\n[[training.regulariser]]\nof = \"population.hidden.rate\"\nkind = { mean_square = 1e-3 }\n";
    let [mut back, mut online] = ["method = \"bptt\"", "method = \"e_prop\""].map(|method| {
        let text = format!("{method}{regulariser}");
        let batch = [("batch     = 7", "batch     = 1"), ("adam = { lr = 0.02 }", "sgd = { lr = 0.01 }")];
        ready(&desk.0, &changes(&text, &batch)).expect("it fits")
    });
    let begun = bits(&back);
    for prepared in [&mut back, &mut online] {
        // One update of one trial, whose spikes are punished as well.
        let Prepared { trainer, train, .. } = prepared;
        trainer.epoch(train, &mut |_| ControlFlow::Break(())).expect("it trains");
    }
    for ((name, a), ((_, b), (_, before))) in
        bits(&back).into_iter().zip(bits(&online).into_iter().zip(begun))
    {
        let [a, b, before] = [a, b, before].map(|x| x.into_iter().map(f32::from_bits).collect::<Vec<f32>>());
        let most = a.iter().zip(&before).fold(0.0f32, |m, (a, b)| m.max((a - b).abs()));
        assert!(most > 1e-5, "`{name}` learns: {most}");
        for (k, (a, b)) in a.iter().zip(&b).enumerate() {
            // Both are in single precision, in different orders.
            assert!(
                (a - b).abs() <= 1e-3 * most,
                "`{name}` [{k}]: {a} back, {b} online, moved by {most} at most"
            );
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let desk = desk();
    let [one, two, three] = ["1", "2", "3"].map(|n| {
        let threads = format!("threads  = {n}");
        let mut prepared = ready(&desk.0, &changes(E_PROP, &[("threads  = 1", &threads)])).expect("it fits");
        epoch(&mut prepared);
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
    for method in [E_PROP, "method = { es_d_rtrl = 0.9 }", "truncate = 6"] {
        let make = || ready(&desk.0, &changes(method, &[])).expect("it fits");
        let mut whole = make();
        (0..2).for_each(|_| {
            epoch(&mut whole);
        });
        let mut first = make();
        let Prepared { trainer, train, .. } = &mut first;
        let stop = |batch| if batch == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        trainer.epoch(train, &mut |now| stop(now.batch)).expect("it trains");
        let file = desk.0.join("checkpoint.safetensors");
        trainer.checkpoint().write(&file).expect("the disk has room");
        let from = Tensors::read(&file).expect("it was just written");
        let mut second = make();
        second.trainer.resume(&from).expect("it is the same training");
        (0..2).for_each(|_| {
            epoch(&mut second);
        });
        assert_eq!(bits(&second), bits(&whole), "{method}");
    }
}

#[test]
fn a_checkpoint_of_another_method_is_refused() {
    let desk = desk();
    let from = ready(&desk.0, &changes(E_PROP, &[])).expect("it fits").trainer.checkpoint();
    let refuse = |method: &str| {
        let mut other = ready(&desk.0, &changes(method, &[])).expect("it fits");
        other.trainer.resume(&from).expect_err("it is of another training")
    };
    let found = refuse("method = \"bptt\"");
    let wanted = "its `method` is `online by traces of synapses`, and here it is `back through time`; training goes on only as it began";
    assert_eq!(found, wanted);
}

#[test]
fn what_is_learned_online_takes_as_much_memory_for_a_long_trial_as_for_a_short_one() {
    for method in [E_PROP, "method = \"es_d_rtrl\""] {
        let desk = desk();
        let of = |duration: &str| {
            let last = ("reduce = \"each\"\nstart = \"20 ms\"\n", "reduce = \"last\"\n");
            let more = [("duration = \"30 ms\"", duration), last];
            let mut prepared = ready(&desk.0, &changes(method, &more)).expect("it fits");
            let Prepared { trainer, train, .. } = &mut prepared;
            trainer.epoch(train, &mut |_| ControlFlow::Break(())).expect("it trains");
            trainer.bytes()
        };
        let [short, long] = ["duration = \"1000 ms\"", "duration = \"100000 ms\""].map(of);
        assert!(long * 50 <= short * 51, "{method}: {short} bytes for 1,000 steps, {long} for 100,000");
    }
}

#[test]
fn what_cannot_be_learned_online_is_said_while_loading() {
    let desk = desk();
    let found = refused(&desk.0, &[("clip      = 5", E_PROP), READ]);
    assert!(found.contains("population `output` is no readout for online learning"), "{found}");
    assert!(found.contains("training.method"), "{found}");
    let punished =
        format!("{E_PROP}\n[[training.regulariser]]\nof = \"population.hidden.v\"\nkind = \"mean_square\"\n");
    let found = refused(&desk.0, &changes(&punished, &[]));
    let wanted = "training.regulariser.of: `population.hidden.v` is punished in every step, which `e_prop` does not follow";
    assert!(found.contains(wanted), "{found}");
    let deeper = "\n[[projection]]\nname = \"deep\"\nfrom = \"pixels\"\nto = \"more\"\nsynapse = { exponential = { tau = \"5 ms\" } }\n\
                  output = \"current\"\nconnect = \"all_to_all\"\nweight = \"1 pA\"\ndelay = \"1 ms\"\n\n[population.more]\nsize = 3\n\
                  neuron = \"leaky\"\n\n[training]\n";
    let found = refused(&desk.0, &changes(E_PROP, &[("[training]\n", deeper)]));
    let wanted =
        "`projection.deep.weight` is not learned online: `more` is not read, and projects to nothing that is";
    assert!(found.contains(wanted), "{found}");
    let found = refused(
        &desk.0,
        &changes("truncate = 5", &[("name    = \"in\"", "name    = \"in\"\nshort_term = \"stp\"")]),
    );
    assert!(
        found.contains("projection `in` has short-term plasticity, whose gradient is not truncated"),
        "{found}"
    );
}
