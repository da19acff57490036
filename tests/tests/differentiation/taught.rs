//! Neurons that a teacher makes fire: they do so in the steps it says and in no others, and their gradient, from spike to spike, is that
//! which differences show.

use differentiation::{Circuit, Cotangents, Outcome, Settings, Tape, Task, Watch};
use ecs_core::network::Team;
use tests::network::registry;

use crate::agree::Distance;
use crate::nets::{built, circuit, spiking};

const STEPS: usize = 120;
/// When each of two neurons is made to fire; the third never is.
const LESSON: [&[u64]; 3] = [&[20, 55, 90], &[37], &[]];
const LEARNED: [&str; 4] =
    ["population.cells.tau_m", "population.cells.v_reset", "population.*.e_l", "population.cells.initial.v"];
/// What central differences leave in double precision.
const TOLERANCE: f64 = 1e-7;

/// Its threshold is far away: nobody fires but at the teacher's word.
const CELLS: &str = r#"
[scenario]
title  = "taught"
source = "this project"
format = 1

[run]
duration  = "60 ms"
dt        = "0.5 ms"
seed      = 1
precision = "f64"

[population.cells]
size   = 3
neuron = "lif"
params = { e_l = "-70 mV", v_th = "500 mV", v_reset = "-62 mV", tau_m = "20 ms", t_ref = "2 ms", i_e = "300 pA" }
state  = { v = "-65 mV" }
"#;

struct Taught {
    distance: Distance,
    taught: bool,
    spikes: std::sync::Mutex<Vec<Vec<u64>>>,
}

impl Task<f64> for Taught {
    fn taught(&self) -> bool {
        self.taught
    }
    fn watches(&self) -> Vec<Watch> {
        Task::<f64>::watches(&self.distance)
    }
    fn cost(&self, outcome: &Outcome<'_, f64>, cotangents: Option<&mut Cotangents<'_, f64>>) -> f64 {
        let fired = |neuron: u32| {
            let by = |step: &usize| outcome.spikes[0].of(*step, 0).neurons.contains(&neuron);
            (0..STEPS).filter(by).map(|step| step as u64).collect()
        };
        *self.spikes.lock().expect("nobody panics") = (0..3).map(fired).collect();
        self.distance.cost(outcome, cotangents)
    }
}

fn taught(circuit: &Circuit<f64>, taught: bool) -> Taught {
    let distance = Distance::of(circuit, (-60.0, 10.0), STEPS);
    Taught { distance, taught, spikes: std::sync::Mutex::default() }
}

#[test]
fn who_is_taught_fires_when_told_and_the_gradient_is_that_of_differences() {
    let registry = registry();
    let mut simulation = built(CELLS);
    let mut circuit = circuit::<f64>(&mut simulation, &LEARNED, spiking(&registry, "relu_grad", false));
    let paths: Vec<&str> = circuit.parameters.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(paths[2], "population.cells.e_l", "a star stands for each population");
    let mut lesson = vec![Vec::new(); STEPS];
    for (neuron, steps) in LESSON.iter().enumerate() {
        steps.iter().for_each(|step| lesson[*step as usize].push(neuron as u32));
    }
    circuit.teach(0, lesson).expect("these neurons have a threshold");
    let team = Team::new(1);
    let settings = Settings { steps: STEPS, segment: Some(7), truncate: None, smooth: false };
    let tape = Tape::new(&circuit, settings, 1, &team);
    let task = taught(&circuit, true);
    let done = tape.gradient(&circuit, &team, 0..1, &task).expect("it runs");
    assert_eq!(*task.spikes.lock().expect("nobody panics"), LESSON.map(<[u64]>::to_vec));
    let alone = taught(&circuit, false);
    tape.evaluate(&circuit, &team, 0..1, &alone).expect("it runs");
    assert!(
        alone.spikes.lock().expect("nobody panics").iter().all(Vec::is_empty),
        "tested, they are on their own"
    );
    for k in 0..LEARNED.len() {
        let value = circuit.values(k)[0];
        let step = value.abs() * 1e-6;
        let mut at = |x: f64| {
            circuit.update(k, |values| values[0] = x);
            let task = taught(&circuit, true);
            let tape = Tape::new(&circuit, settings, 1, &team);
            tape.evaluate(&circuit, &team, 0..1, &task).expect("it runs").cost
        };
        let wanted = (at(value + step) - at(value - step)) / (2.0 * step);
        at(value);
        let found = done.gradient[k][0];
        assert!(wanted.abs() > 1e-3, "{}: it matters", LEARNED[k]);
        assert!(
            (found - wanted).abs() <= TOLERANCE.max(1e-6 * wanted.abs()),
            "{}: {found}, {wanted}",
            LEARNED[k]
        );
    }
}

#[test]
fn a_lesson_for_neurons_that_are_not_there_is_refused() {
    let registry = registry();
    let mut simulation = built(CELLS);
    let mut circuit = circuit::<f64>(&mut simulation, &LEARNED, spiking(&registry, "relu_grad", false));
    let refused = circuit.teach(0, vec![vec![3]]).expect_err("there are three");
    assert!(refused.contains("`cells`: neuron 3 is taught; there are 3"), "{refused}");
}
