//! Dropout: neurons that nobody hears in a trial while it is learned from; those that are heard count for more in their place.
//!
//! ```text
//! s_k → m_k s_k      m_k = 1 / (1 − rate) with probability 1 − rate, else 0: drawn for each neuron and trial, the same in all its steps
//! ```
//!
//! A trial that is tested hears all neurons. The mask stays over a trial because one drawn anew in each step would be noise that time
//! constants average out.
//!
//! Source: Srivastava et al. (2014), Journal of Machine Learning Research 15, 1929-1958; Lee et al. (2020), Frontiers in Neuroscience 14,
//! 119, <https://doi.org/10.3389/fnins.2020.00119>, section 2.3.2, for one mask over all steps.

use ecs_core::number::{Float, Num, Real};
use ecs_core::random::{Key, Purpose};

use super::Group;
use crate::circuit::Circuit;

/// By how much each neuron is heard, `[replica, neuron]`; empty where all are heard alike.
pub type Heard<T> = Vec<T>;

/// Draws who is heard of population `p` in the trials of a group.
pub fn draw<T: Float>(circuit: &Circuit<T>, p: usize, group: &Group, heard: &mut Heard<T>) {
    let population = &circuit.populations[p];
    heard.clear();
    if !group.drops || population.dropout == 0.0 {
        return;
    }
    let key = Key::new(circuit.clock.seed, p as u32, Purpose::Dropout);
    let (silent, loud) = (population.dropout * 2f64.powi(32), T::of(1.0 / (1.0 - population.dropout)));
    for replica in 0..group.replicas as u64 {
        let word = |k: usize| f64::from(key.block((k / 4) as u64, group.first + replica)[k % 4]);
        heard.extend((0..population.size).map(|k| if word(k) < silent { T::default() } else { loud }));
    }
}

/// Those of some spikes that are heard, and by how much.
pub fn pass<T: Float>(spikes: impl Iterator<Item = (u32, T)>, heard: &[T]) -> impl Iterator<Item = (u32, T)>
where
    Num<T>: Real,
{
    let by = |(neuron, by): (u32, T)| (neuron, (Num(by) * Num(heard[neuron as usize])).0);
    spikes.map(by).filter(|(_, by)| *by != T::default())
}
