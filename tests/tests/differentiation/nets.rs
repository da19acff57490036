//! Nets that combine what can be differentiated.

use std::path::Path;

use differentiation::{Circuit, Neurons, Spiking};
use ecs_core::model::{Surrogate, SurrogateModel};
use ecs_core::network::{Registry, Summed};
use ecs_core::number::{Num, Real};
use scenarios::assemble::{Simulation, keeping_plans};
use tests::network::written;

/// A network of two populations that excite and inhibit themselves and each other, through currents, conductances, magnesium
/// and voltage jumps, with delays of projections and of synapses.
pub fn mixed(precision: &str, more: &str) -> String {
    format!(
        r#"
[scenario]
title  = "a bit of everything"
source = "this project"
format = 1

[run]
duration = "40 ms"
dt       = "0.5 ms"
seed     = 5
precision = "{precision}"
skip_at_rest = false

[population.input]
size   = 12
neuron = "poisson"
params = {{ rate = "60 Hz" }}

[population.a]
size   = 9
neuron = "lif"
params = {{ tau_m = {{ uniform = ["8 ms", "14 ms"] }}, c_m = "100 pF", t_ref = "1 ms" }}
state  = {{ v = {{ uniform = ["-70 mV", "-60 mV"] }} }}

[population.b]
size   = 5
neuron = "lif"
params = {{ tau_m = "12 ms", t_ref = "0 ms", i_e = "150 pA" }}

[[projection]]
name    = "in"
from    = "input"
to      = "a"
synapse = {{ exponential = {{ tau = "4 ms" }} }}
output  = "current"
connect = {{ fixed_probability = 0.6 }}
weight  = {{ normal = ["150 pA", "30 pA"] }}
delay   = "1 ms"

[[projection]]
name    = "self"
from    = "a"
to      = "a"
synapse = {{ exponential = {{ tau = "4 ms" }} }}
output  = "current"
connect = {{ fixed_probability = 0.5 }}
weight  = {{ normal = ["20 pA", "30 pA"] }}
delay   = {{ uniform = ["0.5 ms", "4 ms"] }}

[[projection]]
name    = "on"
from    = "a"
to      = "b"
synapse = {{ alpha = {{ tau = "3 ms" }} }}
output  = {{ conductance = {{ e_rev = "0 mV" }} }}
connect = "all_to_all"
weight  = "3 nS"
delay   = "1.5 ms"

[[projection]]
name    = "slow"
from    = "a"
to      = "b"
synapse = {{ dual_exponential = {{}} }}
output  = {{ nmda = {{}} }}
connect = "all_to_all"
weight  = "2 nS"
delay   = "0.5 ms"

[[projection]]
name    = "back"
from    = "b"
to      = "a"
synapse = "delta"
connect = "all_to_all"
weight  = "-0.4 mV"
delay   = "0.5 ms"

[[stimulus]]
to     = "b"
kind   = "ramp"
final  = "120 pA"
stop   = "40 ms"
{more}"#
    )
}

/// The network of a scenario's text, ready for the tape.
pub fn built(text: &str) -> Simulation {
    let scenario = written(text, Path::new(".")).unwrap_or_else(|e| panic!("{e}"));
    keeping_plans(&scenario, &mut |_, _, _| ()).unwrap_or_else(|e| panic!("{e}"))
}

/// How neurons fire, by the surrogate of that name; the distance from threshold is in units of 15 mV.
pub fn spiking(registry: &Registry, surrogate: &str, smooth: bool) -> Spiking {
    let model = registry.find::<SurrogateModel>(surrogate).expect("it is registered");
    let surrogate = Surrogate::new(model, &[]);
    Spiking { surrogate, scale: 15.0, smooth, through_reset: smooth }
}

/// The circuit of a network, learning what stands at these paths.
pub fn circuit<T: Summed>(simulation: &mut Simulation, learned: &[&str], spiking: Spiking) -> Circuit<T>
where
    Num<T>: Real,
{
    let learned: Vec<String> = learned.iter().map(|path| (*path).to_string()).collect();
    Circuit::new(simulation.app.world_mut(), &learned, &|_: &Neurons<T>| spiking)
        .unwrap_or_else(|e| panic!("{e}"))
}
