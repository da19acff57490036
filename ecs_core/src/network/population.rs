//! Population: a set of neurons of one model.

use bevy_ecs::prelude::*;

use super::cells::Cells;
use super::neurons::Sealed;
use crate::registry::Entry;

/// A set of neurons, or of sources of spikes, of one model.
#[derive(Component, Clone, Debug)]
pub struct Population {
    /// Its name.
    pub name: String,
    /// Neurons.
    pub size: usize,
    /// Its model.
    pub entry: Entry,
}

impl Population {
    /// Row of the state variable of that name.
    pub fn variable(&self, name: &str) -> Option<usize> {
        self.entry.state.iter().position(|f| f.name == name)
    }
}

/// Reads state variable `variable` of `neurons` into `values`, in that order.
pub fn read(world: &mut World, population: Entity, variable: usize, neurons: &[u32], values: &mut Vec<f64>) {
    values.clear();
    if let Some(sealed) = world.get::<Sealed>(population).cloned() {
        values.extend(neurons.iter().map(|k| f64::from(sealed.value(world, variable, *k as usize))));
    } else if let Some(mut cells) = world.get_mut::<Cells>(population) {
        values.extend(neurons.iter().filter_map(|k| cells.0.value(variable, *k)));
    }
}
