//! The operator: synapses that share weights. A spike adds rows of weights to rows of receivers, as wide as their channels.

use std::sync::Arc;

use ecs_core::model::{Instructions, instructions};
use ecs_core::network::stencil::{Gather, Scatter, Stencil, gather, scatter};
use ecs_core::network::{Arrivals, Inbox, Operator, Target, Tied, Transfer, Wire};
use event_driven::operators::Cell;
use event_driven::with_cells;

/// Weights in the precision of the run.
enum Weights {
    Single(Vec<f32>),
    Double(Vec<f64>),
}

/// A projection whose synapses share weights.
pub struct Shared {
    stencil: Arc<Stencil>,
    weights: Weights,
    learned: bool,
    transfer: Transfer,
    level: Instructions,
}

impl Shared {
    /// The operator with these weights, of the shape of the stencil; its delay in steps, whether it is of double precision, and whether
    /// its weights may be learned.
    pub fn new(
        stencil: Arc<Stencil>,
        weights: Vec<f64>,
        (delay, double, learned): (u32, bool, bool),
    ) -> Self {
        let number = if double { 8 } else { 4 };
        let transfer = Transfer {
            synapses: stencil.synapses(),
            bytes: (stencil.bytes() + number * weights.len()) as u64,
            shared_weight: weights.first().copied().filter(|first| weights.iter().all(|w| w == first)),
            most_per_neuron: stencil.most_per_neuron(),
            delay,
            own_delays: false,
        };
        let weights = match double {
            true => Weights::Double(weights),
            false => Weights::Single(weights.into_iter().map(|w| w as f32).collect()),
        };
        Self { stencil, weights, learned, transfer, level: instructions() }
    }

    fn all(&self) -> Vec<f64> {
        match &self.weights {
            Weights::Single(weights) => weights.iter().map(|w| f64::from(*w)).collect(),
            Weights::Double(weights) => weights.clone(),
        }
    }

    fn single(&self) -> Vec<f32> {
        self.all().into_iter().map(|w| w as f32).collect()
    }

    /// Spikes of one weight, which are counted.
    fn count<C: Cell>(&self, spikes: Arrivals<'_>, first: usize, cells: &mut [C]) {
        let weight = self.transfer.shared_weight.unwrap_or(0.0);
        for (spike, gain) in spikes.each() {
            for run in self.stencil.runs(spike as usize) {
                let (start, past) = (run.target, run.target + self.stencil.length());
                let here = start.max(first)..past.min(first + cells.len());
                here.for_each(|post| cells[post - first].spike(weight * gain));
            }
        }
    }
}

impl Operator for Shared {
    fn deliver(&self, _: usize, spikes: Arrivals<'_>, target: &mut Target<'_>) {
        let (now, first, n) = (target.offset(0), target.first as usize, target.neurons);
        let (stencil, fired, by, receivers) =
            (&*self.stencil, spikes.neurons, spikes.gains, first..first + n);
        match (&mut target.inbox, &self.weights) {
            (Inbox::Sum32(cells), Weights::Single(weights)) => {
                let spikes = Scatter { stencil, weights, fired, by, receivers };
                scatter(self.level)(&spikes, &mut cells[now..now + n]);
            }
            (Inbox::Sum64(cells), Weights::Double(weights)) => {
                let spikes = Scatter { stencil, weights, fired, by, receivers };
                scatter(self.level)(&spikes, &mut cells[now..now + n]);
            }
            (inbox, _) => with_cells!(inbox, cells => self.count(spikes, first, &mut cells[now..now + n])),
        }
    }

    fn forward(&self, pre: &[f32], post: &mut [f32]) {
        let (stencil, weights, receivers) = (&*self.stencil, &self.single()[..], 0..post.len());
        let fired: Vec<u32> = (0..pre.len() as u32).collect();
        let spikes = Scatter { stencil, weights, fired: &fired, by: pre, receivers };
        scatter(self.level)(&spikes, post);
    }

    fn transposed(&self, post: &[f32], pre: &mut [f32]) {
        let (stencil, weights) = (&*self.stencil, &self.single()[..]);
        let wanted: Vec<u32> = (0..pre.len() as u32).collect();
        gather(self.level)(&Gather { stencil, weights, wanted: &wanted, vectors: post }, pre);
    }

    fn weight_gradient(&self, pre: &[f32], post: &[f32], add: &mut dyn FnMut(u64, f32)) {
        let mut synapse = 0;
        self.stencil.each(|i, j, _| {
            add(synapse, pre[i] * post[j]);
            synapse += 1;
        });
    }

    fn wires(&self, add: &mut dyn FnMut(Wire)) -> bool {
        let (weights, delay) = (self.all(), self.transfer.delay);
        self.stencil.each(|i, j, k| add(Wire { pre: i as u32, post: j as u32, weight: weights[k], delay }));
        true
    }

    fn tied(&self) -> Option<Tied> {
        Some(Tied { stencil: self.stencil.clone(), weights: self.all(), learned: self.learned })
    }

    fn transfer(&self) -> Transfer {
        self.transfer
    }
}
