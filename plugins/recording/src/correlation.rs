//! Correlation of spike counts between neurons.
//!
//! With counts of n neurons over B bins, each less its mean and over its standard deviation, the correlations of all pairs sum up to
//! that of the variance of the sum: mean = (var(Σ z) / n − 1) / (n − 1). So pairs are never visited one by one.
//!
//! Memory grows with the spikes of the neurons that are looked at, of which there are at most [`LOOKED_AT`].
//!
//! Source: Ecker et al. (2010), Science 327, 584-587, spike-count correlation.

use crate::Window;

/// Neurons whose spikes are kept: spread evenly, and enough that [`COUNTED`] of them fire in most networks.
const LOOKED_AT: u32 = 400;
/// Neurons that are compared.
const COUNTED: usize = 200;
/// Width of a bin, in ms.
const BIN_MS: f64 = 2.0;

/// Takes the spikes of one population.
#[derive(Clone, Debug)]
pub struct Correlation {
    window: Window,
    size: u32,
    /// Bins of the spikes of each neuron that is looked at.
    trains: Vec<Vec<u32>>,
}

impl Correlation {
    /// Begins with no spikes of a population of this size.
    pub fn new(size: u32, window: Window) -> Self {
        Self { window, size, trains: vec![Vec::new(); size.min(LOOKED_AT) as usize] }
    }

    /// Adds a spike; those outside the window are left out.
    #[inline]
    pub fn add(&mut self, time_ms: f64, neuron: u32) {
        let looked_at = self.trains.len() as u64;
        if neuron >= self.size || time_ms < self.window.after_ms || time_ms >= self.window.until_ms {
            return;
        }
        // Neuron ⌈k size / n⌉ is number k of n.
        let number = u64::from(neuron) * looked_at / u64::from(self.size);
        if (number * u64::from(self.size)).div_ceil(looked_at) == u64::from(neuron) {
            // A time on an edge belongs to the bin above it, whatever the rounding.
            let bin = (time_ms - self.window.after_ms) / BIN_MS + 1e-9;
            self.trains[number as usize].push(bin as u32);
        }
    }

    /// The mean over all pairs of up to 200 neurons that fired; `None` with fewer than two.
    pub fn mean(&self) -> Option<f64> {
        let bins = (self.window.length_ms() / BIN_MS).floor();
        let whole = |train: &&Vec<u32>| train.iter().any(|bin| f64::from(*bin) < bins);
        let active: Vec<&Vec<u32>> = self.trains.iter().filter(whole).take(COUNTED).collect();
        let n = active.len() as f64;
        if n < 2.0 || bins < 2.0 {
            return None;
        }
        let mut sum = vec![0.0; bins as usize];
        for train in active {
            let mut train: Vec<u32> = train.iter().copied().filter(|bin| f64::from(*bin) < bins).collect();
            train.sort_unstable();
            let squares: f64 = train.chunk_by(|a, b| a == b).map(|c| (c.len() * c.len()) as f64).sum();
            let mean = train.len() as f64 / bins;
            let deviation = (squares / bins - mean * mean).sqrt();
            // A neuron with the same count in every bin varies with nobody.
            if deviation > 0.0 {
                sum.iter_mut().for_each(|z| *z -= mean / deviation);
                train.iter().for_each(|bin| sum[*bin as usize] += 1.0 / deviation);
            }
        }
        let variance = sum.iter().map(|z| z * z).sum::<f64>() / bins;
        Some((variance / n - 1.0) / (n - 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of a few hundred numbers around 1.
    const ROUNDING: f64 = 1e-9;

    fn window() -> Window {
        Window { after_ms: 100.0, until_ms: 1100.0, bin_ms: 1.0 }
    }

    #[test]
    fn neurons_that_fire_together_correlate_by_one_and_in_turn_by_less_than_zero() {
        let mut together = Correlation::new(3, window());
        let mut turns = Correlation::new(2, window());
        for k in 0..50 {
            let time = 100.0 + 20.0 * f64::from(k);
            (0..3).for_each(|neuron| together.add(time, neuron));
            turns.add(time, k % 2);
        }
        assert!((together.mean().expect("three fire") - 1.0).abs() < ROUNDING);
        // 25 of 500 bins each, never the same: -p / (1 - p) with p = 1/20.
        let p: f64 = 0.05;
        assert!((turns.mean().expect("two fire") + p / (1.0 - p)).abs() < ROUNDING);
    }

    #[test]
    fn it_is_the_mean_over_pairs() {
        // Three trains over 10 bins, pair by pair by the textbook's formula.
        let trains = [vec![0, 1, 1, 5], vec![1, 4, 5], vec![0, 2, 9, 9]];
        let mut all = Correlation::new(3, Window { after_ms: 0.0, until_ms: 20.0, bin_ms: 1.0 });
        let mut counts = [[0.0; 10]; 3];
        for (neuron, train) in trains.iter().enumerate() {
            for bin in train {
                all.add(f64::from(*bin) * BIN_MS, neuron as u32);
                counts[neuron][*bin as usize] += 1.0;
            }
        }
        let mean = |x: &[f64; 10]| x.iter().sum::<f64>() / 10.0;
        let product = |x: &[f64; 10], y: &[f64; 10]| {
            x.iter().zip(y).map(|(a, b)| (a - mean(x)) * (b - mean(y))).sum::<f64>()
        };
        let pair = |i: usize, j: usize| {
            product(&counts[i], &counts[j])
                / (product(&counts[i], &counts[i]) * product(&counts[j], &counts[j])).sqrt()
        };
        let expected = (pair(0, 1) + pair(0, 2) + pair(1, 2)) / 3.0;
        assert!((all.mean().expect("three fire") - expected).abs() < ROUNDING);
    }

    #[test]
    fn of_many_neurons_some_are_looked_at_and_silent_ones_are_not_compared() {
        let mut many = Correlation::new(1_000_000, window());
        many.add(500.0, 0);
        assert_eq!(many.mean(), None, "one neuron makes no pair");
        many.add(500.0, 2500);
        many.add(700.0, 2501);
        assert!((many.mean().expect("two of those looked at fire") - 1.0).abs() < ROUNDING);
    }
}
