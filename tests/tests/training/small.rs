//! A small network that learns which half of its inputs is the stronger.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use scenarios::schema::Scenario;
use scenarios::train::{Prepared, prepare, samples};
use tests::network::registry;

/// Samples in the files.
pub const SAMPLES: usize = 96;
/// Inputs.
pub const WIDTH: usize = 12;

/// A folder with data, gone when dropped.
pub struct Desk(pub PathBuf);

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// An IDX file of bytes.
pub fn idx(shape: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, shape.len() as u8];
    bytes.extend(shape.iter().flat_map(|n| n.to_be_bytes()));
    bytes.extend(values);
    bytes
}

/// A folder with images, of which class 0 is bright on the left and class 1 on the right.
pub fn desk() -> Desk {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("synfire_training_{}_{number}", std::process::id()));
    fs::create_dir_all(&path).expect("a temporary folder");
    let mut state = 1u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let labels: Vec<u8> = (0..SAMPLES).map(|_| noise() >> 7).collect();
    let pixel = |(label, k): (u8, usize), noise: u8| {
        let bright = (k < WIDTH / 2) == (label == 0);
        noise / 2 + if bright { 127 } else { 0 }
    };
    let images: Vec<u8> =
        labels.iter().flat_map(|l| (0..WIDTH).map(|k| (*l, k))).map(|at| pixel(at, noise())).collect();
    let shape = [SAMPLES as u32, 3, WIDTH as u32 / 3];
    fs::write(path.join("images-idx3-ubyte"), idx(&shape, &images)).expect("the folder is ours");
    fs::write(path.join("labels-idx1-ubyte"), idx(&[SAMPLES as u32], &labels)).expect("the folder is ours");
    Desk(path)
}

/// The scenario of such data, with changes of text.
pub fn text(changes: &[(&str, &str)]) -> String {
    let text = r#"
[scenario]
title  = "left or right"
source = "this project"
format = 1

[run]
duration = "30 ms"
dt       = "1 ms"
seed     = 3
threads  = 1

[population.pixels]
size   = 12
neuron = "latency_encoder"
params = { max_val = 255, threshold = 0.2, clip = true, tau = "10 ms", frame = "30 ms" }

[population.hidden]
size   = 8
neuron = "lif"
params = { e_l = "0 mV", v_th = "1 mV", v_reset = "0 mV", tau_m = "10 ms", c_m = "10 pF", t_ref = "0 ms" }
state  = { v = "0 mV" }

[population.output]
size   = 2
neuron = "lif"
params = { e_l = "0 mV", v_th = "1000 mV", tau_m = "10 ms", c_m = "10 pF" }
state  = { v = "0 mV" }

[[projection]]
name    = "in"
from    = "pixels"
to      = "hidden"
synapse = { exponential = { tau = "5 ms" } }
output  = "current"
connect = "all_to_all"
weight  = { normal = ["0.5 pA", "1 pA"] }
delay   = "1 ms"

[[projection]]
name    = "out"
from    = "hidden"
to      = "output"
synapse = { exponential = { tau = "5 ms" } }
output  = "current"
connect = "all_to_all"
weight  = { normal = ["0 pA", "1 pA"] }
delay   = "1 ms"

[training]
epochs    = 4
batch     = 7
optimiser = { adam = { lr = 0.02 } }
clip      = 5

[training.readout]
of = "output"

[training.data]
file     = "images-idx3-ubyte"
targets  = "labels-idx1-ubyte"
held_out = 16
"#;
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the text has `{from}`");
        text.replacen(from, to, 1)
    })
}

/// What a user reads where data or network do not fit.
pub fn refused(desk: &Path, changes: &[(&str, &str)]) -> String {
    match ready(desk, changes) {
        Err(found) => found,
        Ok(_) => panic!("it is refused"),
    }
}

/// The scenario made ready, or what is wrong.
pub fn ready(desk: &Path, changes: &[(&str, &str)]) -> Result<Prepared, String> {
    let scenario = scenario(desk, changes)?;
    let training = scenario.training.as_ref().expect("it has the section");
    let data = samples(&scenario, training).map_err(|e| e.to_string())?;
    prepare(&scenario, training, data, &mut |_, _, _| ()).map_err(|e| e.to_string())
}

/// The scenario, with its files in `desk`.
pub fn scenario(desk: &Path, changes: &[(&str, &str)]) -> Result<Scenario, String> {
    let text = text(changes);
    let file = desk.join("case.toml");
    let name = file.to_string_lossy();
    scenarios::parse(&text, &name, desk, &registry(), &[]).map_err(|e| e.to_string())
}
