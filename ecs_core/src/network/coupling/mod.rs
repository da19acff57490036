//! Coupling: continuous projections, which carry a state variable of the senders in every step rather than spikes.
//!
//! In [`Phase::Deliver`](super::Phase) all signals are taken from the state at n dt, before anybody advances, and kept as
//! long as the longest delay; then each shard sums up what its neurons listen to. The input is held during the step. Both
//! systems exist only where there is a coupling.

mod build;
mod history;
mod matrix;
mod systems;

use std::ops::Range;

use arrayvec::ArrayVec;
use bevy_ecs::prelude::*;

use super::accumulator::{Inbox, Summed};
use super::cells::AnyCells;
use super::neurons::RawColumns;
use super::shard::{COLUMNS, Param};
use crate::model::{Column, CouplingLoops, Receiving, Sending};
use crate::number::{Num, Real};
use history::History;
use matrix::Matrix;

pub use build::{Coupled, CouplingPlan};

/// The numbers of a coupling in one precision.
#[derive(Component)]
struct Numbers<T: 'static> {
    pre: Entity,
    post: Entity,
    /// Row of the variable that is read.
    variable: usize,
    loops: CouplingLoops<T>,
    /// In table order; where they differ, `[sender]`.
    params: Vec<Param<T>>,
    /// The same for all, as receivers know them.
    shared: Vec<T>,
    /// Pre-neurons that have a synapse, ascending.
    senders: Vec<u32>,
    /// The variable that is read, `[sender]`.
    x: Vec<T>,
    /// State of the senders, `[variable][sender]`.
    state: Vec<Vec<T>>,
    history: History<T>,
    matrix: Matrix<T>,
    dt: f64,
    started: bool,
    /// Whether the state begins as the model has it, rather than as it was given.
    settles: bool,
}

impl<T: Summed> Numbers<T>
where
    Num<T>: Real,
{
    /// Takes the signals of `step`.
    fn send(&mut self, cells: &mut dyn AnyCells, columns: Option<&RawColumns>, step: u64) {
        let (x, senders) = (&mut self.x, &self.senders);
        cells.read(self.variable, columns, &mut |first, column| {
            let Some(column) = T::sums(column) else { return };
            let at = |bound: usize| senders.partition_point(|k| (*k as usize) < bound);
            let here = at(first)..at(first + column.len());
            for (x, k) in x[here.clone()].iter_mut().zip(&senders[here]) {
                *x = column[*k as usize - first];
            }
        });
        let n = self.senders.len();
        let params: ArrayVec<Column<'_, T>, { 2 * COLUMNS }> =
            self.params.iter().map(|p| p.of(0..n, false)).collect();
        (self.loops.send)(&mut Sending {
            params: &params,
            state: &mut self.state,
            x: &self.x,
            signals: self.history.signals(step),
            dt: self.dt,
            starts: self.settles && !self.started,
        });
        self.history.keep(step, !self.started);
        self.started = true;
    }

    /// Adds what `neurons` hear in `step` to their currents and conductances; `sums` is room for as many.
    fn hear(&self, step: u64, neurons: &Range<usize>, [currents, conductances, sums]: [&mut [T]; 3]) {
        self.matrix.sum(self.history.window(step), neurons, sums);
        (self.loops.receive)(&mut Receiving {
            params: &self.shared,
            sums,
            totals: &self.matrix.totals[neurons.clone()],
            currents,
            conductances,
        });
    }

    fn bytes(&self) -> usize {
        self.history.bytes() + self.matrix.bytes()
    }
}

/// The columns of an inbox trio, where they are of this type.
fn columns<T: Summed>(of: [Inbox<'_>; 3]) -> Option<[&mut [T]; 3]> {
    let [a, b, c] = of.map(T::sums);
    Some([a?, b?, c?])
}
