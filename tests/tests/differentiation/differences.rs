//! The gradient of a smooth network: with the surrogate's integral in place of the step, it is that which differences show.

use differentiation::{Circuit, Cotangents, Outcome, Settings, Tape, Task, Watch};
use ecs_core::network::Team;
use ecs_core::number::{Float, Num, Real};
use tests::network::registry;

use crate::nets::{built, circuit, mixed, spiking};

const STEPS: usize = 80;
/// More than the replicas of one group.
const TRIALS: u64 = 6;

/// Σ (v + 65 mV)² / 2 of both populations at the last steps, and Σ count² of each.
struct Distance;

impl<T: Float> Task<T> for Distance
where
    Num<T>: Real,
{
    fn watches(&self) -> Vec<Watch> {
        [1, 2].map(|population| Watch { population, variable: 0 }).to_vec()
    }

    fn cost(&self, outcome: &Outcome<'_, T>, cotangents: Option<&mut Cotangents<'_, T>>) -> f64 {
        let mut cost = 0.0;
        let mut slopes: Vec<(usize, usize, usize, usize, f64)> = Vec::new();
        for (w, series) in outcome.series.iter().enumerate() {
            for step in STEPS - 20..STEPS {
                for replica in 0..series.replicas {
                    for (k, v) in series.at(step, replica).iter().enumerate() {
                        let x = (v.to_f64() + 65.0) / 10.0;
                        cost += x * x / 2.0;
                        slopes.push((w, step, replica, k, x / 10.0));
                    }
                }
            }
        }
        cost += outcome.counts.iter().flatten().map(|n| 0.1 * n.to_f64().powi(2)).sum::<f64>();
        if let Some(cotangents) = cotangents {
            for (w, step, replica, k, slope) in slopes {
                cotangents.series[w].at_mut(step, replica)[k] = T::of(slope);
            }
            for (to, counts) in cotangents.spikes.iter_mut().zip(outcome.counts) {
                to.iter_mut().zip(counts).for_each(|(x, n)| *x = T::of(0.2 * n.to_f64()));
            }
        }
        cost
    }
}

/// Everything that the net has to learn.
const ALL: &[&str] = &[
    "projection.in.weight",
    "projection.self.weight",
    "projection.on.weight",
    "projection.slow.weight",
    "projection.back.weight",
    "population.a.tau_m",
    "population.a.v_th",
    "population.a.v_reset",
    "population.a.c_m",
    "population.a.initial.v",
    "population.b.tau_m",
    "population.b.i_e",
    "population.b.initial.v",
    "projection.in.tau",
    "projection.on.tau",
    "projection.on.e_rev",
    "projection.slow.tau_rise",
    "projection.slow.tau_decay",
];

/// The cost with value `at` of parameter `k` moved by `by`.
fn moved(
    circuit: &mut Circuit<f64>,
    (tape, team): (&Tape<f64>, &Team),
    (k, at): (usize, usize),
    by: f64,
) -> f64 {
    let before = circuit.values(k)[at];
    circuit.update(k, |values| values[at] = before + by);
    let cost = tape.evaluate(circuit, team, 0..TRIALS, &Distance).expect("it runs").cost;
    circuit.update(k, |values| values[at] = before);
    cost
}

#[test]
fn the_gradient_of_everything_is_that_of_differences() {
    let registry = registry();
    for (surrogate, segment) in [("sigmoid", None), ("arctan", Some(STEPS)), ("erf", Some(7))] {
        let mut simulation = built(&mixed("f64", ""));
        let mut circuit = circuit::<f64>(&mut simulation, ALL, spiking(&registry, surrogate, true));
        let team = Team::new(1);
        let settings = Settings { steps: STEPS, segment, smooth: true };
        let tape = Tape::new(&circuit, settings, TRIALS as usize, &team);
        let done = tape.gradient(&circuit, &team, 0..TRIALS, &Distance).expect("it runs");
        for (k, gradient) in done.gradient.iter().enumerate() {
            let path = circuit.parameters[k].path.clone();
            let scale = gradient.iter().fold(0.0f64, |m, g| m.max(g.abs()));
            assert!(scale > 1e-6, "{surrogate}: {path} matters: {gradient:?}");
            for at in
                (0..gradient.len()).step_by(gradient.len().div_ceil(5)).filter(|at| gradient[*at] != 0.0)
            {
                let h = 1e-5 * circuit.values(k)[at].abs().max(1e-2);
                let ends = [h, -h].map(|by| moved(&mut circuit, (&tape, &team), (k, at), by));
                let slope = (ends[0] - ends[1]) / (2.0 * h);
                let error = (slope - gradient[at]).abs() / scale;
                assert!(
                    error < 1e-6,
                    "{surrogate}: {path} [{at}]: {} against {slope}, off by {error:.1e}",
                    gradient[at]
                );
            }
        }
    }
}
