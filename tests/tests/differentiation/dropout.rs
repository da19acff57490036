//! Dropout: who is left out is heard by nobody, in a trial that is learned from and in no other; and the gradient is that which
//! differences show.

use differentiation::{Circuit, Cotangents, Outcome, Settings, Tape, Task, Watch};
use ecs_core::network::Team;
use tests::network::registry;

use crate::agree::Distance;
use crate::nets::{built, circuit, spiking};

const STEPS: usize = 60;
const LEARNED: [&str; 3] = ["projection.on.weight", "projection.back.weight", "population.first.tau_m"];
/// What central differences leave in double precision.
const TOLERANCE: f64 = 1e-6;

/// Two populations that hear each other, all of whose neurons fire by amounts.
const CELLS: &str = r#"
[scenario]
title  = "dropout"
source = "this project"
format = 1

[run]
duration  = "60 ms"
dt        = "1 ms"
seed      = 3
precision = "f64"

[population.first]
size   = 40
neuron = "lif"
params = { e_l = "-65 mV", v_th = "-50 mV", v_reset = "-65 mV", tau_m = "20 ms", t_ref = "0 ms", i_e = "400 pA" }
state  = { v = { uniform = { low = "-65 mV", high = "-50 mV" } } }

[population.second]
like = "first"
size = 7

[[projection]]
name    = "on"
from    = "first"
to      = "second"
synapse = { exponential = { tau = "5 ms" } }
output  = "current"
connect = "all_to_all"
weight  = { uniform = { low = "-5 pA", high = "10 pA" } }
delay   = "1 ms"

[[projection]]
name    = "back"
from    = "second"
to      = "first"
synapse = { exponential = { tau = "5 ms" } }
output  = "current"
connect = "all_to_all"
weight  = { uniform = { low = "-5 pA", high = "10 pA" } }
delay   = "2 ms"
"#;

struct Dropped {
    distance: Distance,
    drops: bool,
    /// Steps in which each neuron of the first population was heard, and by how much in sum, `[trial, neuron]`.
    heard: std::sync::Mutex<Vec<Vec<(u32, f64)>>>,
}

impl Task<f64> for Dropped {
    fn drops(&self) -> bool {
        self.drops
    }
    fn watches(&self) -> Vec<Watch> {
        Task::<f64>::watches(&self.distance)
    }
    fn cost(&self, outcome: &Outcome<'_, f64>, cotangents: Option<&mut Cotangents<'_, f64>>) -> f64 {
        let replicas = outcome.series[0].replicas;
        let mut heard = vec![vec![(0, 0.0); 40]; replicas];
        for step in 0..STEPS {
            for (replica, heard) in heard.iter_mut().enumerate() {
                let fired = outcome.spikes[0].of(step, replica);
                for (k, neuron) in fired.neurons.iter().enumerate() {
                    let (n, sum) = &mut heard[*neuron as usize];
                    (*n, *sum) = (*n + 1, *sum + fired.by.get(k).copied().unwrap_or(1.0));
                }
            }
        }
        self.heard.lock().expect("nobody panics").extend(heard);
        self.distance.cost(outcome, cotangents)
    }
}

fn task(circuit: &Circuit<f64>, drops: bool) -> Dropped {
    Dropped { distance: Distance::of(circuit, (-60.0, 10.0), STEPS), drops, heard: Default::default() }
}

fn tape(circuit: &Circuit<f64>, smooth: bool, team: &Team) -> Tape<f64> {
    Tape::new(circuit, Settings { steps: STEPS, segment: Some(7), truncate: None, smooth }, 2, team)
}

#[test]
fn the_gradient_of_a_network_with_neurons_left_out_is_that_of_differences() {
    let registry = registry();
    let mut simulation = built(CELLS);
    let mut circuit = circuit::<f64>(&mut simulation, &LEARNED, spiking(&registry, "sigmoid", true));
    (circuit.populations[0].dropout, circuit.populations[1].dropout) = (0.4, 0.2);
    let team = Team::new(1);
    let done =
        tape(&circuit, true, &team).gradient(&circuit, &team, 0..2, &task(&circuit, true)).expect("it runs");
    let whole =
        tape(&circuit, true, &team).evaluate(&circuit, &team, 0..2, &task(&circuit, false)).expect("it runs");
    assert!((done.cost - whole.cost).abs() > 1e-6 * whole.cost.abs(), "it matters who is left out");
    for k in 0..LEARNED.len() {
        let most = done.gradient[k].iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        for place in (0..circuit.values(k).len()).step_by(23) {
            let value = circuit.values(k)[place];
            let step = value.abs().max(1.0) * 1e-5;
            let mut at = |x: f64| {
                circuit.update(k, |values| values[place] = x);
                tape(&circuit, true, &team)
                    .evaluate(&circuit, &team, 0..2, &task(&circuit, true))
                    .expect("it runs")
                    .cost
            };
            let wanted = (at(value + step) - at(value - step)) / (2.0 * step);
            at(value);
            let found = done.gradient[k][place];
            assert!((found - wanted).abs() <= TOLERANCE * most, "{}[{place}]: {found}, {wanted}", LEARNED[k]);
        }
    }
}

#[test]
fn who_is_left_out_is_heard_by_nobody_and_the_others_for_more() {
    let registry = registry();
    let mut simulation = built(CELLS);
    let mut circuit = circuit::<f64>(&mut simulation, &LEARNED, spiking(&registry, "relu_grad", false));
    circuit.populations[0].dropout = 0.25;
    let heard = |drops: bool, threads: usize, trials: std::ops::Range<u64>| {
        let (team, task) = (Team::new(threads), task(&circuit, drops));
        tape(&circuit, false, &team).evaluate(&circuit, &team, trials, &task).expect("it runs");
        task.heard.into_inner().expect("nobody panics")
    };
    let tested = heard(false, 1, 0..1);
    assert!(tested[0].iter().all(|(n, sum)| *n > 0 && *sum == f64::from(*n)), "tested, all are heard alike");
    let learned = heard(true, 1, 0..200);
    assert!(learned.iter().flatten().all(|(n, sum)| (sum * 0.75 - f64::from(*n)).abs() < 1e-9));
    let silent = learned.iter().flatten().filter(|(n, _)| *n == 0).count();
    // 8,000 draws at 0.25: four standard deviations are 155.
    assert!(silent.abs_diff(2_000) <= 155, "{silent} of 8,000 are left out");
    assert_ne!(learned[0], learned[1], "each trial has its own");
    assert_eq!(heard(true, 2, 0..2).len(), 2);
    assert_eq!(heard(true, 1, 0..2), learned[..2], "the same trials leave out the same neurons");
}
