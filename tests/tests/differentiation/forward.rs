//! A trial forward: bit for bit what the engine computes.

use differentiation::{Cotangents, Outcome, Settings, Tape, Task, Watch};
use ecs_core::network::{Population, Summed, Team, read};
use ecs_core::number::{Float, Num, Real};
use tests::network::registry;

use crate::agree::Distance;
use crate::carried::{around, projection};
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
fn voltages<T: Summed>(text: &str) -> [Vec<Vec<f64>>; 2]
where
    Num<T>: Real,
{
    const STEPS: usize = 80;
    let registry = registry();
    let mut simulation = built(text);
    let circuit = circuit::<T>(&mut simulation, &[], spiking(&registry, "relu_grad", false));
    let team = Team::new(1);
    let settings = Settings { steps: STEPS, segment: None, truncate: None, smooth: false };
    let task = Keep(std::sync::Mutex::new(Vec::new()));
    let tape = Tape::new(&circuit, settings, 1, &team);
    let done = tape.evaluate(&circuit, &team, 0..1, &task).expect("it runs");
    assert!(done.spikes.iter().all(|n| *n > 10), "all fire: {:?}", done.spikes);
    let taped = task.0.into_inner().expect("nobody panics");
    let taped = taped.iter().map(|all| all.iter().map(|x| x.to_f64()).collect()).collect();

    let mut simulation = built(text);
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

fn same<T: Summed>(text: &str)
where
    Num<T>: Real,
{
    let [taped, engine] = voltages::<T>(text);
    for (taped, engine) in taped.iter().zip(&engine) {
        let first = taped.iter().zip(engine).position(|(a, b)| a != b);
        let shown = first.map(|k| (k, taped[k], engine[k]));
        assert_eq!(shown, None, "the first number that differs: its place, on the tape, in the engine");
        assert_eq!(taped.len(), engine.len());
    }
}

#[test]
fn a_trial_has_the_bits_of_the_running_network() {
    same::<f32>(&mixed("f32", ""));
    same::<f64>(&mixed("f64", ""));
}

#[test]
fn so_it_has_where_synapses_are_drawn_anew_or_tire_and_where_stimuli_drive() {
    let weight = "connect = { fixed_probability = 0.6 }\nweight = { normal = [\"200 pA\", \"50 pA\"] }";
    let more = projection(
        "in",
        ("input", "a"),
        &format!("{weight}\ndelay = \"1 ms\"\nstorage = \"just_in_time\""),
    ) + &projection(
        "on",
        ("a", "b"),
        &format!("{weight}\ndelay = \"1.5 ms\"\nshort_term = {{ stp = {{}} }}"),
    ) + &projection(
        "self",
        ("a", "a"),
        &format!(
            "{weight}\ndelay = {{ uniform = [\"0.5 ms\", \"3 ms\"] }}\nshort_term = {{ tsodyks = {{}} }}"
        ),
    ) + r#"
[[stimulus]]
to      = "b"
kind    = "poisson"
rate    = "600 Hz"
weight  = "150 pA"
synapse = { exponential = { tau = "4 ms" } }
output  = "current"

[[stimulus]]
to      = "a"
kind    = "ou_process"
mean    = "40 pA"
sd      = "50 pA"
tau     = "5 ms"
"#;
    same::<f32>(&around("f32", &more));
    same::<f64>(&around("f64", &more));
}

/// Spikes are the same over so short a time, so that what differs is rounding, which gradients carry back over 40 steps.
const ROUNDING: f64 = 2e-3;

#[test]
fn gradients_of_hard_spikes_in_single_precision_are_those_in_double_precision_but_for_rounding() {
    const STEPS: usize = 40;
    const ALL: &[&str] =
        &["projection.in.weight", "projection.self.weight", "projection.on.tau", "population.a.tau_m"];
    fn gradient<T: Summed>(precision: &str) -> (Vec<u64>, Vec<Vec<f64>>)
    where
        Num<T>: Real,
    {
        let mut simulation = built(&mixed(precision, ""));
        let circuit = circuit::<T>(&mut simulation, ALL, spiking(&registry(), "piecewise_quadratic", false));
        let (team, settings) =
            (Team::new(1), Settings { steps: STEPS, segment: None, truncate: None, smooth: false });
        let tape = Tape::new(&circuit, settings, 1, &team);
        let done = tape.gradient(&circuit, &team, 0..1, &Distance::of(&circuit, (-65.0, 10.0), STEPS));
        let done = done.expect("it runs");
        (done.spikes, done.gradient.iter().map(|g| g.iter().map(|x| x.to_f64()).collect()).collect())
    }
    let (single, double) = (gradient::<f32>("f32"), gradient::<f64>("f64"));
    assert_eq!(single.0, double.0, "they fire alike");
    assert!(single.0[1] > 10, "some fire: {:?}", single.0);
    for ((path, single), double) in ALL.iter().zip(single.1).zip(double.1) {
        let scale = double.iter().fold(0.0f64, |m, g| m.max(g.abs()));
        assert!(scale > 0.0, "{path} matters");
        for (a, b) in single.iter().zip(&double) {
            assert!((a - b).abs() < ROUNDING * scale, "{path}: {a} against {b}, of {scale}");
        }
    }
}
