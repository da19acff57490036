//! Traub-Miles neuron against NEST's hh_cond_exp_traub: gates and voltage of a cell that starts at 10 mV, fires and is
//! hyperpolarised, with two small excitatory conductances and a late current.

use tests::data::csv;
use tests::rig::{Wires, neuron, plan, receptor};

use crate::Single;

/// Steps of ours in one of NEST's.
const FINER: u32 = 100;
const DT: f64 = 0.1 / FINER as f64;

/// Steady state of a gate.
fn steady(alpha: f64, beta: f64) -> f64 {
    alpha / (alpha + beta)
}

fn traub() -> Single {
    // NEST starts the gates in equilibrium at its default rest of −60 mV, with voltages not shifted by v_t.
    let u: f64 = -60.0;
    let ratio = |x: f64, y: f64| x / ((x / y).exp() - 1.0);
    let n = steady(0.032 * ratio(15.0 - u, 5.0), 0.5 * ((10.0 - u) / 40.0).exp());
    let m = steady(0.32 * ratio(13.0 - u, 4.0), 0.28 * ratio(u - 40.0, 5.0));
    let h = steady(0.128 * ((17.0 - u) / 18.0).exp(), 4.0 / (1.0 + ((40.0 - u) / 5.0).exp()));
    let params = [
        ("g_na", 19_000.0),
        ("g_k", 5000.0),
        ("g_l", 9.0),
        ("c_m", 110.0),
        ("e_na", 40.0),
        ("e_k", -80.0),
        ("e_l", -70.0),
        ("t_ref", 3.5),
        ("i_e", 1.0),
    ];
    let mut plan = plan(neuron("hh_traub"), 1, &params, &[("v", 10.0), ("m", m), ("h", h), ("n", n)]);
    plan.integrator = Some("rk4".into());
    Single::new(DT, plan, |rig, cell| {
        let train = rig.train(1, &[(0, 0.1), (0, 1.2)]);
        let excitation = receptor("exponential", &[("tau", 0.3)], Some(("conductance", &[("e_rev", 1.0)])));
        rig.wire(train, cell, excitation, Wires::one_to_one(1, 1.0, 10 * FINER));
        // The device's current takes the default delay of 1 ms, and one step of NEST's input buffer.
        rig.inject(cell, 1, [vec![0.0; 11 * FINER as usize], vec![100.0]].concat());
    })
}

/// What NEST asks of an equal program. Ours is not one: it is solved to nine digits, while NEST's adaptive rule may err by
/// 1e-3 mV in each of its steps.
const EQUAL: f64 = 1e-5;
/// What such errors may sum up to over the spike, in mV.
const ADAPTIVE: f64 = 2e-3;
/// NEST's step after which the voltage moves by less than 0.5 mV in a step, so that its rule errs no more.
const QUIET: f64 = 13.0;

#[test]
fn a_spike_and_its_after_potential_follow_nest() {
    let Some(table) = csv("nest_hh_cond_exp_traub/V_m.csv") else { return };
    let mut cell = traub();
    let (mut worst, mut quiet) = (0.0f64, 0.0f64);
    for (tenths, right) in table.of("t_steps").iter().zip(table.of("V_m_mV")) {
        while f64::from(FINER) * tenths > cell.running.now() as f64 {
            cell.step();
        }
        let off = (cell.value(0) - right).abs();
        worst = worst.max(off);
        if *tenths >= QUIET {
            quiet = quiet.max(off / right.abs());
        }
    }
    println!("off by at most {worst:.1e} mV, by {quiet:.1e} of the voltage after the spike");
    assert!(
        worst < ADAPTIVE && quiet < EQUAL,
        "off by {worst} mV, and {quiet} of the voltage after the spike"
    );
}
