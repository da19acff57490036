//! Matrix: the weights of a projection, in the form that its density asks for, and their three products.
//!
//! Forward, the rows of neurons that fired are added to what arrives. Backward, the rows of neurons that could have fired are
//! multiplied with what comes back. The gradient has a row for each neuron that fired. None of them visits anybody else.

mod carried;
mod delayed;
mod kernels;
mod scaled;
mod shared;
mod window;

use std::ops::Range;

use ecs_core::model::{Instructions, instructions};
use ecs_core::network::Wire;
use ecs_core::number::{Float, Num, Real};

pub use carried::Carried;
use delayed::Delayed;
use kernels::{Back, Product, Rows, add_gradient, add_rows, multiply};
use shared::Shared;
pub use window::{REPLICAS, Window};

/// Above this share of all possible synapses, a matrix is dense: vectors over whole rows then cost less than indices.
const DENSE: f64 = 0.25;

/// How synapses are laid out.
#[derive(Clone, Debug)]
enum Layout<T> {
    /// Weights are `[pre, post]` of these ranges; where a synapse is missing its weight stays zero.
    Dense { senders: Range<usize>, receivers: Range<usize>, missing: Vec<u32> },
    /// Weights are those of the first row, then of the second.
    Sparse {
        /// First synapse of each row, and their number at the end.
        rows: Vec<u32>,
        /// Receiver of each synapse.
        targets: Vec<u32>,
        /// Delay of each synapse, in steps, ascending within a row; empty where all have that of the matrix.
        delays: Vec<u32>,
    },
    /// As the second, with delays that are learned.
    Delayed(Delayed),
    /// Weights are those of several synapses each.
    Shared(Shared),
    /// Not laid out.
    Carried(Carried<T>),
}

/// The weights of a projection, `[pre, post]`.
#[derive(Clone, Debug)]
pub struct Matrix<T> {
    /// Senders.
    pub pre: usize,
    /// Receivers.
    pub post: usize,
    /// The longest delay, in steps.
    pub delay: usize,
    /// The weights; see [`Matrix::synapses`] for which is whose.
    pub weights: Vec<T>,
    layout: Layout<T>,
    level: Instructions,
}

/// The receivers of a row.
#[derive(Clone, Debug)]
pub enum Receivers<'a> {
    /// These, one after the other.
    Range(Range<usize>),
    /// These.
    List(&'a [u32]),
}

/// Who fired in a step in one replica, and by how much.
#[derive(Clone, Copy, Debug)]
pub struct Fired<'a, T> {
    /// Neurons, ascending.
    pub neurons: &'a [u32],
    /// What each fired by; empty where all by one.
    pub by: &'a [T],
}

impl<'a, T> Fired<'a, T> {
    /// Those of the neurons in `range`.
    fn of(self, range: &Range<usize>) -> Self {
        let at = |bound: usize| self.neurons.partition_point(|n| (*n as usize) < bound);
        let here = at(range.start)..at(range.end);
        Self { neurons: &self.neurons[here.clone()], by: self.by.get(here).unwrap_or(&[]) }
    }
}

/// From the least to the greatest.
fn span(neurons: impl Iterator<Item = u32> + Clone) -> Range<usize> {
    let least = neurons.clone().min().unwrap_or(0) as usize;
    least..neurons.max().map_or(0, |most| most as usize + 1)
}

