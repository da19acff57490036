//! Noise: white noise in equations of text: strong orders, stationary statistics, and the same bits however it is run.

use ecs_core::model::{Moment, NeuronModel, Precision, STAGES};
use ecs_core::network::{Storage, Values};
use tests::draws::Draws;
use tests::models::written;
use tests::rig::{Rig, plan};

const MODELS: &str = r#"
[model.growth]
kind = "rate"
input = "1"
equations = "dx/dt = a*x + b*sqrt(1/ms)*x*xi : 1"
parameters = { a = "0.05 1/ms", b = 0.4 }
initial = { x = 1 }

[model.relaxing]
kind = "rate"
input = "1"
equations = """
dx/dt = -x/tau + sigma*sqrt(2/tau)*xi_1 : 1
dy/dt = -y/tau + sigma*sqrt(2/tau)*xi_2 : 1
dz/dt = -z/tau + sigma*sqrt(2/tau)*xi_1 : 1
"""
parameters = { tau = "5 ms", sigma = 2 }
"#;

fn model(name: &str) -> &'static NeuronModel {
    written(MODELS).find(name).unwrap_or_else(|| panic!("no `{name}`"))
}

/// Steps of the finest path, and paths.
const FINE: usize = 512;
const PATHS: usize = 200;

/// Mean distance, at the end of 1 ms, from x = exp((a − b²/2) t + b W) for the same path, in steps of `every` fine ones.
fn distance(integrator: &str, every: usize, paths: &[Vec<f64>]) -> f64 {
    let growth = model("growth");
    let dt = every as f64 / FINE as f64;
    let end = |path: &Vec<f64>| {
        let mut moment = Moment {
            params: vec![0.05, 0.4],
            state: vec![1.0],
            refractory: 0.0,
            inputs: [[0.0; 2]; STAGES],
            jump: 0.0,
            noise: vec![0.0],
            dt,
        };
        for steps in path.chunks(every) {
            moment.noise[0] = steps.iter().sum::<f64>() / (every as f64).sqrt();
            moment.state[0] = growth.inspect.step_f64(integrator, &moment).expect("it takes noise")[0];
        }
        let w = path.iter().sum::<f64>() / (FINE as f64).sqrt();
        (moment.state[0] - (0.05 - 0.08 + 0.4 * w).exp()).abs()
    };
    paths.iter().map(end).sum::<f64>() / paths.len() as f64
}

/// A standard normal number, by Box and Muller.
fn normal(draws: &mut Draws) -> f64 {
    let (u, v) = (draws.between(1e-12, 1.0), draws.between(0.0, 1.0));
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

#[test]
fn each_integrator_that_takes_noise_has_its_strong_order() {
    let mut draws = Draws::new(17);
    let paths: Vec<Vec<f64>> = (0..PATHS).map(|_| (0..FINE).map(|_| normal(&mut draws)).collect()).collect();
    for (integrator, order) in [("euler", 0.5), ("exponential_euler", 0.5), ("milstein", 1.0)] {
        let errors = [64, 16, 4].map(|every| distance(integrator, every, &paths));
        let found = (errors[0] / errors[2]).ln() / 16f64.ln();
        println!("{integrator}: order {found:.2}, errors {errors:?}");
        // 200 paths give the mean error to some 6 %, and the slope over a factor of 16 to 0.03.
        assert!((found - order).abs() < 0.12, "{integrator}: {found}");
    }
    let refused =
        ["midpoint", "heun", "rk4"].map(|name| model("growth").inspect.graph(name, false).is_none());
    assert_eq!(refused, [true; 3], "a rule that takes no noise does not apply");
}

/// The variables of all neurons after 100 ms, `[variable, neuron]`.
fn relaxed(members: usize, storage: Storage) -> [Vec<f64>; 3] {
    const SIZE: usize = 5000;
    let mut rig = Rig::new(0.1, Precision::F32, members);
    let plan = ecs_core::network::PopulationPlan {
        storage,
        state: vec![Values::Uniform(0.0); 3],
        ..plan(model("relaxing"), SIZE, &[], &[])
    };
    let cells = rig.neurons(model("relaxing"), plan);
    let mut running = rig.start();
    (0..1000).for_each(|_| running.step());
    [0, 1, 2].map(|variable| (0..SIZE as u32).map(|k| running.value(cells, variable, k)).collect())
}

fn mean(x: impl Iterator<Item = f64> + Clone) -> f64 {
    x.clone().sum::<f64>() / x.count() as f64
}

#[test]
fn a_relaxing_variable_reaches_its_stationary_spread_and_noises_are_independent() {
    let [x, y, z] = relaxed(1, Storage::Entities);
    let deviations = 4.5;
    let n = (x.len() as f64).sqrt();
    let of = |a: &[f64], b: &[f64]| mean(a.iter().zip(b).map(|(a, b)| a * b));
    assert!(mean(x.iter().copied()).abs() < deviations * 2.0 / n);
    // Variance sigma² = 4, to the step's own error of dt / (2 tau) = 1 %; its standard error is 4 √(2 / n).
    for v in [&x, &y] {
        assert!((of(v, v) - 4.0).abs() < 0.04 + deviations * 4.0 * 2f64.sqrt() / n, "{}", of(v, v));
    }
    assert!(of(&x, &y).abs() < deviations * 4.0 / n, "two names are two noises: {}", of(&x, &y));
    assert_eq!(x, z, "one name is one noise");
}

#[test]
fn noise_has_the_same_bits_for_any_number_of_threads_and_either_storage() {
    let one = relaxed(1, Storage::Entities);
    for (members, storage) in [(2, Storage::Entities), (3, Storage::Entities), (2, Storage::Packed)] {
        assert_eq!(relaxed(members, storage), one, "{members} members, {storage:?}");
    }
}
