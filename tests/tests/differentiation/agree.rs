//! Agree: whether the gradient of what a network has to learn is that which central differences show.

use differentiation::{Circuit, Cotangents, Kind, Outcome, Settings, Tape, Task, Watch};
use ecs_core::network::Team;
use ecs_core::number::{Float, Num, Real};

/// More than the replicas of one group.
pub const TRIALS: u64 = 6;

/// Σ ((x − x₀) / width)² / 2 of the first state variable of populations over the last quarter of a trial, and Σ count² of each neuron.
pub struct Distance {
    /// Populations.
    pub populations: Vec<usize>,
    /// x₀ and the width.
    pub around: (f64, f64),
    /// Steps of a trial.
    pub steps: usize,
}

impl Distance {
    /// Of all populations of neurons.
    pub fn of<T: Float>(circuit: &Circuit<T>, around: (f64, f64), steps: usize) -> Self
    where
        Num<T>: Real,
    {
        let neurons = |k: &usize| matches!(circuit.populations[*k].kind, Kind::Neurons(_));
        Self { populations: (0..circuit.populations.len()).filter(neurons).collect(), around, steps }
    }
}

impl<T: Float> Task<T> for Distance
where
    Num<T>: Real,
{
    fn watches(&self) -> Vec<Watch> {
        self.populations.iter().map(|population| Watch { population: *population, variable: 0 }).collect()
    }

    fn cost(&self, outcome: &Outcome<'_, T>, cotangents: Option<&mut Cotangents<'_, T>>) -> f64 {
        let (middle, width) = self.around;
        let mut cost = 0.0;
        let mut slopes: Vec<(usize, usize, usize, usize, f64)> = Vec::new();
        for (w, series) in outcome.series.iter().enumerate() {
            for step in self.steps - self.steps / 4..self.steps {
                for replica in 0..series.replicas {
                    for (k, v) in series.at(step, replica).iter().enumerate() {
                        let x = (v.to_f64() - middle) / width;
                        cost += x * x / 2.0;
                        slopes.push((w, step, replica, k, x / width));
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

/// How gradient and differences are compared.
#[derive(Clone, Copy)]
pub struct Comparison {
    /// Steps of a trial, and of a segment.
    pub steps: usize,
    pub segment: Option<usize>,
    /// x₀ and width of the cost.
    pub around: (f64, f64),
    /// By how much of its largest element a gradient may be off.
    pub tolerance: f64,
    /// Below this a gradient is none; where the network is meant to depend on all that is learned.
    pub matters: Option<f64>,
}

/// The largest error of the gradient of each parameter, relative to its largest element, with a word on where it is.
pub fn errors(circuit: &mut Circuit<f64>, of: Comparison) -> Vec<(String, f64, String)> {
    let Comparison { steps, segment, around, tolerance, matters } = of;
    let team = Team::new(1);
    let task = Distance::of(circuit, around, steps);
    let tape =
        Tape::new(circuit, Settings { steps, segment, truncate: None, smooth: true }, TRIALS as usize, &team);
    let done = tape.gradient(circuit, &team, 0..TRIALS, &task).expect("it runs");
    let mut found = Vec::new();
    for (k, gradient) in done.gradient.iter().enumerate() {
        let path = circuit.parameters[k].path.clone();
        let scale = gradient.iter().fold(0.0f64, |m, g| m.max(g.abs()));
        if let Some(least) = matters {
            assert!(scale > least, "{path} matters: {gradient:?}");
        }
        let mut worst = (path, 0.0, String::new());
        // Of weights, those that are zero may belong to no synapse.
        let stored = |at: &usize| !worst.0.ends_with(".weight") || gradient[*at] != 0.0;
        let some: Vec<usize> =
            (0..gradient.len()).step_by(gradient.len().div_ceil(5)).filter(stored).collect();
        for at in some {
            let before = circuit.values(k)[at];
            let h = 1e-5 * before.abs().max(1e-2);
            let mut cost = |by: f64| {
                circuit.update(k, |values| values[at] = before + by);
                tape.evaluate(circuit, &team, 0..TRIALS, &task).expect("it runs").cost
            };
            // Differences of a large cost are no better than its last digits.
            let noise = 1e-14 * done.cost.abs() / h;
            let error = |slope: f64| match (slope - gradient[at]).abs() - noise {
                off if off <= 0.0 => 0.0,
                off => off / scale,
            };
            let near = (cost(h) - cost(-h)) / (2.0 * h);
            // Where the slope itself changes fast, the error of second order is taken off.
            let slope = match error(near) < tolerance {
                true => near,
                false => (4.0 * near - (cost(2.0 * h) - cost(-2.0 * h)) / (4.0 * h)) / 3.0,
            };
            let error = error(slope);
            circuit.update(k, |values| values[at] = before);
            if error.is_nan() || error > worst.1 {
                (worst.1, worst.2) = (error, format!("[{at}]: {} against {slope}", gradient[at]));
            }
        }
        found.push(worst);
    }
    found
}

/// Asserts that they agree.
pub fn agrees(what: &str, circuit: &mut Circuit<f64>, of: Comparison) {
    for (path, error, at) in errors(circuit, of) {
        assert!(error < of.tolerance, "{what}: {path} {at}, off by {error:.1e}");
    }
}
