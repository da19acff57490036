//! Matrix: the synapses of a coupling by post-neuron, so that each sums up what it listens to, in one order whoever does it.
//!
//! Costs every step what spikes would cost once: per synapse a place, a weight and a signal. Where half of all pairs or more
//! are connected places are left out: then rows are read one number after the other, in vectors.

use std::ops::Range;

use super::history::History;
use crate::dispatch;
use crate::model::instructions;
use crate::network::operator::Wire;
use crate::number::{Float, Num, Real};

/// Sums that a row is gathered into side by side; a chain of additions would wait four cycles for each.
const LANES: usize = 8;

enum Layout<T> {
    /// Rows from `starts` on.
    Sparse { starts: Vec<usize>, places: Vec<u32>, weights: Vec<T> },
    /// Rows of `width` weights, zero where nothing is connected.
    Dense { width: usize, weights: Vec<T> },
}

/// Weights `[post, sender]`.
pub(super) struct Matrix<T> {
    /// Post-neurons from the first to the last that has a synapse.
    posts: Range<usize>,
    layout: Layout<T>,
    /// Sums of weights, `[neuron]` of the whole population.
    pub totals: Vec<T>,
}

dispatch!(
    /// Sums over rows whose signals lie here and there.
    fn gather<T: Float>(starts: &[usize], places: &[u32], weights: &[T], y: &[T], sums: &mut [T])
    where
        Num<T>: Real,
    {
        for (row, out) in starts.windows(2).zip(sums) {
            let (places, weights) = (&places[row[0]..row[1]], &weights[row[0]..row[1]]);
            let mut lanes = [Num(T::default()); LANES];
            let (whole, rest) = (places.chunks_exact(LANES), weights.chunks_exact(LANES));
            let (last, last_weights) = (whole.remainder(), rest.remainder());
            for (places, weights) in whole.zip(rest) {
                for l in 0..LANES {
                    lanes[l] = lanes[l] + Num(weights[l]) * Num(y[places[l] as usize]);
                }
            }
            for (l, (place, weight)) in last.iter().zip(last_weights).enumerate() {
                lanes[l] = lanes[l] + Num(*weight) * Num(y[*place as usize]);
            }
            *out = lanes.into_iter().reduce(|a, b| a + b).map_or(*out, |sum| sum.0);
        }
    }
);

dispatch!(
    /// Sums over whole rows.
    fn multiply<T: Float>(weights: &[T], y: &[T], sums: &mut [T])
    where
        Num<T>: Real,
    {
        const WIDE: usize = 2 * LANES;
        for (weights, out) in weights.chunks_exact(y.len()).zip(sums) {
            let mut lanes = [Num(T::default()); WIDE];
            let (whole, rest) = (weights.chunks_exact(WIDE), y.chunks_exact(WIDE));
            let (last, last_y) = (whole.remainder(), rest.remainder());
            for (weights, y) in whole.zip(rest) {
                for l in 0..WIDE {
                    lanes[l] = lanes[l] + Num(weights[l]) * Num(y[l]);
                }
            }
            for (l, (weight, y)) in last.iter().zip(last_y).enumerate() {
                lanes[l] = lanes[l] + Num(*weight) * Num(*y);
            }
            *out = lanes.into_iter().reduce(|a, b| a + b).map_or(*out, |sum| sum.0);
        }
    }
);

