//! Places: populations in space, and projections that go by distance, from the text of a scenario to its matrix.

use scenarios::estimate::estimate;
use scenarios::schema::Scenario;
use tests::network::{raster, written};

use crate::desk::Desk;
use crate::matrix::Matrix;

/// Neurons at 0, 1 and 3 mm, and at 3.5 mm.
const LINE: &str = "x_um\n0\n1000\n3000\n3500\n";

/// A population and a projection of it onto itself.
fn scenario(desk: &Desk, population: &str, projection: &str) -> Result<Scenario, String> {
    let text = format!(
        r#"
[scenario]
title  = "places"
source = "this project"
format = 1

[run]
duration = "50 ms"
seed     = 1

[population.cells]
neuron = "lif"
params = {{ i_e = "600 pA" }}
state  = {{ v = {{ uniform = ["-70 mV", "-50 mV"] }} }}
{population}

[[projection]]
from = "cells"
to   = "cells"
{projection}
"#
    );
    written(&text, &desk.path).map_err(|e| e.to_string())
}

fn complaint(desk: &Desk, population: &str, projection: &str) -> String {
    let read = scenario(desk, population, projection);
    read.and_then(|s| estimate(&s).map(drop).map_err(|e| e.to_string())).expect_err("impossible")
}

const RADIUS: &str =
    "connect = { distance = { radius = \"2 mm\", self_connections = false } }\ndelay = \"1 ms\"";

#[test]
fn positions_from_a_file_decide_who_is_joined_and_how_strongly() {
    let desk = Desk::new();
    desk.write_bytes("cells.csv", LINE.as_bytes());
    let weight = "weight = { gaussian_decay = { peak = \"2 mV\", sigma = \"1 mm\" } }";
    let place = "size = 4\npositions = \"cells.csv\"";
    let made = scenario(&desk, place, &format!("{RADIUS}\n{weight}")).unwrap_or_else(|e| panic!("{e}"));
    let w = |d: f64| (2.0 * (-0.5 * d * d).exp()) as f32;
    let right = [
        [0.0, w(1.0), 0.0, 0.0],
        [w(1.0), 0.0, w(2.0), 0.0],
        [0.0, w(2.0), 0.0, w(0.5)],
        [0.0, 0.0, w(0.5), 0.0],
    ];
    let found = Matrix::of(&made).rows();
    let near = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-6;
    assert!(found.iter().flatten().zip(right.iter().flatten()).all(near), "{found:?}");
}

#[test]
fn networks_in_space_are_the_same_for_any_number_of_threads() {
    let desk = Desk::new();
    let place = "grid = [40, 50]\nextent = [\"4 mm\", \"5 mm\"]\nperiodic = true";
    let projection = "connect = { gaussian = \"0.3 mm\" }\nweight = { lecun_normal = \"5 mV\" }\n\
                      delay = { per_distance = { slope = \"2 ms/mm\", offset = \"0.5 ms\" } }";
    let made = scenario(&desk, place, projection).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(made.populations[0].size, 2_000);
    let rasters = [1, 2, 3].map(|threads| {
        let mut made = made.clone();
        made.run.threads = threads;
        raster(&made, 500)
    });
    assert!(rasters[0].len() > 2_000 && rasters[0] == rasters[1] && rasters[0] == rasters[2]);
}

#[test]
fn a_matrix_in_a_file_is_the_matrix_of_the_projection() {
    let desk = Desk::new();
    let header = format!("{:<117}\n", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }");
    let values = [0.0_f32, 1.5, -2.0, 0.25];
    let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    bytes.extend(header.into_bytes());
    values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
    desk.write_bytes("w.npy", &bytes);
    let connect = "connect = { matrix = \"w.npy\" }\ndelay = \"1 ms\"";
    let made = scenario(&desk, "size = 2", connect).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(Matrix::of(&made).rows(), [[0.0, 1.5], [-2.0, 0.25]]);
    let only =
        "connect = { matrix = { file = \"w.npy\", weights = 0 } }\nweight = \"3 mV\"\ndelay = \"1 ms\"";
    let made = scenario(&desk, "size = 2", only).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(Matrix::of(&made).rows(), [[0.0, 3.0], [3.0, 3.0]]);
    let message = complaint(&desk, "size = 3", connect);
    assert!(message.contains("2 rows and 2 columns, with 3 pre-neurons and 3 post-neurons"), "{message}");
}

#[test]
fn what_has_no_place_is_refused_with_its_line() {
    let desk = Desk::new();
    desk.write_bytes("cells.csv", LINE.as_bytes());
    let near = format!("{RADIUS}\nweight = \"1 mV\"");
    for (place, projection, part) in [
        ("size = 4", near.as_str(), "the pre-neurons have no places"),
        ("size = 5\npositions = \"cells.csv\"", &near, "has 4 rows for 5 neurons"),
        ("size = 4\npositions = \"cells.csv\"\nextent = [\"2 mm\"]", &near, "has positions outside `extent`"),
        ("size = 4\npositions = \"cells.csv\"\nperiodic = true", &near, "give `extent`"),
        ("size = 4\npositions = \"nowhere.csv\"", &near, "No such file"),
        (
            "size = 4",
            "connect = \"all_to_all\"\nweight = { gaussian_decay = { peak = \"1 mV\", sigma = \"1 mm\" } }\ndelay = \"1 ms\"",
            "a population has no places",
        ),
    ] {
        let message = complaint(&desk, place, projection);
        assert!(
            message.contains(part) && message.contains("case.toml:") && message.contains("^^^"),
            "{message}"
        );
    }
}
