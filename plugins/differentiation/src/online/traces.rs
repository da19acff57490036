//! Traces: how the state behind each synapse of a link depends on its weight, carried from step to step.

use ecs_core::model::{Instructions, instructions};
use ecs_core::number::{Float, Num, Real};

use super::kernels::{add_product, add_scaled, settle};
use crate::cell::{Partial, Slot};
use crate::matrix::{Fired, Matrix, Receivers};

/// What becomes of traces of spikes behind a link onwards.
struct Filter<T> {
    /// The link's delay, in steps.
    delay: usize,
    /// How the receivers' state depends on each weight, `[column][synapse]`, per unit of the onward weight.
    traces: Vec<T>,
    /// Those of the next step.
    next: Vec<T>,
}

/// The traces of a link.
pub struct Traces<T> {
    /// State columns of the receivers.
    columns: usize,
    synapses: usize,
    /// How the receivers' state depends on each weight, `[column][synapse]`.
    state: Vec<T>,
    /// How the receivers' spikes do, a ring of steps, `[step][synapse]`.
    spikes: Vec<T>,
    slots: usize,
    /// Rows whose sender fired at all; the others are zero.
    active: Vec<bool>,
    /// What each sender fired by in this step.
    fired: Vec<T>,
    /// Room for a row, `[column, and one more][synapse]`.
    row: Vec<T>,
    /// Columns of the Jacobian for a row.
    gathered: Vec<T>,
    /// Links onwards, and what becomes of spikes behind each.
    pub onward: Vec<usize>,
    filters: Vec<Filter<T>>,
    level: Instructions,
}

/// The local Jacobian of a population in a step.
#[derive(Clone, Copy)]
pub struct Jacobian<'a, T> {
    /// What the columns are.
    pub partials: &'a [Partial],
    /// Them, one after the other.
    pub columns: &'a [T],
    /// The length of one.
    pub length: usize,
}

