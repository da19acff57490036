//! Room: what one member of the team needs to run a group of replicas forward and back; made once.
//!
//! A column is `[replica, neuron]`. States are recorded for the steps of one segment; of the others only the first is kept,
//! and they are run again when the backward pass comes to them.

use ecs_core::network::SpikeSource;
use ecs_core::number::{Float, Num, Real};

use super::drive::Drive;
use super::dropout::Heard;
use super::memory::Memory;
use super::raster::Raster;
use super::task::Series;
use crate::circuit::{Circuit, Kind, Neurons};
use crate::matrix::Window;

/// Columns of a population of neurons.
pub struct Columns<T> {
    /// Length of a column.
    pub length: usize,
    /// Parameters that differ between neurons, `[row]`; empty where all share one.
    pub params: Vec<Vec<T>>,
    /// States, `[step of the segment, and one more][column]`.
    pub states: Vec<T>,
    /// Inputs, `[step of the segment][column]`.
    pub inputs: Vec<T>,
    /// Derivatives of what neurons fire by, `[step of the segment]`.
    pub slopes: Vec<T>,
    /// What neurons fire by.
    pub fired: Vec<T>,
    /// White noise of a step, `[noise]`.
    pub noise: Vec<T>,
    /// Noise of one replica.
    pub drawn: Vec<T>,
    /// States at the start of each segment, `[segment][column]`.
    pub starts: Vec<T>,
    /// Cotangents of states, after a step and before it, `[column]`.
    pub cotangents: [Vec<T>; 2],
    /// Cotangents of spikes.
    pub spikes: Vec<T>,
    /// Cotangents of inputs, a ring of steps, `[step][column]`.
    pub back: Vec<T>,
    /// Sums of the gradient, so far and new, `[wanted]`.
    pub sums: [Vec<T>; 2],
    /// Neurons that could have fired.
    pub window: Window,
    /// What arrives at an inbox.
    pub arriving: Vec<T>,
    /// Room of the step and of its adjoint.
    pub scratch: [Vec<T>; 2],
}

/// What a member of the team needs.
pub struct Room<T> {
    /// `[population]`; of sources nothing.
    pub columns: Vec<Option<Columns<T>>>,
    /// `[population]`.
    pub rasters: Vec<Raster<T>>,
    /// Sources of each population, `[population][replica]`.
    pub sources: Vec<Vec<Box<dyn SpikeSource>>>,
    /// What is watched, and cotangents of it, `[watch]`.
    pub series: [Vec<Series<T>>; 2],
    /// Spikes of each neuron, `[population][replica, neuron]`.
    pub counts: Vec<Vec<T>>,
    /// Cotangents of each spike of a neuron, `[population][replica, neuron]`.
    pub spike_cost: Vec<Vec<T>>,
    /// Gradients of weights, `[link]`; empty where they are not learned.
    pub weights: Vec<Vec<T>>,
    /// What stimuli do, `[population]`.
    pub drives: Vec<Drive<T>>,
    /// Of short-term plasticity, `[link]`.
    pub memories: Vec<Memory<T>>,
    /// Sums of the gradient of what else a link has to learn, `[link]`; see [`Link::sums`](crate::circuit::Link::sums).
    pub sums: Vec<Vec<f64>>,
    /// Those of injected currents, `[population][step]`.
    pub injected: Vec<Vec<f64>>,
    /// Who is heard, `[population]`.
    pub heard: Vec<Heard<T>>,
    /// Spikes of one source.
    pub emitted: Vec<u32>,
}

/// `column`, once for each replica.
fn repeated<T: Copy>(column: impl Iterator<Item = T> + Clone, replicas: usize) -> Vec<T> {
    (0..replicas).flat_map(|_| column.clone()).collect()
}

