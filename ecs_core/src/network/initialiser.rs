//! Initialisers: laws of weights and delays that follow from the matrix they fill or from where its neurons lie.

use std::fmt::Debug;
use std::ops::Range;

use super::space::Space;
use crate::random::{Distribution, Key};
use crate::registry::Entry;

/// What an initialiser may know of the matrix that it fills.
#[derive(Clone, Debug)]
pub struct Matrix<'a> {
    /// Pre-neurons, as indices of their population.
    pub pre: Range<u64>,
    /// Post-neurons, as indices of their population.
    pub post: Range<u64>,
    /// Synapses expected.
    pub synapses: f64,
    /// Whether every pair is joined.
    pub full: bool,
    /// Where the neurons of the two populations lie.
    pub spaces: [Option<&'a Space>; 2],
    /// Its random numbers.
    pub key: Key,
    /// Threads to work with; the result does not depend on it.
    pub threads: usize,
}

impl Matrix<'_> {
    /// Pre-neurons.
    #[must_use]
    pub fn n_pre(&self) -> u64 {
        self.pre.end.saturating_sub(self.pre.start)
    }

    /// Post-neurons.
    #[must_use]
    pub fn n_post(&self) -> u64 {
        self.post.end.saturating_sub(self.post.start)
    }
}

/// How values follow.
pub enum Filling {
    /// Each synapse draws its own.
    Law(Distribution),
    /// Each pair of neurons has its own.
    Pairs(Box<dyn Pairs>),
}

/// Values that follow from the pair.
pub trait Pairs: Debug + Send + Sync {
    /// The value between two neurons, as indices of their populations.
    fn value(&self, pre: u32, post: u32) -> f64;
}

/// A registered initialiser. Fields in units of `weight` take the unit of the projection's weights; those in units of `value`
/// take it too, or ms where delays are filled.
#[derive(Clone, Copy)]
pub struct InitialiserModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Refuses what is impossible, before anything is built.
    pub check: fn(&[f64], &Matrix<'_>) -> Result<(), String>,
    /// The values for these parameters, in table order. What `check` refuses does not come here.
    pub fill: fn(&[f64], &Matrix<'_>) -> Filling,
}

inventory::collect!(InitialiserModel);

/// An initialiser and its parameters, in table order.
#[derive(Clone, Copy)]
pub struct Initialiser<'a> {
    /// Which one.
    pub model: &'static InitialiserModel,
    /// Its parameters.
    pub params: &'a [f64],
}