impl<T: Float> Traces<T>
where
    Num<T>: Real,
{
    /// Zeros, for a link to a population of so many state columns. `onward` are links onwards: number, delay and state columns
    /// of the receivers.
    pub fn new(matrix: &Matrix<T>, columns: usize, onward: &[(usize, usize, usize)]) -> Self {
        let zeros = |n: usize| vec![T::default(); n];
        let synapses = matrix.weights.len();
        let slots = onward.iter().map(|(_, delay, _)| delay + 1).max().unwrap_or(1);
        let filter = |&(_, delay, columns): &(usize, usize, usize)| Filter {
            delay,
            traces: zeros(columns * synapses),
            next: zeros(columns * synapses),
        };
        let mut longest = 0;
        matrix.rows(|_, row, _| longest = longest.max(row.len()));
        Self {
            columns,
            synapses,
            state: zeros(columns * synapses),
            spikes: zeros(slots * synapses),
            slots,
            active: vec![false; matrix.pre],
            fired: zeros(matrix.pre),
            row: zeros((columns + 1) * longest),
            gathered: zeros(longest),
            onward: onward.iter().map(|(link, ..)| *link).collect(),
            filters: onward.iter().map(filter).collect(),
            level: instructions(),
        }
    }

    /// Everything as before the first step.
    pub fn clear(&mut self) {
        self.state.fill(T::default());
        self.spikes.fill(T::default());
        self.active.fill(false);
        self.filters.iter_mut().for_each(|filter| filter.traces.fill(T::default()));
    }

    /// Numbers held.
    pub fn len(&self) -> usize {
        let filters = self.filters.iter().map(|f| 2 * f.traces.len()).sum::<usize>();
        self.state.len() + self.spikes.len() + filters
    }

    /// Advances the traces by a step in which these spikes arrived at `receptor` of the receivers.
    pub fn advance(
        &mut self,
        (matrix, receptor, step): (&Matrix<T>, usize, usize),
        arrived: Option<Fired<'_, T>>,
        jacobian: Jacobian<'_, T>,
    ) {
        self.fired.fill(T::default());
        if let Some(Fired { neurons, by }) = arrived {
            for (k, pre) in neurons.iter().enumerate() {
                self.fired[*pre as usize] = by.get(k).copied().unwrap_or(T::of(1.0));
                self.active[*pre as usize] = true;
            }
        }
        let (product, scaled) = (add_product::<T>(self.level), add_scaled::<T>(self.level));
        let settle = settle::<T>(self.level);
        let Self { columns, synapses, state, spikes, slots, active, fired, row: room, gathered, .. } = self;
        let spikes = &mut spikes[step % *slots * *synapses..][..*synapses];
        matrix.rows(|pre, row, receivers| {
            if !active[pre] {
                return;
            }
            let n = row.len();
            let room = &mut room[..(*columns + 1) * n];
            room.fill(T::default());
            let x = fired[pre];
            for (k, partial) in jacobian.partials.iter().enumerate() {
                let of = partial.of.unwrap_or(*columns);
                let column = &jacobian.columns[k * jacobian.length..][..jacobian.length];
                let slopes: &[T] = match &receivers {
                    Receivers::Range(range) => &column[range.clone()],
                    Receivers::List(list) => {
                        gathered.iter_mut().zip(*list).for_each(|(x, j)| *x = column[*j as usize]);
                        &gathered[..n]
                    }
                };
                let to = &mut room[of * n..][..n];
                match partial.by {
                    Slot::State(from) => product(to, slopes, &state[from * *synapses..][row.clone()]),
                    Slot::Arriving(r) if r == receptor && x != T::default() => scaled(to, slopes, x),
                    _ => {}
                }
            }
            for (c, new) in room.chunks_exact(n).enumerate() {
                let to = if c == *columns {
                    &mut spikes[row.clone()]
                } else {
                    &mut state[c * *synapses..][row.clone()]
                };
                settle(to, new);
            }
        });
    }

    /// Advances what became of traces of spikes behind the links onwards, whose receivers have this Jacobian, the same for all.
    pub fn filter(&mut self, k: usize, (receptor, step): (usize, usize), jacobian: Jacobian<'_, T>) {
        let (product, n) = (add_scaled::<T>(self.level), self.synapses);
        let filter = &mut self.filters[k];
        let new = &mut filter.next;
        new.fill(T::default());
        for (k, partial) in jacobian.partials.iter().enumerate() {
            let Some(of) = partial.of else { continue };
            let slope = jacobian.columns[k * jacobian.length];
            let to = &mut new[of * n..][..n];
            match partial.by {
                Slot::State(from) => product(to, &filter.traces[from * n..][..n], slope),
                Slot::Arriving(r) if r == receptor && step >= filter.delay => {
                    product(to, &self.spikes[(step - filter.delay) % self.slots * n..][..n], slope);
                }
                _ => {}
            }
        }
        std::mem::swap(&mut filter.traces, &mut filter.next);
    }

    /// Adds `signal` of each receiver × `traces` of each synapse to the gradient.
    pub fn learn(matrix: &Matrix<T>, signal: &[T], traces: &[T], gradient: &mut [T]) {
        let product = add_product::<T>(instructions());
        matrix.rows(|_, row, receivers| match receivers {
            Receivers::Range(range) => product(&mut gradient[row.clone()], &signal[range], &traces[row]),
            Receivers::List(list) => {
                for (k, j) in row.zip(list) {
                    gradient[k] = (Num(gradient[k]) + Num(signal[*j as usize]) * Num(traces[k])).0;
                }
            }
        });
    }

    /// How spikes of this step depend on each weight, `[synapse]`.
    pub fn spikes(&self, step: usize) -> &[T] {
        &self.spikes[step % self.slots * self.synapses..][..self.synapses]
    }

    /// How a state column of the readouts behind link `k` onwards depends on each weight, `[synapse]`, per unit of the onward
    /// weight.
    pub fn behind(&self, k: usize, column: usize) -> &[T] {
        &self.filters[k].traces[column * self.synapses..][..self.synapses]
    }

    /// How a state column depends on each weight, `[synapse]`.
    pub fn column(&self, column: usize) -> &[T] {
        &self.state[column * self.synapses..][..self.synapses]
    }
}
