//! Postsynaptic potentials of one spike: `psp_closed_form` and NEST's alpha current. Between spikes the membrane is linear,
//! so the propagator must be exact at every step.

use ecs_core::network::ReceptorPlan;
use tests::data::csv;
use tests::rig::{Wires, neuron, plan, receptor};

use crate::Single;

/// A resting neuron that a spike of `weight` reaches at `at` ms, through a delay of `delay` ms.
fn response(dt: f64, synapse: ReceptorPlan, weight: f64, spike: f64, delay: f64) -> Single {
    Single::new(dt, plan(neuron("lif"), 1, &[], &[]), |rig, cell| {
        let train = rig.train(1, &[(0, spike)]);
        rig.wire(train, cell, synapse, Wires::one_to_one(1, weight, (delay / dt).round() as u32));
    })
}

/// What the data's README asks, and what the rounding of a voltage near −70 mV leaves of a small deflection.
const CLOSED_FORM: f64 = 1e-6;
const ROUNDING: f64 = 1e-12;

#[test]
fn exponential_currents_give_their_closed_form() {
    let Some(table) = csv("psp_closed_form/psp_exp.csv") else { return };
    let times = table.of("t_ms");
    for (column, tau) in
        [("dV_tau_syn_2_mV", 2.0), ("dV_tau_syn_0.5_mV", 0.5), ("dV_tau_syn_9.999999_mV", 9.999_999)]
    {
        let synapse = receptor("exponential", &[("tau", tau)], Some(("current", &[])));
        // The spike of step 0 acts after one step: that is time 0 of the data.
        let mut cell = response(0.1, synapse, 100.0, 0.0, 0.1);
        cell.step();
        let mut worst = 0.0f64;
        for (t, right) in times.iter().zip(table.of(column)) {
            while cell.running.now() as f64 * 0.1 < t + 0.1 - 1e-9 {
                cell.step();
            }
            let v = cell.value(0) + 70.0;
            worst = worst.max((v - right).abs() / right.abs().max(1e-3));
            assert!(
                (v - right).abs() <= CLOSED_FORM * right.abs() + ROUNDING,
                "{column} at {t}: {v}, not {right}"
            );
        }
        println!("{column}: largest relative error {worst:e}");
    }
}

/// NEST prints six significant digits.
const NEST_DIGITS: f64 = 1e-6;

#[test]
fn an_alpha_current_gives_the_nest_trace_at_every_step_length() {
    let Some(table) = csv("nest_iaf_psp/psp.csv") else { return };
    for dt in [0.1, 0.2, 0.5, 1.0] {
        let synapse = receptor("alpha", &[("tau", 2.0)], Some(("current", &[])));
        let mut cell = response(dt, synapse, 100.0, 2.0, 1.0);
        let mut compared = 0;
        for (tenths, right) in table.of("t_steps_0.1ms").iter().zip(table.of("V_m_mV")) {
            let steps = tenths * 0.1 / dt;
            if (steps - steps.round()).abs() > 1e-6 {
                continue;
            }
            while (cell.running.now() as f64) < steps.round() {
                cell.step();
            }
            let v = cell.value(0);
            assert!((v - right).abs() <= NEST_DIGITS * right.abs(), "dt {dt}: {v} instead of {right}");
            compared += 1;
        }
        assert!(compared >= 5, "dt {dt}: only {compared} times in common");
    }
}
