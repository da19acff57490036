//! Connections: tables of synapses in every format, delays to the step, and operators as the matrices they stand for.

mod desk;
mod matrix;
mod places;

use desk::{Desk, INPUT, SYNAPSES, listed};
use matrix::Matrix;
use scenarios::estimate::estimate;
use tables::Table;
use tests::network::{Spike, built, raster, written};

/// Steps in which all spikes of the input have arrived.
const STEPS: u64 = 200;

#[test]
fn a_table_makes_the_same_network_from_each_format() {
    let desk = Desk::new();
    let made: Vec<(Vec<Spike>, Matrix)> = ["edges.csv", "edges.parquet", "edges.npz"]
        .into_iter()
        .map(|file| {
            desk.write(file, &listed(SYNAPSES));
            let scenario = written(&desk.scenario(file), &desk.path).unwrap_or_else(|e| panic!("{e}"));
            (raster(&scenario, STEPS), Matrix::of(&scenario))
        })
        .collect();
    assert_eq!(made[0].1.rows(), listed_rows(), "the matrix is the list");
    assert!(made[0] == made[1] && made[0] == made[2]);
}

/// The matrix of [`SYNAPSES`].
fn listed_rows() -> Vec<Vec<f32>> {
    let mut rows = vec![vec![0.0; desk::CELLS]; desk::SOURCES];
    SYNAPSES.iter().for_each(|(pre, post, weight, _)| rows[*pre as usize][*post as usize] += *weight as f32);
    rows
}

#[test]
fn each_synapse_delivers_after_its_own_delay_to_the_step() {
    let desk = Desk::new();
    desk.write("edges.csv", &listed(SYNAPSES));
    let steps = |ms: f64| (ms / desk::DT).round() as u64;
    let mut expected: Vec<Spike> = Vec::new();
    for (neuron, time) in INPUT {
        expected.push((steps(*time), 0, *neuron));
        for (_, post, _, delay) in SYNAPSES.iter().filter(|(pre, ..)| pre == neuron) {
            expected.push((steps(*time) + steps(*delay), 1, *post));
        }
    }
    expected.sort_unstable();
    for threads in [1, 2] {
        let text = desk.scenario("edges.csv").replace("seed = 1", &format!("seed = 1\nthreads = {threads}"));
        let scenario = written(&text, &desk.path).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(raster(&scenario, STEPS), expected, "{threads} threads");
    }
}

/// What a user reads of a scenario that refers to this file.
fn complaint(desk: &Desk, file: &str) -> String {
    let read = written(&desk.scenario(file), &desk.path);
    let message = read.and_then(|scenario| estimate(&scenario).map(drop)).expect_err(file).to_string();
    for part in [file, "case.toml:", "^^^", "table"] {
        assert!(message.contains(part), "{file}: `{part}` in\n{message}");
    }
    message
}

#[test]
fn a_file_that_is_not_there_is_named_with_the_line_that_wants_it() {
    assert!(complaint(&Desk::new(), "nowhere.csv").contains("No such file"));
}

#[test]
fn a_file_that_was_cut_is_refused() {
    let desk = Desk::new();
    for file in ["edges.parquet", "edges.npz"] {
        let whole = desk.write(file, &listed(SYNAPSES));
        for part in [whole.len() / 3, whole.len() - 1] {
            desk.write_bytes(file, &whole[..part]);
            assert!(complaint(&desk, file).contains("damaged"), "{file}");
        }
    }
    desk.write_bytes("edges.csv", b"pre,post,weight,delay_ms\n0,0,1,0.1\n0,1,1\n");
    assert!(complaint(&desk, "edges.csv").contains("line 3"));
}

#[test]
fn a_table_of_the_wrong_shape_is_refused() {
    let desk = Desk::new();
    let columns = |pre: Vec<f64>, post: Vec<f64>, name: &str, third: Vec<f64>| {
        let table = Table::new().with("pre", pre).and_then(|t| t.with(name, post));
        table.and_then(|t| t.with("weight", third)).unwrap_or_else(|e| panic!("{e}"))
    };
    for (table, parts) in [
        (columns(vec![0.0], vec![1.0], "pots", vec![1.0]), vec!["no column `post`", "did you mean `pots`"]),
        (columns(vec![0.5], vec![1.0], "post", vec![1.0]), vec!["column `pre`, row 0", "0.5"]),
        (columns(vec![-1.0], vec![1.0], "post", vec![1.0]), vec!["column `pre`, row 0", "-1"]),
        (columns(vec![0.0, 3.0], vec![1.0, 1.0], "post", vec![1.0; 2]), vec!["pre", "3", "row 1"]),
        (columns(vec![0.0, 1.0], vec![1.0, 1e6], "post", vec![1.0; 2]), vec!["post", "1000000", "row 1"]),
        (columns(vec![0.0], vec![1.0], "post", vec![f64::NAN]), vec!["weight", "NaN", "row 0"]),
    ] {
        desk.write("edges.parquet", &table);
        let message = complaint(&desk, "edges.parquet");
        assert!(parts.iter().all(|part| message.contains(part)), "{parts:?} in\n{message}");
    }
}