impl<T: Float> Matrix<T>
where
    Num<T>: Real,
{
    /// The matrix of these synapses, which stand in the order of their senders.
    ///
    /// # Errors
    /// More synapses than 4,294,967,295.
    pub fn new(wires: &[Wire], (pre, post): (usize, usize)) -> Result<Self, String> {
        let first = wires.first().map_or(1, |wire| wire.delay);
        let delay = wires.iter().map(|wire| wire.delay).max().unwrap_or(1) as usize;
        let own = wires.iter().any(|wire| wire.delay != first);
        let level = instructions();
        let layout = Layout::Dense { senders: 0..0, receivers: 0..0, missing: Vec::new() };
        let mut matrix = Self { pre, post, delay, weights: Vec::new(), layout, level };
        let (senders, receivers) = (span(wires.iter().map(|w| w.pre)), span(wires.iter().map(|w| w.post)));
        let dense = !own && wires.len() as f64 >= DENSE * (senders.len() as f64 * receivers.len() as f64);
        if dense && matrix.fill(wires, senders, receivers) {
            return Ok(matrix);
        }
        if u32::try_from(wires.len()).is_err() {
            return Err(format!("{} synapses of one projection are too many to learn", wires.len()));
        }
        // By delay within a row: those of one delay are then found without looking at the others.
        let mut sorted: Vec<Wire>;
        let wires = if own {
            sorted = wires.to_vec();
            sorted.sort_by_key(|wire| (wire.pre, wire.delay));
            &sorted
        } else {
            wires
        };
        let mut rows = vec![0; pre + 1];
        wires.iter().for_each(|wire| rows[wire.pre as usize + 1] += 1);
        (0..pre).for_each(|k| rows[k + 1] += rows[k]);
        matrix.weights = wires.iter().map(|wire| T::of(wire.weight)).collect();
        let targets = wires.iter().map(|wire| wire.post).collect();
        let delays = if own { wires.iter().map(|wire| wire.delay).collect() } else { Vec::new() };
        matrix.layout = Layout::Sparse { rows, targets, delays };
        Ok(matrix)
    }

    /// Lays synapses out densely; false where two join the same neurons.
    fn fill(&mut self, wires: &[Wire], senders: Range<usize>, receivers: Range<usize>) -> bool {
        self.weights = vec![T::default(); senders.len() * receivers.len()];
        let mut there = vec![false; self.weights.len()];
        for wire in wires {
            let row = wire.pre as usize - senders.start;
            let k = row * receivers.len() + wire.post as usize - receivers.start;
            if std::mem::replace(&mut there[k], true) {
                return false;
            }
            self.weights[k] = T::of(wire.weight);
        }
        let missing = (0..).zip(&there).filter(|(_, there)| !**there).map(|(k, _)| k).collect();
        self.layout = Layout::Dense { senders, receivers, missing };
        true
    }

    /// Whether all synapses of a row stand side by side, the missing ones as well.
    pub fn is_dense(&self) -> bool {
        matches!(self.layout, Layout::Dense { .. })
    }

    /// Sender, receiver and index in [`Matrix::weights`] of each synapse, in the order of their senders.
    pub fn synapses(&self) -> Vec<(u32, u32, usize)> {
        match &self.layout {
            Layout::Dense { senders, receivers, missing } => {
                let mut missing = missing.iter().peekable();
                let there = |k: &usize| missing.next_if(|m| **m as usize == *k).is_none();
                let n = receivers.len();
                let ends = |k: usize| (senders.start + k / n, receivers.start + k % n);
                let all = (0..self.weights.len()).filter(there).map(|k| (ends(k), k));
                all.map(|((pre, post), k)| (pre as u32, post as u32, k)).collect()
            }
            Layout::Sparse { rows, targets, .. } | Layout::Delayed(Delayed { rows, targets, .. }) => {
                let row = |pre: usize| rows[pre] as usize..rows[pre + 1] as usize;
                (0..self.pre).flat_map(|p| row(p).map(move |k| (p as u32, targets[k], k))).collect()
            }
            Layout::Shared(_) | Layout::Carried(_) => Vec::new(),
        }
    }

    /// Sets what belongs to no synapse to zero.
    pub fn clear_missing(&self, gradient: &mut [T]) {
        if let Layout::Dense { missing, .. } = &self.layout {
            missing.iter().for_each(|k| gradient[*k as usize] = T::default());
        }
    }

    /// Whether synapses have delays of their own.
    pub fn has_delays(&self) -> bool {
        match &self.layout {
            Layout::Sparse { delays, .. } => !delays.is_empty(),
            Layout::Delayed(_) => true,
            Layout::Dense { .. } | Layout::Shared(_) | Layout::Carried(_) => false,
        }
    }

    /// Calls `f` for each row that has synapses: its sender, its synapses as indices of the weights, and their receivers.
    pub fn rows(&self, mut f: impl FnMut(usize, Range<usize>, Receivers<'_>)) {
        match &self.layout {
            Layout::Dense { senders, receivers, .. } => {
                let n = receivers.len();
                for (k, pre) in senders.clone().enumerate() {
                    f(pre, k * n..(k + 1) * n, Receivers::Range(receivers.clone()));
                }
            }
            Layout::Sparse { rows, targets, .. } | Layout::Delayed(Delayed { rows, targets, .. }) => {
                for (pre, ends) in rows.windows(2).enumerate().filter(|(_, ends)| ends[0] < ends[1]) {
                    let row = ends[0] as usize..ends[1] as usize;
                    f(pre, row.clone(), Receivers::List(&targets[row]));
                }
            }
            Layout::Shared(_) | Layout::Carried(_) => {}
        }
    }

    /// Calls `f` with the row of a sender, if it has synapses: see [`Matrix::rows`].
    pub fn row(&self, pre: usize, f: impl FnOnce(Range<usize>, Receivers<'_>)) {
        match &self.layout {
            Layout::Dense { senders, receivers, .. } if senders.contains(&pre) => {
                let (k, n) = (pre - senders.start, receivers.len());
                f(k * n..(k + 1) * n, Receivers::Range(receivers.clone()));
            }
            Layout::Dense { .. } | Layout::Shared(_) | Layout::Carried(_) => {}
            Layout::Sparse { rows, targets, .. } | Layout::Delayed(Delayed { rows, targets, .. }) => {
                let row = rows[pre] as usize..rows[pre + 1] as usize;
                f(row.clone(), Receivers::List(&targets[row]));
            }
        }
    }

    /// Adds what reaches the receivers of one replica in a step. `spikes(k)` are those who fired k steps before; `to` is `[post]`.
    pub fn forward<'a>(&self, spikes: impl Fn(usize) -> Option<Fired<'a, T>>, to: &mut [T])
    where
        T: 'a,
    {
        match &self.layout {
            Layout::Dense { senders, receivers, .. } => {
                let Some(Fired { neurons, by }) = spikes(self.delay).map(|s| s.of(senders)) else { return };
                if !neurons.is_empty() {
                    let rows =
                        Rows { weights: &self.weights, first: senders.start as u32, fired: neurons, by };
                    add_rows(self.level)(&rows, &mut to[receivers.clone()]);
                }
            }
            Layout::Sparse { rows, targets, delays } => {
                // The oldest spikes first, as the running network adds them.
                let least = if delays.is_empty() { self.delay } else { 1 };
                for delay in (least..=self.delay).rev() {
                    let Some(fired) = spikes(delay) else { continue };
                    for (k, pre) in fired.neurons.iter().enumerate() {
                        let by = fired.by.get(k).map_or(Num::lit(1.0), |by| Num(*by));
                        let mut row = rows[*pre as usize] as usize..rows[*pre as usize + 1] as usize;
                        if !delays.is_empty() {
                            let bound = |d: usize| delays[row.clone()].partition_point(|x| (*x as usize) < d);
                            row = row.start + bound(delay)..row.start + bound(delay + 1);
                        }
                        for s in row {
                            let to = &mut to[targets[s] as usize];
                            *to = (Num(*to) + Num(self.weights[s]) * by).0;
                        }
                    }
                }
            }
            Layout::Delayed(_) => self.forward_delayed(spikes, to),
            Layout::Shared(of) => {
                if let Some(Fired { neurons, by }) = spikes(self.delay) {
                    self.forward_shared(of, (neurons, by), to);
                }
            }
            Layout::Carried(carried) => {
                if let Some(Fired { neurons, by }) = spikes(self.delay).filter(|s| !s.neurons.is_empty()) {
                    let each = |k: usize| by[k].to_f64();
                    let amount: carried::Amount<'_> = if by.is_empty() { None } else { Some(&each) };
                    carried.forward(neurons, amount, self.pre, to);
                }
            }
        }
    }

    /// Adds, for each sender in the window, what its spike would change: `to` is `[replica, pre]`.
    /// `back(k)` are the cotangents of what arrives k steps later, `[replica, post]`.
    pub fn transposed<'a>(&self, window: &Window, back: impl Fn(usize) -> Option<&'a [T]>, to: &mut [T])
    where
        T: 'a,
    {
        match &self.layout {
            Layout::Dense { senders, receivers, .. } => {
                let Some(vectors) = back(self.delay) else { return };
                let (weights, pre, post) = (&self.weights[..], self.pre, self.post);
                let (senders, receivers) = (senders.clone(), receivers.clone());
                let wanted = &window.replicas;
                multiply(self.level)(
                    &Product { weights, vectors, wanted, senders, receivers, pre, post },
                    to,
                );
            }
            Layout::Sparse { rows, targets, delays } => {
                let back = |delay: usize, replica: usize| {
                    back(delay).map(|all| &all[replica * self.post..][..self.post])
                };
                for k in &window.cells {
                    let (replica, pre) = (*k as usize / self.pre, *k as usize % self.pre);
                    let row = rows[pre] as usize..rows[pre + 1] as usize;
                    let mut sum = Num::lit(0.0);
                    if delays.is_empty() {
                        let Some(vector) = back(self.delay, replica) else { return };
                        for (w, target) in self.weights[row.clone()].iter().zip(&targets[row]) {
                            sum = sum + Num(*w) * Num(vector[*target as usize]);
                        }
                    } else {
                        for s in row {
                            if let Some(vector) = back(delays[s] as usize, replica) {
                                sum = sum + Num(self.weights[s]) * Num(vector[targets[s] as usize]);
                            }
                        }
                    }
                    let to = &mut to[*k as usize];
                    *to = (Num(*to) + sum).0;
                }
            }
            Layout::Delayed(delayed) => {
                for k in &window.cells {
                    let (replica, pre) = (*k as usize / self.pre, *k % self.pre as u32);
                    let back = |delay: usize| back(delay).map(|all| &all[replica * self.post..][..self.post]);
                    let sum = Num(T::of(delayed.product(pre, &self.weights, &back)));
                    let to = &mut to[*k as usize];
                    *to = (Num(*to) + sum).0;
                }
            }
            Layout::Shared(of) => {
                if let Some(vectors) = back(self.delay) {
                    self.transposed_shared(of, window, vectors, to);
                }
            }
            Layout::Carried(carried) => {
                if let Some(vectors) = back(self.delay) {
                    carried.transposed(&window.cells, vectors, (self.pre, self.post), to);
                }
            }
        }
    }

    /// Adds the gradient of the weights by the spikes of one replica in a step. `back(k)` are the cotangents of what arrives k
    /// steps later, `[post]`; `to` is as the weights are.
    pub fn gradient<'a>(&self, fired: Fired<'_, T>, back: impl Fn(usize) -> Option<&'a [T]>, to: &mut [T])
    where
        T: 'a,
    {
        match &self.layout {
            Layout::Dense { senders, receivers, .. } => {
                let Fired { neurons, by } = fired.of(senders);
                if let Some(cotangent) = back(self.delay).filter(|_| !neurons.is_empty()) {
                    let cotangent = &cotangent[receivers.clone()];
                    add_gradient(self.level)(
                        &Back { cotangent, first: senders.start as u32, fired: neurons, by },
                        to,
                    );
                }
            }
            Layout::Sparse { rows, targets, delays } => {
                for (k, pre) in fired.neurons.iter().enumerate() {
                    let by = fired.by.get(k).map_or(Num::lit(1.0), |by| Num(*by));
                    let row = rows[*pre as usize] as usize..rows[*pre as usize + 1] as usize;
                    let mut add = |s: usize, vector: &[T]| {
                        to[s] = (Num(to[s]) + Num(vector[targets[s] as usize]) * by).0;
                    };
                    match delays.is_empty() {
                        true => {
                            back(self.delay).into_iter().for_each(|v| row.clone().for_each(|s| add(s, v)))
                        }
                        false => row.for_each(|s| {
                            back(delays[s] as usize).into_iter().for_each(|v| add(s, v));
                        }),
                    }
                }
            }
            Layout::Delayed(delayed) => delayed.gradient(fired, &back, to),
            Layout::Shared(of) => {
                back(self.delay).into_iter().for_each(|vector| self.gradient_shared(of, fired, vector, to));
            }
            Layout::Carried(_) => {}
        }
    }
}
