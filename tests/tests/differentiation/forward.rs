//! A trial forward: bit for bit what the engine computes.

use differentiation::{Cotangents, Outcome, Settings, Tape, Task, Watch};
use ecs_core::network::{Population, Summed, Team, read};
use ecs_core::number::{Float, Num, Real};
use tests::network::registry;

use crate::nets::{built, circuit, mixed, spiking};

/// Watches the voltages of both populations, and keeps them.
struct Keep<T>(std::sync::Mutex<Vec<Vec<T>>>);

impl<T: Float> Task<T> for Keep<T> {
    fn watches(&self) -> Vec<Watch> {
        [1, 2].map(|population| Watch { population, variable: 0 }).to_vec()
    }
    fn cost(&self, outcome: &Outcome<'_, T>, _: Option<&mut Cotangents<'_, T>>) -> f64 {
        let series =
            outcome.series.iter().map(|s| (0..s.steps()).flat_map(|t| s.at(t, 0).to_vec()).collect());
        *self.0.lock().expect("nobody panics") = series.collect();
        0.0
    }
}

/// The voltages of both populations on the tape, and as the engine computes them.
fn voltages<T: Summed>(precision: &str) -> [Vec<Vec<f64>>; 2]
where
    Num<T>: Real,
{
    const STEPS: usize = 80;
    let registry = registry();
    let mut simulation = built(&mixed(precision, ""));
    let circuit = circuit::<T>(&mut simulation, &[], spiking(&registry, "relu_grad", false));
    let team = Team::new(1);
    let settings = Settings { steps: STEPS, segment: None, smooth: false };
    let task = Keep(std::sync::Mutex::new(Vec::new()));
    let tape = Tape::new(&circuit, settings, 1, &team);
    let done = tape.evaluate(&circuit, &team, 0..1, &task).expect("it runs");
    assert!(done.spikes.iter().all(|n| *n > 10), "all fire: {:?}", done.spikes);
    let taped = task.0.into_inner().expect("nobody panics");
    let taped = taped.iter().map(|all| all.iter().map(|x| x.to_f64()).collect()).collect();

    let mut simulation = built(&mixed(precision, ""));
    let mut engine = vec![Vec::new(); 2];
    let mut values = Vec::new();
    for _ in 0..STEPS {
        let world = simulation.app.world_mut();
        simulation.runner.step(world).expect("the network runs");
        for (of, entity) in engine.iter_mut().zip(&simulation.populations[1..]) {
            let size = world.get::<Population>(*entity).expect("a population").size;
            let all: Vec<u32> = (0..size as u32).collect();
            read(world, *entity, 0, &all, &mut values);
            of.extend(&values);
        }
    }
    [taped, engine]
}

#[test]
fn a_trial_has_the_bits_of_the_running_network() {
    for [taped, engine] in [voltages::<f32>("f32"), voltages::<f64>("f64")] {
        for (taped, engine) in taped.iter().zip(&engine) {
            let first = taped.iter().zip(engine).position(|(a, b)| a != b);
            let shown = first.map(|k| (k, taped[k], engine[k]));
            assert_eq!(shown, None, "the first number that differs: its place, on the tape, in the engine");
            assert_eq!(taped.len(), engine.len());
        }
    }
}
