//! Sonata: a published circuit with published spikes, run by the engine.

use scenarios::circuit::{DT, assemble_circuit};
use sonata::{Circuit, read_spikes};
use tests::data::shared;
use tests::network::run;

/// Cell and time in ms, by cell and then time.
type Train = Vec<(u32, f64)>;

/// Times of the reference are sums of f64 that differ from multiples of the step in the last bits.
const ROUNDING_MS: f64 = 1e-9;
/// What the folder's README counts.
const REFERENCE: usize = 4_322;

fn sorted(mut train: Train) -> Train {
    train.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    train
}

fn computed(circuit: &Circuit, threads: usize) -> Train {
    let mut simulation = assemble_circuit(circuit, threads, None).unwrap_or_else(|e| panic!("{e}"));
    let cells = circuit.populations.iter().position(|p| !p.is_virtual()).expect("there are cells");
    let mut train = Vec::new();
    run(&mut simulation, (circuit.run.tstop_ms / DT).round() as u64, |step, population, fired| {
        if population == cells {
            train.extend(fired.iter().map(|cell| (*cell, step as f64 * DT)));
        }
    });
    sorted(train)
}

#[test]
fn three_hundred_cells_fire_at_exactly_the_published_times() {
    let Some(config) = shared("sonata_examples/300_intfire/config.json") else { return };
    let Some(output) = shared("sonata_examples/300_intfire/output/spikes.h5") else { return };
    let reference = read_spikes(&output).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let reference = sorted(reference.node_ids.into_iter().zip(reference.times_ms).collect());
    assert_eq!(reference.len(), REFERENCE);

    let circuit = Circuit::read(&config).unwrap_or_else(|e| panic!("{e}"));
    let one = computed(&circuit, 1);
    assert_eq!(one.len(), REFERENCE, "as many spikes as in the reference");
    for ((cell, time), (their_cell, their_time)) in one.iter().zip(&reference) {
        assert_eq!(
            cell, their_cell,
            "cell {cell} at {time} ms, the reference has {their_cell} at {their_time} ms"
        );
        assert!(
            (time - their_time).abs() <= ROUNDING_MS,
            "cell {cell}: {time} ms, the reference has {their_time} ms"
        );
    }
    assert_eq!(one, computed(&circuit, 2), "two threads");
}
