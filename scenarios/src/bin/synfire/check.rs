//! `synfire check`: all errors of a scenario, and what it will need.

use recording::Machine;
use scenarios::estimate::{bytes, estimate, fits, neurons_alone};

use crate::arguments::Check;
use crate::run::load_scenario;
use crate::{console, exit};

/// Runs the command.
pub fn check(arguments: &Check) -> u8 {
    let scenario =
        match load_scenario(&arguments.scenario, &arguments.plugins, &arguments.changes.overrides()) {
            Ok(scenario) => scenario,
            Err(code) => return code,
        };
    let memory = Machine::here().memory_bytes;
    let cost = match fits(&scenario, &neurons_alone(&scenario), memory).and_then(|()| estimate(&scenario)) {
        Ok(cost) => cost,
        Err(wrong) => {
            console::diagnostics(&wrong);
            return exit::WRONG;
        }
    };
    let mut text = format!("{}: no errors\n", scenario.title);
    text += &format!(
        "  {} neurons, {:.0} synapses, {} steps of {} ms, seed {}\n",
        cost.neurons, cost.synapses, scenario.run.steps, scenario.run.dt, scenario.run.seed
    );
    for (name, synapses, size) in &cost.projections {
        text += &format!("  projection {name:<28} {synapses:>14.0} synapses {:>10}\n", bytes(*size));
    }
    for (layout, projections) in cost.layouts.iter().filter(|(layout, _)| !layout.is_empty()) {
        text += &format!("  layout of {projections}: {layout}\n");
    }
    text += &format!(
        "  memory about {}: synapses {}, state {}, while building {}; the machine has {}\n",
        bytes(cost.bytes()),
        bytes(cost.synapse_bytes),
        bytes(cost.state_bytes),
        bytes(cost.building_bytes),
        bytes(memory as f64)
    );
    text += &format!(
        "  work: {:.3e} neuron updates, and {:.3e} synaptic events a second for each Hz of firing\n",
        cost.updates, cost.events_per_hz
    );
    if cost.reads_per_step > 0.0 {
        text += &format!("  and {:.3e} synapses of couplings read in every step\n", cost.reads_per_step);
    }
    console::out(&text);
    match fits(&scenario, &cost, memory) {
        Ok(()) => exit::OK,
        Err(wrong) => {
            console::diagnostics(&wrong);
            exit::WRONG
        }
    }
}
