//! Two passive cells and a gap junction: sum and difference of their voltages relax independently.

use crate::{PASSIVE, run, scenario};

const G_L: f64 = 10.0;
const C_M: f64 = 100.0;
const E_L: f64 = -70.0;
const CURRENT: f64 = 100.0;

/// Two cells joined by `g` nS, the first of which is given a current.
fn two_cells(dt: f64, g: f64, more: &str) -> String {
    scenario(
        dt,
        "",
        &format!(
            r#"{PASSIVE}
[population.cells]
size   = 2
neuron = "passive"

[[coupling]]
from      = "cells[0]"
to        = "cells[1]"
kind      = "gap_junction"
connect   = "one_to_one"
weight    = "{g} nS"
symmetric = true

[[stimulus]]
to        = "cells[0]"
kind      = "constant"
amplitude = "{CURRENT} pA"
{more}"#
        ),
    )
}

/// Both voltages at `t`: (v0 + v1) relaxes with c / g_l and (v0 − v1) with c / (g_l + 2 g).
fn closed_form(g: f64, t: f64) -> [f64; 2] {
    let mode = |conductance: f64| CURRENT / conductance * (1.0 - (-t * conductance / C_M).exp());
    let (sum, difference) = (mode(G_L), mode(G_L + 2.0 * g));
    [E_L + (sum + difference) / 2.0, E_L + (sum - difference) / 2.0]
}

/// The largest distance from the closed form over 30 ms.
fn error(dt: f64, g: f64) -> f64 {
    let all = run(&two_cells(dt, g, ""), (30.0 / dt).round() as usize, &[(0, 0, 0), (0, 0, 1)]);
    let distance = |(n, v): (usize, &Vec<f64>)| {
        let right = closed_form(g, n as f64 * dt);
        (v[0] - right[0]).abs().max((v[1] - right[1]).abs())
    };
    all.iter().enumerate().map(distance).fold(0.0, f64::max)
}

#[test]
fn the_time_course_converges_with_first_order() {
    for g in [1.0, 5.0] {
        let errors = [0.4, 0.2, 0.1, 0.05].map(|dt| error(dt, g));
        println!("g = {g} nS: {errors:?} mV at 0.4, 0.2, 0.1, 0.05 ms");
        assert!(errors[3] < 0.02, "{errors:?}");
        for pair in errors.windows(2) {
            let order = (pair[0] / pair[1]).log2();
            assert!((order - 1.0).abs() < 0.1, "order {order}");
        }
    }
}

/// The coupling coefficient g / (g_l + g), whatever the step: what stands still is not discretised.
#[test]
fn the_coupling_coefficient_is_exact_at_any_step() {
    for (dt, g) in [(0.1, 5.0), (1.0, 5.0), (5.0, 20.0)] {
        let last = run(&two_cells(dt, g, ""), 3000, &[(0, 0, 0), (0, 0, 1)]).pop().expect("it ran");
        let coefficient = (last[1] - E_L) / (last[0] - E_L);
        assert!((coefficient - g / (G_L + g)).abs() < 1e-12, "{coefficient} at g = {g}, dt = {dt}");
    }
}

/// The own part acts as a conductance, so a junction a thousand times stronger than the leak is stable at a hundred times the
/// step that an explicit current would need.
#[test]
fn a_strong_junction_is_stable_at_a_long_step() {
    let all = run(&two_cells(1.0, 10_000.0, ""), 400, &[(0, 0, 0), (0, 0, 1)]);
    let top = closed_form(10_000.0, 1e6)[0];
    assert!(all.iter().flatten().all(|v| (E_L - 1e-9..=top + 1e-9).contains(v)), "no overshoot");
}

#[test]
fn one_way_is_one_way() {
    let text = two_cells(0.1, 5.0, "").replace("symmetric = true", "");
    let all = run(&text, 4000, &[(0, 0, 0), (0, 0, 1)]);
    let last = all.last().expect("it ran");
    assert!((last[0] - (E_L + CURRENT / G_L)).abs() < 1e-9, "nobody draws on the sender: {}", last[0]);
    assert!((last[1] - (E_L + 5.0 / 15.0 * CURRENT / G_L)).abs() < 1e-9, "{}", last[1]);
}

/// A voltage that is clamped is seen in the step in which it is.
#[test]
fn a_clamp_is_heard_at_once() {
    let more = r#"
[[clamp]]
of    = "cells[0]"
v     = "-40 mV"
start = "0.2 ms"
"#;
    let all = run(&two_cells(0.1, 5.0, more), 3, &[(0, 0, 0), (0, 0, 1)]);
    // One step of a membrane with leak and junction, from where it was.
    let g = G_L + 5.0;
    let target = (G_L * E_L + 5.0 * -40.0) / g;
    let right = target + (all[2][1] - target) * (-0.1 * g / C_M).exp();
    assert!((all[3][1] - right).abs() < 1e-12, "{} instead of {right}", all[3][1]);
}
