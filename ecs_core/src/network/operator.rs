//! Operator: what carries spikes through a projection, forwards and, for learning, backwards.

use std::ops::Range;
use std::sync::Arc;

use bevy_ecs::prelude::*;

use super::accumulator::{Inbox, Target};
use crate::random::Distribution;

/// Spikes that reach the synapses of a projection in a step.
#[derive(Clone, Copy, Debug)]
pub struct Arrivals<'a> {
    /// The step.
    pub step: u64,
    /// Who fired, ascending.
    pub neurons: &'a [u32],
    /// What the weights of each are multiplied by, `[spike]`; empty where all count in full.
    pub gains: &'a [f64],
}

impl<'a> Arrivals<'a> {
    /// Spikes that count in full.
    pub fn plain(step: u64, neurons: &'a [u32]) -> Self {
        Self { step, neurons, gains: &[] }
    }

    /// Those of the neurons in `range`.
    pub fn of(self, range: Range<u32>) -> Self {
        let at = |bound: u32| self.neurons.partition_point(|s| *s < bound);
        let here = at(range.start)..at(range.end);
        Self { neurons: &self.neurons[here.clone()], gains: self.gains.get(here).unwrap_or(&[]), ..self }
    }

    /// Each neuron and what its weights are multiplied by.
    pub fn each(self) -> impl Iterator<Item = (u32, f64)> {
        let gain = move |k: usize| self.gains.get(k).map_or(1.0, |gain| *gain);
        self.neurons.iter().enumerate().map(move |(k, neuron)| (*neuron, gain(k)))
    }
}

/// Spikes of the receivers that are seen by the synapses of a projection in a step.
#[derive(Clone, Copy, Debug)]
pub struct Learning<'a> {
    /// The step.
    pub step: u64,
    /// Who fired, ascending, of the whole population.
    pub neurons: &'a [u32],
    /// How many spikes of the modulator all synapses see, and the reward they are given, which may be below zero.
    pub modulators: f64,
}

/// An operator whose weights learn. What spikes of the receivers change is due before the synapse is used next, not at once.
pub trait Learner: Send + Sync {
    /// Takes note of spikes of the receivers; after all deliveries of that step, so that those do not see them.
    fn learn(&self, shard: usize, seen: Learning<'_>);
    /// Whether it is to be told the receivers' voltages, instead of their spikes.
    fn follows(&self) -> bool {
        false
    }
    /// Takes note of the voltages of the receivers of a shard, `[neuron]`, at the end of `step`.
    fn follow(&self, _shard: usize, _step: u64, _v: Inbox<'_>) {}
    /// Brings all weights of a shard up to what was seen before `step`.
    fn settle(&self, shard: usize, step: u64);
    /// Calls `visit(pre, post, weight)` for every synapse, as it was when last settled.
    fn weights(&self, visit: &mut dyn FnMut(u32, u32, f64));
}

/// One synapse of an operator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wire {
    /// The pre-neuron, as index of its population.
    pub pre: u32,
    /// The post-neuron, as index of its population.
    pub post: u32,
    /// Its weight.
    pub weight: f64,
    /// Its delay, in steps.
    pub delay: u32,
}

/// Synapses of one sender, all of them or a part.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The sender, as position in the list that was asked for.
    pub at: usize,
    /// Receivers, as indices of their population.
    pub targets: &'a [u32],
    /// Weights, `[synapse]`.
    pub weights: &'a [f64],
    /// ∂weight/∂parameter of the law that draws the weights, `[synapse]`; empty unless asked for.
    pub slopes: &'a [[f64; 2]],
}