impl<T: Float> Columns<T>
where
    Num<T>: Real,
{
    fn new(neurons: &Neurons<T>, size: usize, replicas: usize, (segment, segments): (usize, usize)) -> Self {
        let zeros = |n: usize| vec![T::default(); n];
        let n = size * replicas;
        let cell = neurons.cell.as_ref().expect("a circuit that is ready has all cells");
        let (columns, inputs) = (neurons.shape.columns(), cell.inputs());
        let of = |values: &ecs_core::network::Values| match values.uniform() {
            Some(_) => Vec::new(),
            None => repeated((0..size).map(|k| T::of(values.at(k))), replicas),
        };
        let noises = neurons.shape.model.noises;
        Self {
            length: n,
            params: neurons.params.iter().map(of).collect(),
            states: zeros((segment + 1) * columns * n),
            inputs: zeros(segment * inputs * n),
            slopes: zeros(if cell.fires { segment * n } else { 0 }),
            fired: zeros(if cell.fires { n } else { 0 }),
            noise: zeros(noises * n),
            drawn: zeros(noises * size),
            starts: zeros(segments * columns * n),
            cotangents: [zeros(columns * n), zeros(columns * n)],
            spikes: zeros(n),
            back: zeros((neurons.delay + 1) * inputs * n),
            sums: [zeros(cell.wanted.len() * n), zeros(cell.wanted.len() * n)],
            window: Window::new(size, replicas),
            arriving: zeros(if neurons.arrivals.len() > 1 { n } else { 0 }),
            scratch: cell.scratch_len().map(zeros),
        }
    }

    /// Numbers held.
    fn len(&self) -> usize {
        let all = [&self.states, &self.inputs, &self.slopes, &self.fired, &self.starts, &self.back];
        let pairs = [&self.cotangents, &self.sums, &self.scratch];
        let more = [&self.spikes, &self.noise, &self.drawn, &self.arriving];
        all.iter()
            .chain(&more)
            .chain(&pairs.map(|p| &p[0]))
            .chain(&pairs.map(|p| &p[1]))
            .map(|v| v.len())
            .sum()
    }
}

impl<T: Float> Room<T>
where
    Num<T>: Real,
{
    /// Room for `replicas`, in segments of so many steps. `learned` says which links' weights are.
    pub fn new(circuit: &Circuit<T>, learned: &[bool], replicas: usize, segments: (usize, usize)) -> Self {
        let columns = circuit.populations.iter().map(|population| match &population.kind {
            Kind::Neurons(neurons) => Some(Columns::new(neurons, population.size, replicas, segments)),
            Kind::Source(_) => None,
        });
        let each = || circuit.populations.iter().map(|p| vec![T::default(); p.size * replicas]).collect();
        let weights =
            circuit.links.iter().zip(learned).map(|(link, learned)| {
                vec![T::default(); if *learned { link.matrix.weights.len() } else { 0 }]
            });
        Self {
            columns: columns.collect(),
            rasters: circuit.populations.iter().map(|_| Raster::default()).collect(),
            sources: circuit.populations.iter().map(|_| Vec::new()).collect(),
            series: [Vec::new(), Vec::new()],
            counts: each(),
            spike_cost: each(),
            weights: weights.collect(),
            drives: circuit.populations.iter().map(|_| Drive::default()).collect(),
            memories: circuit.links.iter().map(|_| Memory::default()).collect(),
            sums: circuit.links.iter().map(|link| vec![0.0; link.sums()]).collect(),
            injected: circuit.populations.iter().map(|_| Vec::new()).collect(),
            heard: circuit.populations.iter().map(|_| Vec::new()).collect(),
            emitted: Vec::new(),
        }
    }

    /// Takes over parameters that were changed.
    pub fn refresh(&mut self, circuit: &Circuit<T>) {
        for (population, columns) in circuit.populations.iter().zip(&mut self.columns) {
            let (Kind::Neurons(neurons), Some(columns)) = (&population.kind, columns) else { continue };
            let n = population.size;
            for (values, column) in neurons.params.iter().zip(&mut columns.params) {
                column.iter_mut().enumerate().for_each(|(k, x)| *x = T::of(values.at(k % n)));
            }
        }
    }

    /// Bytes of it.
    pub fn bytes(&self) -> usize {
        let columns = self.columns.iter().flatten().map(Columns::len).sum::<usize>();
        let lists = [&self.counts, &self.spike_cost, &self.weights, &self.heard];
        let lists: usize = lists.into_iter().flatten().map(Vec::len).sum();
        let rasters: usize = self.rasters.iter().map(Raster::bytes).sum();
        let drives: usize = self.drives.iter().map(Drive::bytes).sum();
        let memories: usize = self.memories.iter().map(Memory::bytes).sum();
        (columns + lists) * size_of::<T>() + rasters + drives + memories
    }
}
