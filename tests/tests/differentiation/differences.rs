//! The gradient of a smooth network: with the surrogate's integral in place of the step, it is that which differences show.

use tests::network::registry;

use crate::agree::{Comparison, agrees};
use crate::nets::{built, circuit, mixed, spiking};

const STEPS: usize = 80;

/// Everything that the net has to learn.
const ALL: &[&str] = &[
    "projection.in.weight",
    "projection.self.weight",
    "projection.on.weight",
    "projection.slow.weight",
    "projection.back.weight",
    "population.a.tau_m",
    "population.a.v_th",
    "population.a.v_reset",
    "population.a.c_m",
    "population.a.initial.v",
    "population.b.tau_m",
    "population.b.i_e",
    "population.b.initial.v",
    "projection.in.tau",
    "projection.on.tau",
    "projection.on.e_rev",
    "projection.on.initial.g",
    "projection.slow.tau_rise",
    "projection.slow.tau_decay",
];

/// Half of all surrogates' steps are finite: 1e-6 is what differences in double precision leave.
const COMPARISON: Comparison =
    Comparison { steps: STEPS, segment: None, around: (-65.0, 10.0), tolerance: 1e-6, matters: Some(1e-6) };

#[test]
fn the_gradient_of_everything_is_that_of_differences() {
    let registry = registry();
    for (surrogate, segment) in [("sigmoid", None), ("arctan", Some(STEPS)), ("erf", Some(7))] {
        let mut simulation = built(&mixed("f64", ""));
        let mut circuit = circuit::<f64>(&mut simulation, ALL, spiking(&registry, surrogate, true));
        agrees(surrogate, &mut circuit, Comparison { segment, ..COMPARISON });
    }
}
