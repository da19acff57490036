//! Gradient: what groups of replicas add up to, and what it means for parameters from which the numbers of a step follow.

use ecs_core::number::{Float, Num, Real};

use crate::cell::Slot;
use crate::circuit::{Circuit, Kind, Neurons, What, central};
use crate::tape::Evaluation;
use crate::tape::Room;

/// Sums over groups.
pub struct Gradient<T> {
    cost: f64,
    spikes: Vec<u64>,
    /// `[link]`, as the weights are.
    weights: Vec<Vec<T>>,
    /// `[population][wanted]`: one number, or `[neuron]` of a parameter that differs between neurons.
    sums: Vec<Vec<Vec<f64>>>,
    /// Of links, `[link]`; see [`Link::sums`](crate::circuit::Link::sums).
    links: Vec<Vec<f64>>,
    /// Of injected currents, `[population][step]`.
    injected: Vec<Vec<f64>>,
    /// `[population][column of state][neuron]`.
    initial: Vec<Vec<Vec<f64>>>,
}

/// Adds a column `[replica, neuron]` to one number, or to one for each neuron.
fn fold<T: Float>(column: &[T], to: &mut [f64]) {
    let n = to.len();
    column.iter().enumerate().for_each(|(k, x)| to[k % n] += x.to_f64());
}

