//! Ranked: traces of senders and traces of receivers whose product stands for a trace of each synapse, so that memory grows with
//! neurons and not with synapses.
//!
//! ```text
//! x̂ ← α x̂ + x                 of each sender
//! f̂ ← α D f̂ + (1 − α) f       of each receiver, with the local Jacobian D and the slope f in what arrives
//! gradient = Σ over steps of  s x̂,   s = what the errors say × what f̂ does to the spikes, as the readouts filter them
//! ```
//!
//! A sender's trace decays by itself between its spikes, so that its row of the gradient is only visited when it fires and at the
//! end of a window: Σ s x̂ from one spike to the next is a difference of the sum of s αᵗ, which all rows share.
//!
//! Source: Wang et al. (2026), Nature Communications, <https://doi.org/10.1038/s41467-026-68453-w>, ES-D-RTRL.

use std::ops::Range;

use ecs_core::model::{Instructions, instructions};
use ecs_core::number::{Float, Num, Real};

use super::kernels::{add_product, add_scaled};
use super::traces::Jacobian;
use crate::cell::Slot;
use crate::matrix::{Fired, Matrix, Receivers};

/// What becomes of receivers' traces behind a link onwards.
struct Behind<T> {
    /// The link's delay, in steps.
    delay: usize,
    /// How the readouts' state depends on what the receivers' traces stand for, `[column][receiver]`.
    traces: Vec<T>,
    next: Vec<T>,
}

/// The traces of a link's senders and receivers.
pub struct Ranked<T> {
    receivers: usize,
    /// α.
    decay: f64,
    /// Traces of receivers, `[column][receiver]`.
    state: Vec<T>,
    next: Vec<T>,
    /// What they do to spikes, a ring of steps, `[step][receiver]`.
    spikes: Vec<T>,
    slots: usize,
    /// Coefficients of senders: their traces as they would have been at the window's start, `[sender]`.
    senders: Vec<T>,
    /// Σ s αᵗ since the window's start, `[receiver]`: of what is said, and of the traces of spikes themselves.
    sums: [Vec<T>; 2],
    /// What is said in this step, `[receiver]`.
    signal: Vec<T>,
    /// Steps since the window's start.
    age: usize,
    window: usize,
    /// Links onwards, and what becomes of the traces behind each.
    pub onward: Vec<usize>,
    behind: Vec<Behind<T>>,
    level: Instructions,
}

