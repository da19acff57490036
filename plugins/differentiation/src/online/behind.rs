//! Behind: the Jacobian of the step of a population that traces lead through.

use ecs_core::model::instructions;
use ecs_core::network::Summed;
use ecs_core::number::{Num, Real};

use super::traces::Jacobian;
use crate::cell::{Given, Local};
use crate::circuit::Circuit;
use crate::tape::Room;
use crate::tape::forward::params;

/// The Jacobian of a population's step, and its columns.
pub struct Behind<T> {
    /// What it is.
    local: Local<T>,
    columns: Vec<T>,
    scratch: Vec<T>,
}

impl<T: Summed> Behind<T>
where
    Num<T>: Real,
{
    /// Room for that of population `p`.
    ///
    /// # Errors
    /// What has no Jacobian.
    pub fn new(circuit: &Circuit<T>, p: usize) -> Result<Self, String> {
        let neurons = circuit.neurons(p).ok_or("sources have no state")?;
        let shared: Vec<bool> = neurons.params.iter().map(|v| v.uniform().is_some()).collect();
        let spiking = neurons.spiking.as_ref().expect("a circuit that is ready knows how neurons fire");
        let local = Local::new(&neurons.shape, spiking, &shared, instructions())?;
        let columns = vec![T::default(); local.partials.len() * circuit.populations[p].size];
        let scratch = vec![T::default(); local.scratch_len()];
        Ok(Self { local, columns, scratch })
    }

    /// Computes the Jacobian of the step that was made last.
    pub fn look(&mut self, circuit: &Circuit<T>, room: &Room<T>, p: usize) {
        let (Some(neurons), Some(columns)) = (circuit.neurons(p), &room.columns[p]) else { return };
        let cell = neurons.cell.as_ref().expect("a circuit that is ready has all cells");
        let n = columns.length;
        let given = Given {
            length: n,
            params: &params(neurons, &columns.params, n),
            entries: &neurons.entries,
            state: &columns.states[..neurons.shape.columns() * n],
            input: &columns.inputs[..cell.inputs() * n],
            noise: &columns.noise,
            cotangent: &[],
            fired: &[],
            sums: &[],
        };
        self.local.run(cell, &given, &mut self.columns, &mut self.scratch);
    }

    /// It.
    pub fn jacobian(&self) -> Jacobian<'_, T> {
        let count = self.local.partials.len().max(1);
        let length = self.columns.len() / count;
        Jacobian { partials: &self.local.partials, columns: &self.columns, length }
    }

    /// Bytes of it.
    pub fn bytes(&self) -> usize {
        (self.columns.len() + self.scratch.len()) * size_of::<T>()
    }
}