impl<T: Float> Gradient<T>
where
    Num<T>: Real,
{
    /// Nothing yet.
    pub fn new(circuit: &Circuit<T>, learned: &[bool]) -> Self {
        let weights = circuit.links.iter().zip(learned);
        let zeros = |n: usize| vec![0.0; n];
        let neurons = |k: usize| circuit.neurons(k);
        let sums = |k: usize| {
            let Some(neurons) = neurons(k) else { return Vec::new() };
            let cell = neurons.cell.as_ref().expect("a circuit that is ready has all cells");
            let size = |slot: &Slot| match slot {
                Slot::Param(row) => neurons.params[*row].as_slice().len(),
                _ => 1,
            };
            cell.wanted.iter().map(|slot| zeros(size(slot))).collect()
        };
        let initial = |k: usize| {
            let Some(neurons) = neurons(k) else { return Vec::new() };
            vec![zeros(circuit.populations[k].size); neurons.shape.columns()]
        };
        let all = 0..circuit.populations.len();
        Self {
            cost: 0.0,
            spikes: vec![0; all.len()],
            weights: weights
                .map(|(link, on)| vec![T::default(); if *on { link.matrix.weights.len() } else { 0 }])
                .collect(),
            sums: all.clone().map(sums).collect(),
            links: circuit.links.iter().map(|link| zeros(link.sums())).collect(),
            injected: all.clone().map(|_| Vec::new()).collect(),
            initial: all.map(initial).collect(),
        }
    }

    /// Adds what a group found.
    pub fn add(&mut self, circuit: &Circuit<T>, room: &Room<T>, cost: f64, back: bool) {
        self.cost += cost;
        for (total, raster) in self.spikes.iter_mut().zip(&room.rasters) {
            *total += raster.total() as u64;
        }
        if !back {
            return;
        }
        for (sum, gradient) in self.weights.iter_mut().zip(&room.weights) {
            sum.iter_mut().zip(gradient).for_each(|(x, add)| *x = (Num(*x) + Num(*add)).0);
        }
        for (sums, more) in self.links.iter_mut().zip(&room.sums) {
            sums.iter_mut().zip(more).for_each(|(sum, add)| *sum += add);
        }
        for (sums, more) in self.injected.iter_mut().zip(&room.injected) {
            sums.resize(more.len(), 0.0);
            sums.iter_mut().zip(more).for_each(|(sum, add)| *sum += add);
        }
        for (p, columns) in room.columns.iter().enumerate() {
            let (Some(columns), Kind::Neurons(neurons)) = (columns, &circuit.populations[p].kind) else {
                continue;
            };
            let n = columns.length;
            for (j, to) in self.sums[p].iter_mut().enumerate() {
                fold(&columns.sums[0][j * n..][..n], to);
            }
            for (row, to) in self.initial[p].iter_mut().enumerate().take(neurons.shape.columns()) {
                fold(&columns.cotangents[0][row * n..][..n], to);
            }
        }
    }

    /// The gradient of each parameter.
    pub fn finish(mut self, circuit: &Circuit<T>, back: bool) -> Evaluation<T> {
        let mut gradient: Vec<Vec<T>> = Vec::new();
        let parameters = if back { &circuit.parameters[..] } else { &[] };
        for parameter in parameters {
            gradient.push(match parameter.what {
                What::Weights(k) => {
                    let mut weights = std::mem::take(&mut self.weights[k]);
                    circuit.links[k].matrix.clear_missing(&mut weights);
                    weights
                }
                what => self.of(circuit, what).into_iter().map(T::of).collect(),
            });
        }
        Evaluation { cost: self.cost, gradient, spikes: self.spikes }
    }

    /// The gradient of a parameter of neurons or receptors.
    fn of(&self, circuit: &Circuit<T>, what: What) -> Vec<f64> {
        match what {
            What::Law(l, j) => return vec![self.links[l][circuit.links[l].of_law()][j]],
            What::ShortTerm(l, row) => return vec![self.links[l][circuit.links[l].of_rule()][row]],
            What::Delays(l) => {
                let per_step = &self.links[l][circuit.links[l].of_delays()];
                return per_step.iter().map(|g| g / circuit.clock.dt).collect();
            }
            _ => {}
        }
        let Some(p) = what.population() else { return Vec::new() };
        let Some(neurons) = circuit.neurons(p) else { return Vec::new() };
        match what {
            What::Neurons(_, row) => {
                let mut sum = self.sum(neurons, p, Slot::Param(row)).to_vec();
                if let [sum] = &mut sum[..] {
                    *sum += self.through_membrane(neurons, p, row);
                }
                sum
            }
            What::Synapse(_, k, row) => {
                let integrator = (neurons.shape.dt, &neurons.shape.integrator);
                let slopes = neurons.receptors[k - 1].slopes(row, integrator, neurons.membrane());
                vec![self.chain(neurons, (p, k), &slopes)]
            }
            What::Output(_, k, row) => {
                let receptor = &neurons.receptors[k - 1];
                let first = neurons.shape.entries(k) - receptor.output_params.len();
                self.sum(neurons, p, Slot::Entry(k, first + row)).to_vec()
            }
            What::Initial(_, row) => match neurons.state[row].uniform() {
                Some(_) => vec![self.initial[p][row].iter().sum()],
                None => self.initial[p][row].clone(),
            },
            What::Received(_, k, row) => {
                let initial = &neurons.receptors[k - 1].initial;
                let each = initial.iter().any(|(r, values)| *r == row && values.uniform().is_none());
                let all = &self.initial[p][neurons.shape.receptor(k) + row];
                if each { all.clone() } else { vec![all.iter().sum()] }
            }
            What::Input(_) => self.injected[p].clone(),
            What::Weights(_) | What::Law(..) | What::ShortTerm(..) | What::Delays(_) => Vec::new(),
        }
    }

    fn sum(&self, neurons: &Neurons<T>, p: usize, slot: Slot) -> &[f64] {
        let cell = neurons.cell.as_ref().expect("a circuit that is ready has all cells");
        let k = cell.wanted.iter().position(|known| *known == slot);
        k.map_or(&[], |k| &self.sums[p][k])
    }

    /// Σ gradient of an entry × its slope.
    fn chain(&self, neurons: &Neurons<T>, (p, k): (usize, usize), slopes: &[f64]) -> f64 {
        let of =
            |(e, slope): (usize, &f64)| self.sum(neurons, p, Slot::Entry(k, e)).first().map(|g| g * slope);
        slopes.iter().enumerate().filter_map(of).sum()
    }

    /// What a parameter changes through the mean that currents have over a step, which depends on the rate of the membrane.
    fn through_membrane(&self, neurons: &Neurons<T>, p: usize, row: usize) -> f64 {
        let Some(_) = neurons.membrane() else { return 0.0 };
        let uniform: Vec<f64> = neurons.params.iter().filter_map(|v| v.uniform()).collect();
        let currents = (1..).zip(&neurons.receptors).filter(|(_, r)| r.is_current());
        let of = |(k, receptor): (usize, &crate::circuit::Receptor)| {
            let at = |x: f64| {
                let mut params = uniform.clone();
                params[row] = x;
                let rate = neurons.shape.model.inspect.membrane_rate(&params);
                receptor.entries(neurons.shape.dt, &neurons.shape.integrator, rate)
            };
            self.chain(neurons, (p, k), &central(uniform[row], at))
        };
        currents.map(of).sum()
    }
}