impl<T: Float> Ranked<T>
where
    Num<T>: Real,
{
    /// Zeros, for a link to a population of so many state columns. `onward` are links onwards: number, delay and state columns
    /// of the receivers.
    pub fn new(matrix: &Matrix<T>, columns: usize, decay: f64, onward: &[(usize, usize, usize)]) -> Self {
        let zeros = |n: usize| vec![T::default(); n];
        let n = matrix.post;
        let slots = onward.iter().map(|(_, delay, _)| delay + 1).max().unwrap_or(1);
        let behind = |&(_, delay, columns): &(usize, usize, usize)| Behind {
            delay,
            traces: zeros(columns * n),
            next: zeros(columns * n),
        };
        // Coefficients grow by 1 / α in a step: over this window by a factor of e.
        let window = (-1.0 / decay.ln()).round().clamp(1.0, 1e6) as usize;
        Self {
            receivers: n,
            decay,
            state: zeros(columns * n),
            next: zeros(columns * n),
            spikes: zeros(slots * n),
            slots,
            senders: zeros(matrix.pre),
            sums: [zeros(n), zeros(n)],
            signal: zeros(n),
            age: 0,
            window,
            onward: onward.iter().map(|(link, ..)| *link).collect(),
            behind: onward.iter().map(behind).collect(),
            level: instructions(),
        }
    }

    /// Everything as before the first step.
    pub fn clear(&mut self) {
        for numbers in [&mut self.state, &mut self.spikes, &mut self.senders] {
            numbers.fill(T::default());
        }
        self.sums.iter_mut().for_each(|sums| sums.fill(T::default()));
        self.behind.iter_mut().for_each(|behind| behind.traces.fill(T::default()));
        self.age = 0;
    }

    /// Numbers held.
    pub fn len(&self) -> usize {
        let behind = self.behind.iter().map(|b| 2 * b.traces.len()).sum::<usize>();
        2 * self.state.len() + self.spikes.len() + self.senders.len() + 3 * self.signal.len() + behind
    }

    /// Advances the receivers' traces by a step, in which spikes may arrive at `receptor`.
    pub fn advance(&mut self, (receptor, step): (usize, usize), jacobian: Jacobian<'_, T>) {
        let (product, scaled) = (add_product::<T>(self.level), add_scaled::<T>(self.level));
        let n = self.receivers;
        let spikes = &mut self.spikes[step % self.slots * n..][..n];
        spikes.fill(T::default());
        self.next.fill(T::default());
        // What is carried decays as the senders' traces do, to what has just arrived a share is given.
        let (decay, share) = (Num(T::of(self.decay)), T::of(1.0 - self.decay));
        let mine = |by: Slot| matches!(by, Slot::Arriving(r) if r == receptor);
        let column = |k: usize| &jacobian.columns[k * jacobian.length..][..n];
        for (k, partial) in jacobian.partials.iter().enumerate() {
            let to = match partial.of {
                Some(of) => &mut self.next[of * n..][..n],
                None => &mut *spikes,
            };
            if let Slot::State(from) = partial.by {
                product(to, column(k), &self.state[from * n..][..n]);
            }
        }
        self.next.iter_mut().for_each(|x| *x = (Num(*x) * decay).0);
        for (k, partial) in jacobian.partials.iter().enumerate().filter(|(_, partial)| mine(partial.by)) {
            match partial.of {
                Some(of) => scaled(&mut self.next[of * n..][..n], column(k), share),
                None => scaled(spikes, column(k), share),
            }
        }
        std::mem::swap(&mut self.state, &mut self.next);
    }

    /// Advances what became of the traces behind link `k` onwards, whose receivers have this Jacobian, the same for all.
    pub fn filter(&mut self, k: usize, (receptor, step): (usize, usize), jacobian: Jacobian<'_, T>) {
        let (scaled, n) = (add_scaled::<T>(self.level), self.receivers);
        let behind = &mut self.behind[k];
        behind.next.fill(T::default());
        for (k, partial) in jacobian.partials.iter().enumerate() {
            let Some(of) = partial.of else { continue };
            let slope = jacobian.columns[k * jacobian.length];
            let to = &mut behind.next[of * n..][..n];
            match partial.by {
                Slot::State(from) => scaled(to, &behind.traces[from * n..][..n], slope),
                Slot::Arriving(r) if r == receptor && step >= behind.delay => {
                    scaled(to, &self.spikes[(step - behind.delay) % self.slots * n..][..n], slope);
                }
                _ => {}
            }
        }
        std::mem::swap(&mut behind.traces, &mut behind.next);
    }

    /// Adds `error` of each receiver × its trace in `column` to what is said in this step.
    pub fn say(&mut self, error: &[T], column: usize) {
        let trace = &self.state[column * self.receivers..][..self.receivers];
        add_product::<T>(self.level)(&mut self.signal, error, trace);
    }

    /// The same behind link `k` onwards.
    pub fn say_behind(&mut self, k: usize, error: &[T], column: usize) {
        let trace = &self.behind[k].traces[column * self.receivers..][..self.receivers];
        add_product::<T>(self.level)(&mut self.signal, error, trace);
    }

    /// Spikes that arrive in this step raise their senders' traces. What is said is added to the first of the gradients, and how spikes
    /// of the step depend on each weight to the second, where that is not empty.
    pub fn learn(
        &mut self,
        (matrix, step): (&Matrix<T>, usize),
        arrived: Option<Fired<'_, T>>,
        mut gradients: [&mut [T]; 2],
    ) {
        let growth = self.decay.powi(-(self.age as i32));
        if let Some(Fired { neurons, by }) = arrived {
            for (k, pre) in neurons.iter().enumerate() {
                let by = by.get(k).map_or(1.0, |by| by.to_f64()) * growth;
                let coefficient = &mut self.senders[*pre as usize];
                *coefficient = (Num(*coefficient) + Num(T::of(by))).0;
                matrix.row(*pre as usize, |row, receivers| {
                    self.add((row, receivers), T::of(-by), &mut gradients);
                });
            }
        }
        let share = T::of(1.0 / growth);
        add_scaled::<T>(self.level)(&mut self.sums[0], &self.signal, share);
        if !gradients[1].is_empty() {
            let spikes = &self.spikes[step % self.slots * self.receivers..][..self.receivers];
            add_scaled::<T>(self.level)(&mut self.sums[1], spikes, share);
        }
        self.signal.fill(T::default());
        self.age += 1;
        if self.age == self.window {
            self.settle(matrix, gradients);
        }
    }

    /// Ends the window: what rows are still owed is added to the gradients.
    pub fn settle(&mut self, matrix: &Matrix<T>, mut gradients: [&mut [T]; 2]) {
        matrix.rows(|pre, row, receivers| {
            if self.senders[pre] != T::default() {
                self.add((row, receivers), self.senders[pre], &mut gradients);
            }
        });
        let shrunk = Num(T::of(self.decay.powi(self.age as i32)));
        self.senders.iter_mut().for_each(|x| *x = (Num(*x) * shrunk).0);
        self.sums.iter_mut().for_each(|sums| sums.fill(T::default()));
        self.age = 0;
    }

    /// Adds the sums × `by` to a row of the gradients.
    fn add(&self, (row, receivers): (Range<usize>, Receivers<'_>), by: T, gradients: &mut [&mut [T]; 2]) {
        for (gradient, sums) in gradients.iter_mut().zip(&self.sums).filter(|(g, _)| !g.is_empty()) {
            match &receivers {
                Receivers::Range(range) => {
                    add_scaled::<T>(self.level)(&mut gradient[row.clone()], &sums[range.clone()], by);
                }
                Receivers::List(list) => {
                    for (k, j) in row.clone().zip(*list) {
                        gradient[k] = (Num(gradient[k]) + Num(sums[*j as usize]) * Num(by)).0;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Partial;
    use ecs_core::network::Wire;

    #[test]
    fn rows_that_are_visited_at_spikes_hold_what_every_step_would_have_added() {
        let (pre, post, decay) = (5, 4, 0.8);
        let all =
            (0..pre).flat_map(|pre| (0..post).map(move |post| Wire { pre, post, weight: 0.0, delay: 1 }));
        let matrix = Matrix::<f64>::new(&all.collect::<Vec<_>>(), (5, 4)).expect("it is small");
        let mut ranked = Ranked::new(&matrix, 1, decay, &[]);
        let [mut lazy, mut eager, mut counted, mut slow] = [(); 4].map(|()| vec![0.0; 20]);
        let (mut senders, mut receivers) = ([0.0; 5], [0.0; 4]);
        for step in 0..37u32 {
            let fired: Vec<u32> = (0..5).filter(|k| (step * 7 + k * 3) % 5 == 0).collect();
            let slopes: Vec<f64> = (0..8).map(|k| f64::from((step * 5 + k * 11) % 13) / 13.0).collect();
            let of = |of| [Slot::State(0), Slot::Arriving(1)].map(|by| Partial { of, by });
            let partials = [of(Some(0)), of(None)].concat();
            let slopes = [&slopes[..], &slopes].concat();
            let spikes: Vec<f64> =
                (0..4).map(|j| slopes[j] * receivers[j] + (1.0 - decay) * slopes[4 + j]).collect();
            ranked.advance((1, step as usize), Jacobian { partials: &partials, columns: &slopes, length: 4 });
            for (j, trace) in receivers.iter_mut().enumerate() {
                *trace = decay * slopes[j] * *trace + (1.0 - decay) * slopes[4 + j];
            }
            for (k, trace) in senders.iter_mut().enumerate() {
                *trace = decay * *trace + f64::from(u8::from(fired.contains(&(k as u32))));
            }
            let error: Vec<f64> = (0..4).map(|j| f64::from((step + j) % 3) - 1.0).collect();
            ranked.say(&error, 0);
            let arrived = Some(Fired { neurons: &fired, by: &[] });
            ranked.learn((&matrix, step as usize), arrived, [&mut lazy, &mut counted]);
            for (k, x) in eager.iter_mut().enumerate() {
                *x += senders[k / 4] * error[k % 4] * receivers[k % 4];
                slow[k] += senders[k / 4] * spikes[k % 4];
            }
        }
        ranked.settle(&matrix, [&mut lazy, &mut counted]);
        for (a, b) in lazy.iter().chain(&counted).zip(eager.iter().chain(&slow)) {
            assert!((a - b).abs() < 1e-12, "{a} against {b}");
        }
    }
}