/// The matrix of a projection, `[pre, post]`.
pub trait Operator: Send + Sync {
    /// Adds what these spikes cause to the member's shard of the post-neurons.
    fn deliver(&self, shard: usize, spikes: Arrivals<'_>, target: &mut Target<'_>);
    /// Told, while another operator delivers, what this one delivers next: time to ask the cache for its synapses.
    fn expect(&self, _shard: usize, _spikes: Arrivals<'_>) {}
    /// post += Wᵀ pre, over all shards: `pre` is `[pre]`, `post` is `[post]`.
    fn forward(&self, pre: &[f32], post: &mut [f32]);
    /// pre += W post: the transposed product, for the backward pass.
    fn transposed(&self, post: &[f32], pre: &mut [f32]);
    /// Calls `add(synapse, pre × post)` for the gradient of every weight; synapses are numbered in `[pre, post]` order.
    fn weight_gradient(&self, pre: &[f32], post: &[f32], add: &mut dyn FnMut(u64, f32));
    /// Calls `add(parameter, gradient)` for each parameter of the law that draws the weights, in the order of
    /// [`Distribution::parameters`](crate::random::Distribution::parameters): the sum of pre × post × ∂weight/∂parameter over all
    /// synapses. Weights that are stored follow no law any more: nothing is called.
    fn law_gradient(&self, _pre: &[f32], _post: &[f32], _add: &mut dyn FnMut(&'static str, f64)) {}
    /// [`forward`](Self::forward) of `columns` vectors at once: `pre` is `[pre, column]`, `post` is `[post, column]`, so that a synapse
    /// is read, or drawn, once for all of them. Each column has the same bits as by itself.
    fn forward_many(&self, pre: &[f32], post: &mut [f32], columns: usize) {
        one_by_one(pre, post, columns, |pre, post| self.forward(pre, post));
    }
    /// [`transposed`](Self::transposed) of `columns` vectors at once: `post` is `[post, column]`, `pre` is `[pre, column]`.
    fn transposed_many(&self, post: &[f32], pre: &mut [f32], columns: usize) {
        one_by_one(post, pre, columns, |post, pre| self.transposed(post, pre));
    }
    /// Calls `add` with every synapse, in `[pre, post]` order; false where they are not known one by one.
    fn wires(&self, _add: &mut dyn FnMut(Wire)) -> bool {
        false
    }
    /// Calls `visit` with the synapses of each of these senders, ascending, in the order in which their spikes would be
    /// delivered, whatever the shards; false where rows cannot be had one by one. Several threads may ask at once.
    fn rows(&self, _neurons: &[u32], _slopes: bool, _visit: &mut dyn FnMut(Row<'_>)) -> bool {
        false
    }
    /// The law that draws its weights each time they are needed; `None` where they are stored.
    fn law(&self) -> Option<Distribution> {
        None
    }
    /// The same synapses with weights by another law, from the same draws.
    fn with_law(&self, _law: Distribution) -> Option<Arc<dyn Operator>> {
        None
    }
    /// What is known of it before it runs.
    fn transfer(&self) -> Transfer;
    /// Whether it multiplies weights by the gains of spikes, which short-term plasticity needs.
    fn scales(&self) -> bool {
        true
    }
    /// The same operator where its weights learn.
    fn learner(&self) -> Option<&dyn Learner> {
        None
    }
}

/// A product of each column by itself, of `[neuron, column]`.
fn one_by_one(from: &[f32], to: &mut [f32], columns: usize, product: impl Fn(&[f32], &mut [f32])) {
    for column in 0..columns {
        let own = |all: &[f32]| all.iter().skip(column).step_by(columns).copied().collect::<Vec<f32>>();
        let mut sums = own(to);
        product(&own(from), &mut sums);
        to.iter_mut().skip(column).step_by(columns).zip(sums).for_each(|(to, sum)| *to = sum);
    }
}

/// Facts about an operator, by which the engine chooses accumulators and reports sizes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transfer {
    /// Synapses.
    pub synapses: u64,
    /// Bytes held.
    pub bytes: u64,
    /// The weight, where all synapses share one.
    pub shared_weight: Option<f64>,
    /// The most synapses that end on one neuron.
    pub most_per_neuron: u64,
    /// Steps between a spike and its effect; where synapses differ, the longest.
    pub delay: u32,
    /// Whether synapses have delays of their own, which the operator then applies itself.
    pub own_delays: bool,
}

/// A set of synapses from one population to another.
#[derive(Component)]
pub struct Projection {
    /// Its name in messages and reports.
    pub name: String,
    /// The population it comes from.
    pub pre: Entity,
    /// The population it goes to.
    pub post: Entity,
    /// Where it delivers: receptor and inbox.
    pub inbox: (usize, usize),
    /// Its facts.
    pub transfer: Transfer,
    /// Its matrix.
    pub operator: Arc<dyn Operator>,
    /// Where its weights learn: the steps after which its synapses see a spike of the receiver.
    pub back: u32,
}

impl Projection {
    /// How many steps back it looks for spikes.
    pub fn lag(&self) -> u32 {
        if self.transfer.own_delays { 1 } else { self.transfer.delay }
    }
}