impl<T: Float> Matrix<T>
where
    Num<T>: Real,
{
    /// The matrix of `wires` into a population of `size`; `sender` numbers the pre-neurons that send.
    ///
    /// # Errors
    /// More places than 32 bits count.
    pub fn new(
        wires: &[Wire],
        size: usize,
        sender: impl Fn(u32) -> usize,
        history: &History<T>,
    ) -> Result<Self, String> {
        let first = wires.iter().map(|w| w.post as usize).min().unwrap_or(0);
        let past = wires.iter().map(|w| w.post as usize + 1).max().unwrap_or(0);
        let mut totals = vec![0.0; size];
        wires.iter().for_each(|w| totals[w.post as usize] += w.weight);
        let totals = totals.into_iter().map(T::of).collect();
        let rows = past - first;
        let places = |w: &Wire| history.place(sender(w.pre), w.delay as usize);
        let dense = history.width().filter(|width| wires.len() * 2 >= rows * width);
        let layout = if let Some(width) = dense {
            let mut weights = vec![0.0; rows * width];
            // Synapses between the same two add up.
            wires.iter().for_each(|w| weights[(w.post as usize - first) * width + places(w)] += w.weight);
            Layout::Dense { width, weights: weights.into_iter().map(T::of).collect() }
        } else {
            let mut starts = vec![0; rows + 1];
            wires.iter().for_each(|w| starts[w.post as usize - first + 1] += 1);
            (0..rows).for_each(|k| starts[k + 1] += starts[k]);
            let mut next = starts.clone();
            let mut layout = (vec![0; wires.len()], vec![T::default(); wires.len()]);
            for wire in wires {
                let at = &mut next[wire.post as usize - first];
                layout.0[*at] = u32::try_from(places(wire)).map_err(|_| {
                    format!("more than {} signals of the past are to be kept; shorten the delays", u32::MAX)
                })?;
                layout.1[*at] = T::of(wire.weight);
                *at += 1;
            }
            Layout::Sparse { starts, places: layout.0, weights: layout.1 }
        };
        Ok(Self { posts: first..past, layout, totals })
    }

    /// The weighted sums of the signals `y` for `neurons`; zero for those nothing is connected to.
    pub fn sum(&self, y: &[T], neurons: &Range<usize>, sums: &mut [T]) {
        let rows = self.posts.start.max(neurons.start)..self.posts.end.min(neurons.end);
        sums.fill(T::default());
        if rows.is_empty() {
            return;
        }
        let sums = &mut sums[rows.start - neurons.start..rows.end - neurons.start];
        let rows = rows.start - self.posts.start..rows.end - self.posts.start;
        match &self.layout {
            Layout::Sparse { starts, places, weights } => {
                gather::<T>(instructions())(&starts[rows.start..=rows.end], places, weights, y, sums);
            }
            Layout::Dense { width, weights } => {
                multiply::<T>(instructions())(&weights[rows.start * width..rows.end * width], y, sums);
            }
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.totals[..])
            + match &self.layout {
                Layout::Sparse { starts, places, weights } => {
                    size_of_val(&starts[..]) + size_of_val(&places[..]) + size_of_val(&weights[..])
                }
                Layout::Dense { weights, .. } => size_of_val(&weights[..]),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weight and delay of a pair, made up.
    fn wire(pre: u32, post: u32, delay: u32) -> Wire {
        Wire { pre, post, weight: f64::from(pre * 7 + post * 3) / 16.0 - 2.0, delay }
    }

    /// The sums for neurons 3..39 of 40, and what they have to be.
    fn sums(wires: &[Wire], senders: u32, longest: u32, own_delays: bool) -> (Vec<f32>, Vec<f32>) {
        let signal = |sender: u32, step: u64| f64::from(sender) + step as f64 / 4.0;
        let mut history = History::<f32>::new(senders as usize, longest as usize, own_delays);
        for step in 0..8 {
            let signals = history.signals(step);
            signals.iter_mut().zip(0..).for_each(|(y, k)| *y = signal(k, step) as f32);
            history.keep(step, step == 0);
        }
        let matrix = Matrix::new(wires, 40, |pre| pre as usize, &history).expect("few places");
        let mut found = vec![7.0; 36];
        matrix.sum(history.window(7), &(3..39), &mut found);
        let mut right = vec![0.0; 36];
        for w in wires.iter().filter(|w| (3..39).contains(&w.post)) {
            right[w.post as usize - 3] += (w.weight * signal(w.pre, 7 - u64::from(w.delay))) as f32;
        }
        (found, right)
    }

    /// All numbers are multiples of 1 / 64 and small, so that sums are exact in any order.
    #[test]
    fn every_layout_sums_what_is_there() {
        let full: Vec<Wire> = (0..40).flat_map(|post| (0..37).map(move |pre| wire(pre, post, 2))).collect();
        let some: Vec<Wire> = full.iter().copied().filter(|w| (w.pre * 5 + w.post) % 3 == 0).collect();
        let delayed: Vec<Wire> = full.iter().map(|w| Wire { delay: (w.pre + w.post) % 4, ..*w }).collect();
        let narrow: Vec<Wire> = some.iter().copied().filter(|w| (10..20).contains(&w.post)).collect();
        for (wires, longest, own_delays) in
            [(full, 2, false), (some, 2, false), (delayed, 3, true), (narrow, 2, false)]
        {
            let (found, right) = sums(&wires, 37, longest, own_delays);
            assert_eq!(found, right);
            assert!(found.iter().any(|x| *x != 0.0));
        }
    }

    #[test]
    fn synapses_between_the_same_two_add_up() {
        let twice = [wire(0, 5, 0), wire(0, 5, 0), wire(1, 5, 0)];
        let (found, right) = sums(&twice, 2, 0, false);
        assert_eq!(found, right);
    }
}