/// Rules, and laws of weights, that lead to each layout of an operator.
const LAYOUTS: [(&str, &str, &str); 8] = [
    ("one_to_one", "\"one_to_one\"", "\"0.5 mV\""),
    ("all_to_all", "{ all_to_all = { self_connections = false } }", "\"0.5 mV\""),
    ("all_to_all with itself", "\"all_to_all\"", "\"0.5 mV\""),
    ("dense", "{ all_to_all = { self_connections = false } }", "{ uniform = [\"0.25 mV\", \"2 mV\"] }"),
    ("dense with itself", "\"all_to_all\"", "{ uniform = [\"0.25 mV\", \"2 mV\"] }"),
    ("rows of one weight", "{ fixed_probability = 0.1 }", "\"0.5 mV\""),
    ("rows", "{ fixed_probability = 0.1 }", "{ uniform = [\"0.25 mV\", \"2 mV\"] }"),
    ("repeats", "{ fixed_total = 2_000 }", "\"0.5 mV\""),
];

#[test]
fn an_operator_is_one_matrix_in_every_direction() {
    for precision in ["f32", "f64"] {
        for (name, connect, weight) in LAYOUTS {
            for threads in [1, 2] {
                let text = desk::recurrent(connect, weight, precision, threads);
                let scenario = written(&text, "".as_ref()).unwrap_or_else(|e| panic!("{e}"));
                let matrix = Matrix::of(&scenario);
                let place = format!("{name}, {precision}, {threads} threads");
                matrix.is_what_arrives(&place);
                matrix.is_transposed(&place);
                matrix.has_a_gradient_for_each_synapse(&place);
            }
        }
    }
}

#[test]
fn the_matrices_are_those_that_the_rules_name() {
    let of = |connect: &str, weight: &str| {
        let scenario = written(&desk::recurrent(connect, weight, "f32", 1), "".as_ref());
        Matrix::of(&scenario.unwrap_or_else(|e| panic!("{e}"))).rows()
    };
    let n = desk::RECURRENT;
    let rows = |entry: fn(usize, usize) -> f32| -> Vec<Vec<f32>> {
        (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect()
    };
    // Not `assert_eq`: nobody reads ten thousand numbers.
    assert!(of(LAYOUTS[0].1, LAYOUTS[0].2) == rows(|i, j| if i == j { 0.5 } else { 0.0 }));
    assert!(of(LAYOUTS[1].1, LAYOUTS[1].2) == rows(|i, j| if i == j { 0.0 } else { 0.5 }));
    assert!(of(LAYOUTS[2].1, LAYOUTS[2].2) == rows(|_, _| 0.5));
    for (layout, whole) in [(LAYOUTS[3], false), (LAYOUTS[4], true)] {
        let dense = of(layout.1, layout.2);
        for (i, row) in dense.iter().enumerate() {
            for (j, weight) in row.iter().enumerate() {
                assert!(
                    if whole || i != j { (0.25..2.0).contains(weight) } else { *weight == 0.0 },
                    "{i}, {j}: {weight}"
                );
            }
        }
    }
}

#[test]
fn a_projection_onto_a_range_leaves_the_others_alone() {
    let text = desk::recurrent(LAYOUTS[1].1, LAYOUTS[1].2, "f32", 2);
    let text = text.replace("to      = \"cells\"", "to      = \"cells[60..70]\"");
    let matrix = Matrix::of(&written(&text, "".as_ref()).unwrap_or_else(|e| panic!("{e}")));
    for (i, row) in matrix.rows().iter().enumerate() {
        for (j, weight) in row.iter().enumerate() {
            assert_eq!(*weight, if (60..70).contains(&j) && i != j { 0.5 } else { 0.0 }, "{i}, {j}");
        }
    }
    matrix.is_what_arrives("a range");
    let scenario = written(&text, "".as_ref()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(built(&scenario).synapses(), 1000 - 10);
}
